import type { ReasonCode } from '../contracts/codes.ts';
import type { GateResult } from '../contracts/comparison.ts';
import type { Decision } from '../contracts/decision.ts';

/** A decision and its reason. */
export interface Outcome {
  readonly decision: Decision;
  readonly reason: ReasonCode;
}

/** What a gate on a paired difference makes of its verdict: fails on worse, passes on better and not-worse. */
export function gateOfRelative(
  verdict: 'better' | 'not-worse' | 'worse' | 'inconclusive',
): 'pass' | 'fail' | 'inconclusive' {
  if (verdict === 'worse') return 'fail';
  return verdict === 'inconclusive' ? 'inconclusive' : 'pass';
}

/** A slice as a guard reads it. */
export interface GuardedSlice {
  readonly name: string;
  /** Candidate − baseline, above 0 better; NaN where withheld. */
  readonly gain: number;
  /** Holm-adjusted over all declared slices; NaN where withheld. */
  readonly adjusted: number;
  /** Why the slice is not tested; null when it is. */
  readonly withheld: ReasonCode | null;
}

/** Verdict of a guard and the slices that broke it, worst first. */
export interface GuardVerdict {
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  readonly reason: ReasonCode;
  readonly dropped: readonly GuardedSlice[];
  readonly unseen: number;
}

/**
 * A guard fails only if the adjusted p of a slice is below α and its drop reaches the limit. Slices too small to be
 * tested are counted as unseen; where none can be tested the guard is inconclusive.
 */
export function guardVerdict(slices: readonly GuardedSlice[], maxDrop: number, alpha: number): GuardVerdict {
  const dropped = slices
    .filter((slice) => slice.withheld === null && slice.adjusted < alpha && slice.gain <= -maxDrop)
    .sort((a, b) => a.gain - b.gain);
  const unseen = slices.filter((slice) => slice.withheld !== null).length;
  if (dropped.length > 0) return { verdict: 'fail', reason: 'SLICE_DROPPED', dropped, unseen };
  const first = slices.find((slice) => slice.withheld !== null);
  if (unseen === slices.length)
    return { verdict: 'inconclusive', reason: first?.withheld ?? 'TOO_FEW_ROWS', dropped, unseen };
  return { verdict: 'pass', reason: 'SLICES_HOLD', dropped, unseen };
}

/** What overrules the gates: the candidate's predictions or the baseline's cannot be judged. */
export type Overrule = 'PREDICTIONS_INCOMPLETE' | 'BASELINE_NOT_FINITE' | null;

const GENERAL: ReadonlySet<ReasonCode> = new Set<ReasonCode>(['INCONCLUSIVE', 'FLOOR_MISSED', 'WORSE']);

/** The reason the gates share where it says more than "inconclusive", else null. */
function sharedReason(results: readonly Pick<GateResult, 'reason'>[]): ReasonCode | null {
  const first = results[0]?.reason;
  if (first === undefined || GENERAL.has(first)) return null;
  return results.every((result) => result.reason === first) ? first : null;
}

/**
 * Incomplete predictions fail whatever the gates say. Any failed gate fails; a baseline that is not finite, or any
 * inconclusive gate, is inconclusive; without a gate that was judged nothing passes; without gates it is skipped.
 */
export function decideGates(
  gates: readonly Pick<GateResult, 'verdict' | 'reason'>[],
  overrule: Overrule,
): Outcome {
  if (overrule === 'PREDICTIONS_INCOMPLETE') return { decision: 'fail', reason: 'PREDICTIONS_INCOMPLETE' };
  if (gates.some((gate) => gate.verdict === 'fail')) return { decision: 'fail', reason: 'GATE_FAILED' };
  if (overrule !== null) return { decision: 'inconclusive', reason: overrule };
  if (gates.length === 0) return { decision: 'skipped', reason: 'NO_GATES' };
  const open = gates.filter((gate) => gate.verdict === 'inconclusive');
  if (open.length > 0) return { decision: 'inconclusive', reason: sharedReason(open) ?? 'GATE_INCONCLUSIVE' };
  if (gates.some((gate) => gate.verdict === 'pass')) return { decision: 'pass', reason: 'ALL_GATES_PASS' };
  const first = gates.find((gate) => gate.reason === 'FIRST_VERSION') ?? gates[0]!;
  return { decision: 'inconclusive', reason: first.reason };
}
