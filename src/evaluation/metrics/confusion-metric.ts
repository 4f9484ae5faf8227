import { clusterVariance } from '../../stats/index.ts';
import type { CombinationKind } from './combination.ts';
import { combine } from './combination.ts';
import type { Confusion, Measure } from './confusion.ts';
import { countConfusion } from './confusion.ts';
import { effectiveClassRows } from './floor.ts';
import type { LabelReader } from './labels.ts';
import { classCount, trueCodes } from './labels.ts';
import { memo } from './memo.ts';
import type { Answers, Context, Interval, Metric, Outputs, PairedInterval } from './metric.ts';
import type { Value } from './result.ts';
import { degreesOfFreedom, symmetric, symmetricPair, valueOf, withheld, withheldPair } from './result.ts';
import { scaledWeights } from './scaled-weights.ts';

/** Pseudo-rows spread evenly over the cells: a quarter in each of a binary pair's eight (verdict.md §3). */
const PSEUDO_ROWS = 2;
const METHOD = 'smoothed-delta';

/** A metric read from the confusion table. */
export interface ConfusionMetric {
  readonly name: string;
  readonly range: readonly [number, number];
  readonly measure: Measure;
  readonly labels: LabelReader;
  readonly floor: Metric['floor'];
  /** Rows that the metric's variance hangs on, from the effective rows of each class. */
  readonly events: (classRows: Float64Array) => number;
  /** Where a better interval of a single value exists (Wilson). */
  readonly single?: (answers: Answers, predicted: Int32Array, context: Context, value: number) => Interval;
  /** Where a better paired interval exists (Bonett–Price). */
  readonly paired?: (
    answers: Answers,
    candidate: Int32Array,
    baseline: Int32Array,
    context: Context,
    value: number,
  ) => PairedInterval;
}

/**
 * A metric of the confusion table with smoothed delta intervals (verdict.md §3): pseudo-rows in every cell, then the
 * first-order variance of the measure, by row or by unit; centred at the smoothed value, the raw one is reported.
 */
export function confusionMetric(spec: ConfusionMetric): Metric {
  const { name, range, labels, floor } = spec;
  const value = memo((answers, outputs): Value => rawValue(spec, answers, labels(answers, outputs)));
  const pair = pairOf(spec, value);
  const metric: Metric = {
    name,
    direction: 'higher',
    displayOnly: false,
    range,
    needs: 'labels',
    floor,
    value,
    interval(answers, outputs, context) {
      const raw = value(answers, outputs);
      const predicted = labels(answers, outputs);
      const reason = raw.reason ?? floor(answers, context);
      if (reason !== null || predicted === null) return withheld(raw.value, METHOD, reason ?? 'NOT_A_NUMBER');
      if (spec.single !== undefined) return spec.single(answers, predicted, context, raw.value);
      return smoothedSingle(spec, answers, predicted, context, raw.value);
    },
    difference: (answers, candidate, baseline, context) =>
      pair('difference', answers, candidate, baseline, context),
  };
  if (range[0] < 0) return metric;
  return { ...metric, logRatio: (answers, c, b, context) => pair('log-ratio', answers, c, b, context) };
}

function pairOf(spec: ConfusionMetric, value: (answers: Answers, outputs: Outputs) => Value) {
  return (
    kind: CombinationKind,
    answers: Answers,
    c: Outputs,
    b: Outputs,
    context: Context,
  ): PairedInterval => {
    const left = value(answers, c);
    const right = value(answers, b);
    const raw = combine(kind, left.value, right.value)?.value ?? NaN;
    const candidate = spec.labels(answers, c);
    const baseline = spec.labels(answers, b);
    const reason =
      left.reason ?? right.reason ?? (Number.isNaN(raw) ? 'NOT_A_NUMBER' : spec.floor(answers, context));
    if (reason !== null || candidate === null || baseline === null)
      return withheldPair(raw, METHOD, reason ?? 'NOT_A_NUMBER');
    if (spec.paired !== undefined && kind === 'difference')
      return spec.paired(answers, candidate, baseline, context, raw);
    return smoothedPair(spec, kind, answers, { candidate, baseline }, context, raw);
  };
}

function rawValue(spec: ConfusionMetric, answers: Answers, predicted: Int32Array | null): Value {
  const truth = trueCodes(answers);
  if (truth === null || predicted === null || answers.rows === 0)
    return { value: NaN, reason: 'NOT_A_NUMBER' };
  return valueOf(spec.measure.value(countConfusion(truth, predicted, answers.weight, classCount(answers))));
}

/** Class codes renumbered so that labels which nobody uses hold no pseudo-rows. */
interface Compact {
  readonly classes: number;
  readonly of: Int32Array;
  readonly back: readonly number[];
}

