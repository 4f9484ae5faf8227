import type { ReasonCode } from '../contracts/codes.ts';
import type { DifferenceEstimate, Estimate } from '../contracts/comparison.ts';
import type { Answers, Context, Interval, Metric, Outputs, PairedInterval } from './metrics/metric.ts';

/** One metric of both models on the same rows. */
export interface Measurement {
  readonly metric: Metric;
  /** Why these data cannot be judged by this metric: no value, or below the data floor; null when they can. */
  readonly floor: ReasonCode | null;
  /** Null where the candidate's predictions are not complete. */
  readonly candidate: Interval | null;
  readonly baseline: Interval | null;
  readonly difference: PairedInterval | null;
  /** log(candidate / baseline), where it was asked for and exists. */
  readonly logRatio: PairedInterval | null;
  readonly identical: boolean;
}

function sameColumn(a: Float64Array | undefined, b: Float64Array | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined || a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** True where both models say the same on every row, to the last bit. */
export function identicalOutputs(a: Outputs, b: Outputs): boolean {
  if (!sameColumn(a.score, b.score) || !sameColumn(a.prediction, b.prediction)) return false;
  if ((a.scores?.length ?? 0) !== (b.scores?.length ?? 0)) return false;
  if (a.scores?.some((column, index) => !sameColumn(column, b.scores?.[index])) === true) return false;
  const names = [...(a.columns?.keys() ?? [])];
  return names.every((name) => sameColumn(a.columns?.get(name), b.columns?.get(name)));
}

function valueOnly(metric: Metric, answers: Answers, outputs: Outputs, reason: ReasonCode | null): Interval {
  const { value, reason: own } = metric.value(answers, outputs);
  return {
    value,
    low: Number.NaN,
    high: Number.NaN,
    se: Number.NaN,
    method: '',
    reason: reason ?? own ?? 'NOT_A_NUMBER',
  };
}

function pointDifference(candidate: number, baseline: number, reason: ReasonCode): PairedInterval {
  return {
    value: candidate - baseline,
    low: Number.NaN,
    high: Number.NaN,
    se: Number.NaN,
    p: Number.NaN,
    df: Number.NaN,
    method: '',
    reason,
  };
}

const NO_DIFFERENCE = {
  low: 0,
  high: 0,
  se: 0,
  p: 1,
  df: Number.POSITIVE_INFINITY,
  method: 'identical',
  reason: null,
};

/** What a measurement is taken of; null outputs are missing or incomplete. */
export interface Measured {
  readonly answers: Answers;
  readonly candidate: Outputs | null;
  readonly baseline: Outputs | null;
  readonly identical: boolean;
}

/** Measures one metric: values always, intervals only where the data floor allows them. */
export function measure(metric: Metric, data: Measured, context: Context, wantRatio = false): Measurement {
  const { answers, candidate, baseline, identical } = data;
  const values = [candidate, baseline].flatMap((outputs) =>
    outputs === null ? [] : [metric.value(answers, outputs)],
  );
  const broken = values.find(({ value }) => !Number.isFinite(value));
  const floor = broken === undefined ? metric.floor(answers, context) : (broken.reason ?? 'NOT_A_NUMBER');
  const single = (outputs: Outputs | null): Interval | null => {
    if (outputs === null) return null;
    return floor === null
      ? metric.interval(answers, outputs, context)
      : valueOnly(metric, answers, outputs, floor);
  };
  const ofCandidate = single(candidate);
  const ofBaseline = identical ? ofCandidate : single(baseline);
  let difference: PairedInterval | null = null;
  let logRatio: PairedInterval | null = null;
  if (candidate !== null && baseline !== null && ofCandidate !== null && ofBaseline !== null) {
    if (identical) difference = { value: ofCandidate.value - ofBaseline.value, ...NO_DIFFERENCE };
    else if (floor !== null) difference = pointDifference(ofCandidate.value, ofBaseline.value, floor);
    else difference = metric.difference(answers, candidate, baseline, context);
    if (wantRatio && floor === null && !identical)
      logRatio = metric.logRatio?.(answers, candidate, baseline, context) ?? null;
  }
  return { metric, floor, candidate: ofCandidate, baseline: ofBaseline, difference, logRatio, identical };
}

/** A number for JSON: null where it is not finite. */
export function finite(value: number | null | undefined): number | null {
  return value !== null && value !== undefined && Number.isFinite(value) ? value : null;
}

/** An interval for JSON. Half an interval says nothing: both ends are there, or none. */
export function estimateOf(interval: Interval | null): Estimate {
  const low = finite(interval?.low);
  const high = finite(interval?.high);
  const whole = low !== null && high !== null;
  return { value: finite(interval?.value), low: whole ? low : null, high: whole ? high : null };
}

/** A paired interval for JSON. */
export function differenceOf(interval: PairedInterval | null): DifferenceEstimate {
  const estimate = estimateOf(interval);
  const withheld = estimate.low === null;
  return {
    ...estimate,
    p: withheld ? null : finite(interval?.p),
    method: withheld || interval?.method === '' ? null : (interval?.method ?? null),
  };
}
