/** The decision table of docs/verdicts.md: intervals in, verdicts out. No data, no metrics, no texts. */
import type { ReasonCode } from '../contracts/codes.ts';
import type { Direction } from '../contracts/comparison.ts';

/** An interval whose positive side means "the candidate is better". NaN where it is withheld. */
export interface Oriented {
  readonly low: number;
  readonly high: number;
}

/** Turns an interval of candidate − baseline so that above 0 is better: mirrored for metrics where lower is better. */
export function orient(low: number, high: number, direction: Direction): Oriented {
  return direction === 'higher' ? { low, high } : { low: -high, high: -low };
}

/**
 * A margin on the scale on which it is judged. In the metric's unit: itself. As a share s of the baseline, on the log
 * ratio: −ln(1 − s) where higher is better, ln(1 + s) where lower is. A share of 1 or more tolerates every loss of a
 * metric that cannot fall below 0.
 */
export function marginOnScale(
  margin: { readonly value: number; readonly relative: boolean },
  direction: Direction,
): number {
  if (!margin.relative) return margin.value;
  if (direction === 'lower') return Math.log1p(margin.value);
  return margin.value >= 1 ? Number.POSITIVE_INFINITY : -Math.log1p(-margin.value);
}

/** Verdict on a paired difference, with its reason. */
export interface RelativeVerdict {
  readonly verdict: 'better' | 'not-worse' | 'worse' | 'inconclusive';
  readonly reason: ReasonCode;
}

/** Everything that decides about a paired difference. */
export interface RelativeEvidence {
  /** Both models predict the same on every row. */
  readonly identical: boolean;
  /** Why the data cannot be judged (NaN, data floor, heavy tail); null when they can. */
  readonly withheld: ReasonCode | null;
  readonly interval: Oriented;
  /** Tolerated loss ≥ 0 on the interval's scale; null when none is declared. */
  readonly margin: number | null;
  /** The Holm-adjusted p of the difference is below α (gates), or no correction is needed. */
  readonly significant: boolean;
}

/**
 * identical → not-worse; NaN or below the data floor → inconclusive; low > 0 better; low > −margin not-worse; high < 0
 * and significant worse; else inconclusive. An interval that is not finite decides nothing.
 */
export function relativeVerdict(evidence: RelativeEvidence): RelativeVerdict {
  const { identical, withheld, interval, margin, significant } = evidence;
  if (identical) return { verdict: 'not-worse', reason: 'IDENTICAL' };
  if (withheld !== null) return { verdict: 'inconclusive', reason: withheld };
  if (Number.isNaN(interval.low) || Number.isNaN(interval.high))
    return { verdict: 'inconclusive', reason: 'NOT_A_NUMBER' };
  if (interval.low > 0) return { verdict: 'better', reason: 'BETTER' };
  if (margin !== null && interval.low > -margin) return { verdict: 'not-worse', reason: 'NOT_WORSE' };
  if (interval.high < 0 && significant) return { verdict: 'worse', reason: 'WORSE' };
  return { verdict: 'inconclusive', reason: 'INCONCLUSIVE' };
}

/** Verdict on a value against a limit, with its reason. */
export interface LimitVerdict {
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  readonly reason: ReasonCode;
}

/** Everything that decides about a limit. */
export interface LimitEvidence {
  readonly kind: 'min' | 'max';
  readonly limit: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Why the data cannot be judged at all (NaN, data floor); null when they can. */
  readonly withheld: ReasonCode | null;
  /** Why only the interval is withheld (a value too near its end); null when it is there. */
  readonly noInterval: ReasonCode | null;
  /** A not-worse-by gate on the same metric passes. */
  readonly notWorse: boolean;
}

/**
 * min: low ≥ limit pass; high < limit fail; else a value that reaches the limit passes where a not-worse-by gate on the
 * same metric passes (FLOOR); else inconclusive. max is its mirror image.
 */
export function limitVerdict(evidence: LimitEvidence): LimitVerdict {
  if (evidence.withheld !== null) return { verdict: 'inconclusive', reason: evidence.withheld };
  if (Number.isNaN(evidence.value)) return { verdict: 'inconclusive', reason: 'NOT_A_NUMBER' };
  const sign = evidence.kind === 'min' ? 1 : -1;
  const limit = sign * evidence.limit;
  const worst = evidence.kind === 'min' ? evidence.low : -evidence.high;
  const best = evidence.kind === 'min' ? evidence.high : -evidence.low;
  if (worst >= limit) return { verdict: 'pass', reason: 'FLOOR_REACHED' };
  if (best < limit) return { verdict: 'fail', reason: 'FLOOR_MISSED' };
  if (sign * evidence.value >= limit && evidence.notWorse) return { verdict: 'pass', reason: 'FLOOR' };
  return { verdict: 'inconclusive', reason: evidence.noInterval ?? 'INCONCLUSIVE' };
}
