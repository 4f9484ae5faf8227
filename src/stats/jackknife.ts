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
