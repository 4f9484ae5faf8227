import type { ReasonCode } from '../../contracts/codes.ts';
import { clusterVariance } from '../../stats/index.ts';
import { memo } from './memo.ts';
import type { Answers, Context, Metric, Outputs } from './metric.ts';
import { degreesOfFreedom, symmetric, symmetricPair, valueOf, withheld, withheldPair } from './result.ts';

/** The values of a metric that is a (weighted) mean over rows; or why there are none. */
export type RowValues =
  | { readonly values: Float64Array; readonly reason: null }
  | { readonly values: null; readonly reason: ReasonCode };

/** What makes a mean over rows: log loss, Brier, absolute error, a column. */
export interface RowMean {
  readonly name: string;
  readonly direction: Metric['direction'];
  readonly range: readonly [number, number];
  readonly floor: Metric['floor'];
  readonly rowValues: (answers: Answers, outputs: Outputs) => RowValues;
}

/**
 * A metric that is the mean of per-row values: Student's t on the values or on their paired differences; by unit the
 * influence values (value − mean) / n summed by unit (verdict.md §1, §3).
 */
export function rowMeanMetric(spec: RowMean): Metric {
  const rowValues = memo(spec.rowValues);
  const { name, direction, range, floor } = spec;
  return {
    name,
    direction,
    displayOnly: false,
    range,
    floor,
    value(answers, outputs) {
      const rows = rowValues(answers, outputs);
      return rows.values === null
        ? { value: NaN, reason: rows.reason }
        : valueOf(mean(rows.values, answers.weight));
    },
    interval(answers, outputs, context) {
      const rows = rowValues(answers, outputs);
      if (rows.values === null) return withheld(NaN, 't', rows.reason);
      const value = mean(rows.values, answers.weight);
      const reason = floor(answers, context);
      if (reason !== null || !Number.isFinite(value)) return withheld(value, 't', reason ?? 'NOT_A_NUMBER');
      return symmetric(
        { value, ...meanError(rows.values, value, answers, context), method: 't', range },
        context,
      );
    },
    difference(answers, candidate, baseline, context) {
      const c = rowValues(answers, candidate);
      const b = rowValues(answers, baseline);
      if (c.values === null) return withheldPair(NaN, 't', c.reason);
      if (b.values === null) return withheldPair(NaN, 't', b.reason);
      const value = mean(c.values, answers.weight) - mean(b.values, answers.weight);
      const reason = floor(answers, context);
      if (reason !== null || !Number.isFinite(value))
        return withheldPair(value, 't', reason ?? 'NOT_A_NUMBER');
      const deltas = new Float64Array(c.values.length);
      for (let i = 0; i < deltas.length; i++) deltas[i] = c.values[i]! - b.values[i]!;
      return symmetricPair(
        { value, ...meanError(deltas, value, answers, context), method: 't', range },
        context,
      );
    },
  };
}

/** Weighted mean; NaN when there are no rows or all weights are 0. */
export function mean(values: Float64Array, weight: Float64Array | null): number {
  let sum = 0;
  let total = 0;
  if (weight === null) {
    for (let i = 0; i < values.length; i++) sum += values[i]!;
    total = values.length;
  } else {
    for (let i = 0; i < values.length; i++) {
      sum += weight[i]! * values[i]!;
      total += weight[i]!;
    }
  }
  return total === 0 ? NaN : sum / total;
}

/** Standard error and degrees of freedom of a weighted mean, by row or by unit. */
function meanError(
  values: Float64Array,
  centre: number,
  answers: Answers,
  context: Context,
): { readonly se: number; readonly df: number } {
  const { weight } = answers;
  if (context.units !== null) {
    const total = weight === null ? values.length : weight.reduce((sum, w) => sum + w, 0);
    const influence = values.map((x, i) => ((weight === null ? 1 : weight[i]!) * (x - centre)) / total);
    return { se: Math.sqrt(clusterVariance(influence, context.units)), df: degreesOfFreedom(context) };
  }
  let sum = 0;
  let squares = 0;
  let squaredWeights = 0;
  for (let i = 0; i < values.length; i++) {
    const w = weight === null ? 1 : weight[i]!;
    const residual = w * (values[i]! - centre);
    sum += w;
    squaredWeights += w * w;
    squares += residual * residual;
  }
  const effective = (sum * sum) / squaredWeights;
  const df = effective - 1;
  return { se: Math.sqrt((squares / (sum * sum)) * (effective / df)), df };
}
