import { ascendingOrder } from '../../stats/index.ts';
import { effectiveRows, rowsFloor } from './floor.ts';
import type { Influenced } from './influence-metric.ts';
import { noValue } from './influence-metric.ts';
import { memo } from './memo.ts';
import type { Answers, Metric, Outputs } from './metric.ts';
import { percentileMetric } from './percentile-metric.ts';

/** Absolute errors and the order that sorts them. */
interface Errors {
  readonly errors: Float64Array;
  readonly order: Uint32Array;
}

/** `medae`: median absolute error in the target's unit, as scikit-learn's median_absolute_error. */
export function medianAbsoluteError(): Metric {
  const errorsOf = memo(sortedErrors);
  return percentileMetric({
    name: 'medae',
    direction: 'lower',
    range: [0, Infinity],
    needs: 'labels',
    method: 'influence',
    floor: rowsFloor,
    evaluate(answers, outputs) {
      const sorted = errorsOf(answers, outputs);
      return sorted === null ? noValue() : influenced(sorted, answers);
    },
    resampled(answers, outputs) {
      const sorted = errorsOf(answers, outputs);
      if (sorted === null) return () => NaN;
      if (answers.weight === null) return (counts) => countedMedian(sorted, counts);
      return (counts) => weightedMedian(sorted, (row) => counts[row]! * answers.weight![row]!);
    },
  });
}

function sortedErrors(answers: Answers, outputs: Outputs): Errors | null {
  const { prediction } = outputs;
  if (answers.task !== 'regression' || prediction === undefined) return null;
  const errors = new Float64Array(answers.rows);
  for (let i = 0; i < errors.length; i++) errors[i] = Math.abs(answers.y[i]! - prediction[i]!);
  return { errors, order: ascendingOrder(errors) };
}

/** The median of a resample of rows, by walking up the sorted errors. */
function countedMedian({ errors, order }: Errors, counts: Uint32Array): number {
  const n = order.length;
  const lower = (n + 1) >> 1;
  let below = 0;
  let k = -1;
  while (below < lower) below += counts[order[++k]!]!;
  const value = errors[order[k]!]!;
  if (n % 2 === 1 || below > lower) return value;
  do k++;
  while (counts[order[k]!] === 0);
  return (value + errors[order[k]!]!) / 2;
}

/** numpy's averaged_inverted_cdf at ½: the mean of the two middle values where the weights split exactly. */
function weightedMedian(sorted: Errors, weight: (row: number) => number): number {
  let total = 0;
  for (const row of sorted.order) total += weight(row);
  return weightedQuantile(sorted, weight, total / 2);
}

function weightedQuantile(
  { errors, order }: Errors,
  weight: (row: number) => number,
  target: number,
): number {
  let below = 0;
  let k = 0;
  while (k < order.length) {
    below += weight(order[k]!);
    if (below >= target * (1 - 1e-14)) break;
    k++;
  }
  if (k >= order.length) return NaN;
  const value = errors[order[k]!]!;
  if (below > target * (1 + 1e-14)) return value;
  let next = k + 1;
  while (next < order.length && weight(order[next]!) === 0) next++;
  return next < order.length ? (value + errors[order[next]!]!) / 2 : value;
}

/**
 * Value and influence, (½ − [error ≤ median]) / density at the median; the density from the spread of the errors
 * around the median (Bofinger's bandwidth, as in quantile regression).
 */
function influenced(sorted: Errors, answers: Answers): Influenced {
  const { weight } = answers;
  const weightOf = (row: number): number => (weight === null ? 1 : weight[row]!);
  const value = weightedMedian(sorted, weightOf);
  if (!Number.isFinite(value)) return noValue();
  let total = 0;
  for (let i = 0; i < answers.rows; i++) total += weightOf(i);
  const bandwidth = Math.min(0.25, medianBandwidth(effectiveRows(answers)));
  const upper = weightedQuantile(sorted, weightOf, total * (0.5 + bandwidth));
  const lower = weightedQuantile(sorted, weightOf, total * (0.5 - bandwidth));
  const sparsity = (upper - lower) / (2 * bandwidth);
  const influence = new Float64Array(answers.rows);
  for (let i = 0; i < influence.length; i++) {
    const side = sorted.errors[i]! < value ? 1 : sorted.errors[i]! > value ? 0 : 0.5;
    influence[i] = (weightOf(i) * (0.5 - side) * sparsity) / total;
  }
  return { value, influence, reason: null };
}

/** n^(−1/5) (4.5 φ(z)^4 / (2z² + 1)²)^(1/5) at the median, z = 0. */
function medianBandwidth(rows: number): number {
  return Math.pow((4.5 * Math.pow(2 * Math.PI, -2)) / rows, 0.2);
}