function compactClasses(classes: number, columns: readonly ArrayLike<number>[]): Compact {
  const used = new Uint8Array(classes);
  for (const column of columns) for (let i = 0; i < column.length; i++) used[column[i]!] = 1;
  const of = new Int32Array(classes);
  const back: number[] = [];
  for (let k = 0; k < classes; k++) {
    if (used[k] !== 1 && classes > 2) continue;
    of[k] = back.length;
    back.push(k);
  }
  return { classes: back.length, of, back };
}

/** The measure's value and slopes on the table with pseudo-rows; slopes by the original class codes. */
function smoothedSlopes(
  measure: Measure,
  table: Confusion,
  compact: Compact,
): { readonly value: number; readonly slopes: Float64Array; readonly classes: number } {
  const { classes } = table;
  const share = PSEUDO_ROWS / (compact.classes * compact.classes);
  const counts = new Float64Array(classes * classes);
  for (const t of compact.back)
    for (const p of compact.back) counts[t * classes + p] = table.counts[t * classes + p]! + share;
  const smoothed = { classes, counts };
  return { value: measure.value(smoothed), slopes: measure.gradient(smoothed), classes };
}

function smoothedSingle(
  spec: ConfusionMetric,
  answers: Answers,
  predicted: Int32Array,
  context: Context,
  value: number,
): Interval {
  const truth = trueCodes(answers)!;
  const classes = classCount(answers);
  const weight = scaledWeights(answers);
  const compact = compactClasses(classes, [truth, predicted]);
  const side = smoothedSlopes(spec.measure, countConfusion(truth, predicted, weight, classes), compact);
  const influence = new Float64Array(answers.rows);
  for (let i = 0; i < influence.length; i++) {
    influence[i] = (weight === null ? 1 : weight[i]!) * side.slopes[truth[i]! * classes + predicted[i]!]!;
  }
  let pseudo = 0;
  for (const t of compact.back) for (const p of compact.back) pseudo += side.slopes[t * classes + p]! ** 2;
  pseudo *= PSEUDO_ROWS / (compact.classes * compact.classes);
  const se = Math.sqrt(sumOfSquares(influence, context) + pseudo);
  const df = freedom(spec, answers, context);
  return symmetric({ value, centre: side.value, se, df, method: METHOD, range: spec.range }, context);
}

function smoothedPair(
  spec: ConfusionMetric,
  kind: CombinationKind,
  answers: Answers,
  labels: { readonly candidate: Int32Array; readonly baseline: Int32Array },
  context: Context,
  value: number,
): PairedInterval {
  const { candidate, baseline } = labels;
  const truth = trueCodes(answers)!;
  const classes = classCount(answers);
  const weight = scaledWeights(answers);
  const compact = compactClasses(classes, [truth, candidate, baseline]);
  const c = smoothedSlopes(spec.measure, countConfusion(truth, candidate, weight, classes), compact);
  const b = smoothedSlopes(spec.measure, countConfusion(truth, baseline, weight, classes), compact);
  const both = combine(kind, c.value, b.value);
  if (both === null) return withheldPair(value, METHOD, 'NOT_A_NUMBER');
  const up = c.slopes.map((slope) => slope * both.candidate);
  const down = b.slopes.map((slope) => slope * both.baseline);
  const influence = new Float64Array(answers.rows);
  for (let i = 0; i < influence.length; i++) {
    const row = truth[i]! * classes;
    const slope = up[row + candidate[i]!]! - down[row + baseline[i]!]!;
    influence[i] = weight === null ? slope : weight[i]! * slope;
  }
  const se = Math.sqrt(sumOfSquares(influence, context) + pseudoVariance(up, down, classes, compact));
  const parts = { value, centre: both.value, se, df: freedom(spec, answers, context), method: METHOD };
  return symmetricPair(kind === 'difference' ? { ...parts, range: spec.range } : parts, context);
}

/** Student's t by row too: the variance is estimated from as many rows as the rarer class has. */
function freedom(spec: ConfusionMetric, answers: Answers, context: Context): number {
  return degreesOfFreedom(context, Math.max(1, spec.events(effectiveClassRows(answers)) - 1));
}

/** Σ over the K³ cells of share · (slope_c − slope_b)², without visiting them: each true class's sums suffice. */
function pseudoVariance(c: Float64Array, b: Float64Array, classes: number, compact: Compact): number {
  const k = compact.classes;
  let sum = 0;
  for (const t of compact.back) {
    let squares = 0;
    let sumC = 0;
    let sumB = 0;
    for (const p of compact.back) {
      const left = c[t * classes + p]!;
      const right = b[t * classes + p]!;
      squares += left * left + right * right;
      sumC += left;
      sumB += right;
    }
    sum += k * squares - 2 * sumC * sumB;
  }
  return (PSEUDO_ROWS / (k * k * k)) * sum;
}

/** Variance of a sum of influence values by row, or by unit with the leverage correction. */
export function sumOfSquares(influence: Float64Array, context: Context): number {
  if (context.units !== null) return clusterVariance(influence, context.units);
  let sum = 0;
  for (let i = 0; i < influence.length; i++) sum += influence[i]! * influence[i]!;
  return sum;
}
