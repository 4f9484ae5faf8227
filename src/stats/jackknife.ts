import type { Clusters } from './clusters.ts';

/** An estimate's variance from leaving out one group at a time. */
export interface Jackknife {
  readonly variance: number;
  /** Groups − 1. */
  readonly df: number;
}

/**
 * Delete-a-group jackknife: (G − 1)/G Σ (θ_g − θ̄)² with t(G − 1), for statistics that only a command can compute
 * (verdict.md §5 iii).
 *
 * @param leftOut the statistic with each group left out in turn; groups of about equal size
 */
export function deleteAGroupJackknife(leftOut: ArrayLike<number>): Jackknife {
  const groups = leftOut.length;
  let mean = 0;
  for (let g = 0; g < groups; g++) mean += leftOut[g]! / groups;
  let squares = 0;
  for (let g = 0; g < groups; g++) squares += (leftOut[g]! - mean) ** 2;
  return { variance: groups < 2 ? NaN : ((groups - 1) / groups) * squares, df: groups - 1 };
}

/**
 * A statistic of row multiplicities without each group in turn; NaN where it then has none.
 *
 * @param statistic gets 1 for each row that stays and 0 for each that is left out; the array is reused between calls
 */
export function leaveOutGroups(
  groups: Pick<Clusters, 'of' | 'count'>,
  statistic: (counts: Uint32Array) => number,
): Float64Array {
  const counts = new Uint32Array(groups.of.length);
  const values = new Float64Array(groups.count);
  for (let g = 0; g < groups.count; g++) {
    for (let i = 0; i < counts.length; i++) counts[i] = groups.of[i] === g ? 0 : 1;
    values[g] = statistic(counts);
  }
  return values;
}
