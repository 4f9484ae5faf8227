import type { ReasonCode } from '../../contracts/codes.ts';
import type { InfluenceMetric, Influenced } from './influence-metric.ts';
import { influenceMetric, noValue } from './influence-metric.ts';
import type { Answers, Metric, Outputs } from './metric.ts';

/** The values of a metric that is a (weighted) mean over rows; or why there are none. */
export type RowValues = Float64Array | ReasonCode;

/** What makes a mean over rows: log loss, Brier, absolute error, a column. */
export interface RowMean extends Omit<InfluenceMetric, 'evaluate' | 'method'> {
  readonly rowValues: (answers: Answers, outputs: Outputs) => RowValues;
}

/** A metric that is the mean of per-row values: Student's t on the values or on their paired differences. */
export function rowMeanMetric(spec: RowMean): Metric {
  const { rowValues, ...rest } = spec;
  return influenceMetric({
    ...rest,
    method: 't',
    evaluate(answers, outputs) {
      const values = rowValues(answers, outputs);
      return typeof values === 'string' ? noValue(values) : meanInfluence(values, answers.weight);
    },
  });
}

/** The (weighted) mean of row values and each row's influence on it, w (x − mean) / Σw. */
export function meanInfluence(values: Float64Array, weight: Float64Array | null): Influenced {
  const { sum, total } = weightedTotals(values, weight);
  const value = sum / total;
  if (!Number.isFinite(value)) return noValue();
  const influence = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    influence[i] = ((weight === null ? 1 : weight[i]!) * (values[i]! - value)) / total;
  }
  return { value, influence, reason: null };
}

/** Σwx and Σw. */
export function weightedTotals(
  values: Float64Array,
  weight: Float64Array | null,
): { readonly sum: number; readonly total: number } {
  let sum = 0;
  if (weight === null) {
    for (let i = 0; i < values.length; i++) sum += values[i]!;
    return { sum, total: values.length };
  }
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    sum += weight[i]! * values[i]!;
    total += weight[i]!;
  }
  return { sum, total };
}
