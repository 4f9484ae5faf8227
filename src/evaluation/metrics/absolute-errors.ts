import { rowsFloor } from './floor.ts';
import type { Answers, Metric } from './metric.ts';
import { rowMeanMetric } from './row-mean.ts';

/** `mae`: mean absolute error, in the target's unit. */
export function meanAbsoluteError(): Metric {
  return errorMean('mae', (y, prediction) => Math.abs(y - prediction));
}

/** `mse`: mean squared error, in the target's squared unit. */
export function meanSquaredError(): Metric {
  return errorMean(
    'mse',
    (y, prediction) => (y - prediction) * (y - prediction),
    () => false,
    true,
  );
}

/** `pinball@q`: mean pinball (quantile) loss at quantile q, as scikit-learn's mean_pinball_loss(alpha=q). */
export function pinball(name: string, q: number): Metric {
  return errorMean(name, (y, prediction) =>
    y >= prediction ? q * (y - prediction) : (1 - q) * (prediction - y),
  );
}

/**
 * `mape`: mean absolute error relative to |target|, as a share; undefined (ZERO_TARGETS) where a target is zero, and
 * withheld (HEAVY_TAIL) where a few targets near zero carry it.
 */
export function meanAbsolutePercentageError(): Metric {
  return errorMean('mape', (y, prediction) => Math.abs(y - prediction) / Math.abs(y), hasZero, true);
}

function hasZero(answers: Answers): boolean {
  return answers.task === 'regression' && answers.y.includes(0);
}

function errorMean(
  name: string,
  loss: (y: number, prediction: number) => number,
  undefinedFor: (answers: Answers) => boolean = () => false,
  heavyTail = false,
): Metric {
  return rowMeanMetric({
    name,
    direction: 'lower',
    range: [0, Infinity],
    needs: 'labels',
    floor: rowsFloor,
    heavyTail,
    rowValues(answers, outputs) {
      const { prediction } = outputs;
      if (answers.task !== 'regression' || prediction === undefined) return 'NOT_A_NUMBER';
      if (undefinedFor(answers)) return 'ZERO_TARGETS';
      const values = new Float64Array(answers.rows);
      for (let i = 0; i < values.length; i++) values[i] = loss(answers.y[i]!, prediction[i]!);
      return values;
    },
  });
}
