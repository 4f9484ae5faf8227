import { normalCdf, normalQuantile, powerAtEquality, smallestVisible } from '../stats/index.ts';

/** What a gate can decide on a test set, from the standard error of one comparison on it. */
export interface GatePower {
  /** Share of truly equal models that end inconclusive, 0 … 1. */
  readonly inconclusive: number;
  /** The margin that lets 80 of 100 equal models pass: what this set can hold. */
  readonly holds: number;
}

/**
 * Power of `not-worse-by margin` for truly equal models: they pass where the estimate, N(0, se), lies above z·se −
 * margin, and α/2 of them end worse where the margin is smaller than that.
 */
export function gatePower(se: number, margin: number, alpha: number): GatePower {
  const z = normalQuantile(1 - alpha / 2);
  const passes = powerAtEquality(se, margin, alpha);
  // Called worse: the estimate lies below −z·se, and not above z·se − margin, where it would pass.
  const worse = normalCdf(Math.min(-z, z - margin / se));
  return { inconclusive: Math.max(0, 1 - passes - worse), holds: smallestVisible(se, alpha) };
}

/** The standard error behind a printed interval of level 1 − alpha; NaN where it is withheld. */
export function seOfInterval(low: number | null, high: number | null, alpha: number): number {
  return low === null || high === null ? Number.NaN : (high - low) / (2 * normalQuantile(1 - alpha / 2));
}
