import { rowsFloor } from './floor.ts';
import type { Answers, Metric, Outputs } from './metric.ts';
import type { RowValues } from './row-mean.ts';
import { rowMeanMetric } from './row-mean.ts';

const NO_PREDICTIONS: RowValues = { values: null, reason: 'NOT_A_NUMBER' };

/** `mae`: mean absolute error, in the target's unit. */
export function meanAbsoluteError(): Metric {
  return errorMean('mae', (y, prediction) => Math.abs(y - prediction));
}

/** `mse`: mean squared error, in the target's squared unit. */
export function meanSquaredError(): Metric {
  return errorMean('mse', (y, prediction) => (y - prediction) * (y - prediction));
}

/** `pinball@q`: mean pinball (quantile) loss at quantile q, as scikit-learn's mean_pinball_loss(alpha=q). */
export function pinball(name: string, q: number): Metric {
  return errorMean(name, (y, prediction) =>
    y >= prediction ? q * (y - prediction) : (1 - q) * (prediction - y),
  );
}

/** `mape`: mean absolute error relative to |target|, as a share; undefined (ZERO_TARGETS) where a target is zero. */
export function meanAbsolutePercentageError(): Metric {
  const base = errorMean('mape', (y, prediction) => Math.abs(y - prediction) / Math.abs(y), hasZero);
  return base;
}

function hasZero(answers: Answers): boolean {
  return answers.task === 'regression' && answers.y.includes(0);
}

function errorMean(
  name: string,
  loss: (y: number, prediction: number) => number,
  undefinedFor: (answers: Answers) => boolean = () => false,
): Metric {
  return rowMeanMetric({
    name,
    direction: 'lower',
    range: [0, Infinity],
    floor: rowsFloor,
    rowValues(answers: Answers, outputs: Outputs): RowValues {
      const { prediction } = outputs;
      if (answers.task !== 'regression' || prediction === undefined) return NO_PREDICTIONS;
      if (undefinedFor(answers)) return { values: null, reason: 'ZERO_TARGETS' };
      const values = new Float64Array(answers.rows);
      for (let i = 0; i < values.length; i++) values[i] = loss(answers.y[i]!, prediction[i]!);
      return { values, reason: null };
    },
  });
}
