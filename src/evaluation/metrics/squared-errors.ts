import { topShareOfVariance } from '../../stats/index.ts';
import { sumOfSquares } from './confusion-metric.ts';
import { rowsFloor } from './floor.ts';
import { memo } from './memo.ts';
import type { Answers, Metric, Outputs } from './metric.ts';
import type { Value } from './result.ts';
import { degreesOfFreedom, symmetric, symmetricPair, valueOf, withheld, withheldPair } from './result.ts';

/** Above this share of the variance in 1 % of the rows no interval is given (verdict.md §3). */
const HEAVY = 0.5;

/** A value with the influence of each row on it; null where the outputs do not hold what it needs. */
interface Influenced {
  readonly value: number;
  readonly influence: Float64Array;
}

/** `rmse`: root of the (weighted) mean squared error, in the target's unit. */
export function rootMeanSquaredError(): Metric {
  return influenceMetric('rmse', 'lower', [0, Infinity], (squares, _y, weight, total) => {
    const mse = weightedSum(squares, weight) / total;
    const value = Math.sqrt(mse);
    return { value, slope: (i) => (value === 0 ? 0 : (squares[i]! - mse) / (2 * value)) };
  });
}

/**
 * `r2`, as scikit-learn's r2_score: on a constant target 1 where every prediction is right, else 0; fewer than two
 * rows have none.
 */
export function rSquared(): Metric {
  return influenceMetric('r2', 'higher', [-Infinity, 1], (squares, y, weight, total) => {
    const centre = weightedSum(y, weight) / total;
    const residual = weightedSum(squares, weight);
    const spread = weightedSum(
      y.map((v) => (v - centre) * (v - centre)),
      weight,
    );
    if (y.length < 2) return { value: NaN, slope: () => 0 };
    if (residual === 0) return { value: 1, slope: () => 0 };
    if (spread === 0) return { value: 0, slope: () => 0 };
    const ratio = residual / spread;
    return {
      value: 1 - ratio,
      slope: (i) => (-(squares[i]! - ratio * (y[i]! - centre) ** 2) * total) / spread,
    };
  });
}

/** Value and the slope of each row: the influence function at the row, not yet divided by the number of rows. */
type Formula = (
  squares: Float64Array,
  y: Float64Array,
  weight: Float64Array | null,
  total: number,
) => { readonly value: number; readonly slope: (row: number) => number };

function influenceMetric(
  name: string,
  direction: Metric['direction'],
  range: readonly [number, number],
  formula: Formula,
): Metric {
  const influenced = memo((answers, outputs) => influenceOf(formula, answers, outputs));
  const value = (answers: Answers, outputs: Outputs): Value => {
    const parts = influenced(answers, outputs);
    return parts === null ? { value: NaN, reason: 'NOT_A_NUMBER' } : valueOf(parts.value);
  };
  return {
    name,
    direction,
    displayOnly: false,
    range,
    floor: rowsFloor,
    value,
    interval(answers, outputs, context) {
      const parts = influenced(answers, outputs);
      if (parts === null) return withheld(NaN, 'influence', 'NOT_A_NUMBER');
      const reason = rowsFloor(answers, context) ?? shapeReason(parts.value, parts.influence);
      if (reason !== null) return withheld(parts.value, 'influence', reason);
      const se = Math.sqrt(sumOfSquares(parts.influence, context));
      const df = degreesOfFreedom(context, answers.rows - 1);
      return symmetric({ value: parts.value, se, df, method: 'influence', range }, context);
    },
    difference(answers, candidate, baseline, context) {
      const c = influenced(answers, candidate);
      const b = influenced(answers, baseline);
      if (c === null || b === null) return withheldPair(NaN, 'influence', 'NOT_A_NUMBER');
      const difference = c.value - b.value;
      const influence = c.influence.map((v, i) => v - b.influence[i]!);
      const reason = rowsFloor(answers, context) ?? shapeReason(difference, influence);
      if (reason !== null) return withheldPair(difference, 'influence', reason);
      const se = Math.sqrt(sumOfSquares(influence, context));
      const df = degreesOfFreedom(context, answers.rows - 1);
      return symmetricPair({ value: difference, se, df, method: 'influence' }, context);
    },
  };
}

function shapeReason(value: number, influence: Float64Array): 'NOT_A_NUMBER' | 'HEAVY_TAIL' | null {
  if (!Number.isFinite(value)) return 'NOT_A_NUMBER';
  return topShareOfVariance(influence) > HEAVY ? 'HEAVY_TAIL' : null;
}

function influenceOf(formula: Formula, answers: Answers, outputs: Outputs): Influenced | null {
  const { prediction } = outputs;
  if (answers.task !== 'regression' || prediction === undefined) return null;
  const { y, weight } = answers;
  const squares = new Float64Array(y.length);
  for (let i = 0; i < y.length; i++) squares[i] = (y[i]! - prediction[i]!) ** 2;
  const total = weight === null ? y.length : weight.reduce((sum, w) => sum + w, 0);
  const { value, slope } = formula(squares, y, weight, total);
  const influence = new Float64Array(y.length);
  for (let i = 0; i < y.length; i++) influence[i] = ((weight === null ? 1 : weight[i]!) * slope(i)) / total;
  return { value, influence };
}

function weightedSum(values: Float64Array, weight: Float64Array | null): number {
  let sum = 0;
  if (weight === null) for (let i = 0; i < values.length; i++) sum += values[i]!;
  else for (let i = 0; i < values.length; i++) sum += weight[i]! * values[i]!;
  return sum;
}
