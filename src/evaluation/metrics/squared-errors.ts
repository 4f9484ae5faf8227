import { rowsFloor } from './floor.ts';
import type { Influenced } from './influence-metric.ts';
import { influenceMetric, noValue } from './influence-metric.ts';
import type { Answers, Metric, Outputs } from './metric.ts';
import { weightedTotals } from './row-mean.ts';

const SPEC = { floor: rowsFloor, needs: 'labels', method: 'influence', heavyTail: true } as const;

/** `rmse`: root of the (weighted) mean squared error, in the target's unit. */
export function rootMeanSquaredError(): Metric {
  return influenceMetric({ ...SPEC, name: 'rmse', direction: 'lower', range: [0, Infinity], evaluate: rmse });
}

/**
 * `r2`, as scikit-learn's r2_score: on a constant target 1 where every prediction is right, else 0; fewer than two
 * rows have none.
 */
export function rSquared(): Metric {
  return influenceMetric({
    ...SPEC,
    name: 'r2',
    direction: 'higher',
    range: [-Infinity, 1],
    signed: true,
    evaluate: r2,
  });
}

function rmse(answers: Answers, outputs: Outputs): Influenced {
  const squares = squaredErrors(answers, outputs);
  if (squares === null) return noValue();
  const { weight } = answers;
  const { sum, total } = weightedTotals(squares, weight);
  const mse = sum / total;
  const value = Math.sqrt(mse);
  if (!Number.isFinite(value)) return noValue();
  const influence = new Float64Array(squares.length);
  const scale = value === 0 ? 0 : 1 / (2 * value * total);
  for (let i = 0; i < influence.length; i++) {
    influence[i] = (weight === null ? 1 : weight[i]!) * (squares[i]! - mse) * scale;
  }
  return { value, influence, reason: null };
}

function r2(answers: Answers, outputs: Outputs): Influenced {
  const squares = squaredErrors(answers, outputs);
  if (squares === null || answers.task !== 'regression' || answers.rows < 2) return noValue();
  const { y, weight } = answers;
  const influence = new Float64Array(y.length);
  const residual = weightedTotals(squares, weight).sum;
  if (residual === 0) return { value: 1, influence, reason: null };
  if (isConstant(y)) return { value: 0, influence, reason: null };
  const target = weightedTotals(y, weight);
  const centre = target.sum / target.total;
  const spread = weightedTotals(
    y.map((v) => (v - centre) * (v - centre)),
    weight,
  ).sum;
  const ratio = residual / spread;
  if (!Number.isFinite(ratio)) return noValue();
  for (let i = 0; i < y.length; i++) {
    const offset = y[i]! - centre;
    influence[i] = (-(weight === null ? 1 : weight[i]!) * (squares[i]! - ratio * offset * offset)) / spread;
  }
  return { value: 1 - ratio, influence, reason: null };
}

function isConstant(values: Float64Array): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
  return true;
}

function squaredErrors(answers: Answers, outputs: Outputs): Float64Array | null {
  const { prediction } = outputs;
  if (answers.task !== 'regression' || prediction === undefined) return null;
  const squares = new Float64Array(answers.rows);
  for (let i = 0; i < squares.length; i++) squares[i] = (answers.y[i]! - prediction[i]!) ** 2;
  return squares;
}
