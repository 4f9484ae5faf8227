import type { ReasonCode } from '../../contracts/codes.ts';
import { tQuantile, tTwoSidedP } from '../../stats/index.ts';
import type { Context, Interval, PairedInterval } from './metric.ts';

/** A value, or NaN with the reason why there is none. */
export interface Value {
  readonly value: number;
  readonly reason: ReasonCode | null;
}

/** A number as a metric's value; what is not finite is NaN with `reason`. */
export function valueOf(value: number, reason: ReasonCode = 'NOT_A_NUMBER'): Value {
  return Number.isFinite(value) ? { value, reason: null } : { value: NaN, reason };
}

/** The value stays, its interval is withheld. */
export function withheld(value: number, method: string, reason: ReasonCode): Interval {
  return { value, low: NaN, high: NaN, se: NaN, method, reason };
}

/** The difference stays, its interval and p are withheld. */
export function withheldPair(value: number, method: string, reason: ReasonCode): PairedInterval {
  return { value, low: NaN, high: NaN, se: NaN, p: NaN, df: NaN, method, reason };
}

/** Degrees of freedom of an interval by unit (verdict.md §1): effective units − 1; `byRow` where there are none. */
export function degreesOfFreedom(context: Context, byRow = Infinity): number {
  return context.units === null ? byRow : Math.max(1, context.units.effective - 1);
}

/** What an interval that is symmetric on the metric's own scale needs. */
export interface Symmetric {
  /** What is printed. */
  readonly value: number;
  /** Where the interval is centred, when that is not the value. */
  readonly centre?: number;
  readonly se: number;
  readonly df: number;
  readonly method: string;
  readonly range?: readonly [number, number];
}

/** centre ± t·se, cut at the metric's range. */
export function symmetric(parts: Symmetric, context: Context): Interval {
  const { value, centre = value, se, df, method, range = [-Infinity, Infinity] } = parts;
  if (!Number.isFinite(se)) return withheld(value, method, 'NOT_A_NUMBER');
  const half = tQuantile(1 - context.alpha / 2, df) * se;
  const low = Math.max(range[0], centre - half);
  const high = Math.min(range[1], centre + half);
  return { value, low, high, se, method, reason: null };
}

/** centre ± t·se of a paired difference with its two-sided p; cut at ± the width of the metric's range. */
export function symmetricPair(parts: Symmetric, context: Context): PairedInterval {
  const { value, centre = value, se, df, method, range = [-Infinity, Infinity] } = parts;
  if (!Number.isFinite(se)) return withheldPair(value, method, 'NOT_A_NUMBER');
  const span = range[1] - range[0];
  const half = se === 0 ? 0 : tQuantile(1 - context.alpha / 2, df) * se;
  const p = se === 0 ? (centre === 0 ? 1 : 0) : tTwoSidedP(centre / se, df);
  return {
    value,
    low: Math.max(-span, centre - half),
    high: Math.min(span, centre + half),
    se,
    p,
    df,
    method,
    reason: null,
  };
}
