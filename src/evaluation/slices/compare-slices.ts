import type { ReasonCode } from '../../contracts/codes.ts';
import type { SliceComparison } from '../../contracts/comparison.ts';
import { benjaminiHochberg, holm, smallestVisible } from '../../stats/index.ts';
import { unitsOnRows } from '../input/units.ts';
import { differenceOf, finite, identicalOutputs, measure } from '../measure.ts';
import type { Measurement } from '../measure.ts';
import type { Answers, Context, Metric, Outputs } from '../metrics/metric.ts';
import type { Slice } from './levels.ts';

/** Fewest units a slice is tested on; its events are counted by the metric's own floor. */
export const SLICE_UNITS = 30;

function pick(values: Float64Array, rows: Int32Array): Float64Array {
  const picked = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) picked[i] = values[rows[i]!]!;
  return picked;
}

function pickInto<T extends Uint8Array | Int32Array>(values: T, rows: Int32Array, picked: T): T {
  for (let i = 0; i < rows.length; i++) picked[i] = values[rows[i]!]!;
  return picked;
}

/** The answers of some rows. */
export function answersOnRows(answers: Answers, rows: Int32Array): Answers {
  const common = { rows: rows.length, weight: answers.weight === null ? null : pick(answers.weight, rows) };
  switch (answers.task) {
    case 'binary':
      return { ...common, task: 'binary', y: pickInto(answers.y, rows, new Uint8Array(rows.length)) };
    case 'multiclass':
      return {
        ...common,
        task: 'multiclass',
        classes: answers.classes,
        y: pickInto(answers.y, rows, new Int32Array(rows.length)),
      };
    case 'regression':
      return { ...common, task: 'regression', y: pick(answers.y, rows) };
    case 'scores':
      return { ...common, task: 'scores' };
  }
}

/** What a model said on some rows. */
export function outputsOnRows(outputs: Outputs, rows: Int32Array): Outputs {
  return {
    ...(outputs.thresholds === undefined ? {} : { thresholds: outputs.thresholds }),
    ...(outputs.score === undefined ? {} : { score: pick(outputs.score, rows) }),
    ...(outputs.prediction === undefined ? {} : { prediction: pick(outputs.prediction, rows) }),
    ...(outputs.scores === undefined ? {} : { scores: outputs.scores.map((column) => pick(column, rows)) }),
    ...(outputs.columns === undefined
      ? {}
      : { columns: new Map([...outputs.columns].map(([name, column]) => [name, pick(column, rows)])) }),
  };
}

/** What slices are cut from. */
export interface SliceData {
  readonly answers: Answers;
  readonly candidate: Outputs | null;
  readonly baseline: Outputs | null;
  readonly context: Context;
}

interface Tested {
  readonly slice: Slice;
  readonly units: number;
  readonly measurement: Measurement;
  readonly withheld: ReasonCode | null;
}

function testSlice(slice: Slice, metrics: readonly Metric[], data: SliceData): Tested[] {
  const answers = answersOnRows(data.answers, slice.rows);
  const candidate = data.candidate === null ? null : outputsOnRows(data.candidate, slice.rows);
  const baseline = data.baseline === null ? null : outputsOnRows(data.baseline, slice.rows);
  const identical = candidate !== null && baseline !== null && identicalOutputs(candidate, baseline);
  const units = unitsOnRows(data.context.units, slice.rows, answers.weight);
  const context = { ...data.context, units };
  const count = units?.count ?? slice.rows.length;
  return metrics.map((metric) => {
    const measurement = measure(metric, { answers, candidate, baseline, identical }, context);
    const tooFew = count < SLICE_UNITS ? 'TOO_FEW_UNITS' : null;
    const missing =
      candidate === null ? 'PREDICTIONS_INCOMPLETE' : baseline === null ? 'FIRST_VERSION' : null;
    const withheld =
      missing ?? (identical ? null : (tooFew ?? measurement.floor ?? measurement.difference?.reason ?? null));
    return { slice, units: count, measurement, withheld };
  });
}

function sliceVerdict(tested: Tested, q: number, alpha: number): Pick<SliceComparison, 'verdict' | 'reason'> {
  const { measurement, withheld } = tested;
  if (withheld !== null)
    return { verdict: withheld === 'FIRST_VERSION' ? 'skipped' : 'inconclusive', reason: withheld };
  if (measurement.identical) return { verdict: 'not-worse', reason: 'IDENTICAL' };
  const difference = measurement.difference;
  const sign = measurement.metric.direction === 'higher' ? 1 : -1;
  if (difference === null || !(q < alpha)) return { verdict: 'inconclusive', reason: null };
  if (sign > 0 ? difference.low > 0 : difference.high < 0) return { verdict: 'better', reason: null };
  if (sign > 0 ? difference.high < 0 : difference.low > 0) return { verdict: 'worse', reason: null };
  return { verdict: 'inconclusive', reason: null };
}

function toComparison(tested: Tested, q: number, adjusted: number, context: Context): SliceComparison {
  const { slice, units, measurement, withheld } = tested;
  const seen = withheld === null;
  const difference = differenceOf(measurement.difference);
  return {
    name: slice.name,
    rows: slice.rows.length,
    units,
    metric: measurement.metric.name,
    candidate: finite(measurement.candidate?.value),
    baseline: finite(measurement.baseline?.value),
    difference: seen ? difference : { ...difference, low: null, high: null, p: null, method: null },
    q: seen ? finite(q) : null,
    p_adjusted: seen ? finite(adjusted) : null,
    smallest_visible:
      seen && !measurement.identical
        ? finite(smallestVisible(measurement.difference?.se ?? Number.NaN, context.alpha))
        : null,
    ...sliceVerdict(tested, q, context.alpha),
  };
}

/**
 * Compares the declared slices by each metric. Every slice that is large enough is one test; q (Benjamini–Hochberg,
 * for display) and p_adjusted (Holm, for guards) go over all declared slices of a metric.
 */
export function compareSlices(
  slices: readonly Slice[],
  metrics: readonly Metric[],
  data: SliceData,
): SliceComparison[] {
  const tested = slices.map((slice) => testSlice(slice, metrics, data));
  return metrics.flatMap((_, index) => {
    const family = tested.map((ofSlice) => ofSlice[index]!);
    const withP = family.filter(
      ({ withheld, measurement }) => withheld === null && Number.isFinite(measurement.difference?.p),
    );
    const ps = withP.map(({ measurement }) => measurement.difference!.p);
    const q = benjaminiHochberg(ps);
    const adjusted = holm(ps);
    return family.map((one) => {
      const at = withP.indexOf(one);
      return toComparison(one, q[at] ?? Number.NaN, adjusted[at] ?? Number.NaN, data.context);
    });
  });
}
