/** Which rows belong together, and how large the groups are. */
export interface Clusters {
  /** Group of each row, 0 … count−1. */
  readonly of: Int32Array;
  readonly count: number;
  /** Rows (or sum of weights) of each group. */
  readonly sizes: Float64Array;
}

/** (Σm)²/Σm²: the number of equally large groups with the same weight concentration; 0 when all sizes are 0. */
export function effectiveClusters(sizes: Float64Array): number {
  let sum = 0;
  let squares = 0;
  for (const size of sizes) {
    sum += size;
    squares += size * size;
  }
  return squares === 0 ? 0 : (sum * sum) / squares;
}

/** Sum of each group's values. */
export function clusterSums(values: Float64Array, clusters: Clusters): Float64Array {
  const sums = new Float64Array(clusters.count);
  for (let i = 0; i < values.length; i++) sums[clusters.of[i]!]! += values[i]!;
  return sums;
}

/**
 * Variance of an estimate whose influence values (already divided by n, so that they sum to 0) are given by row, when
 * only groups are independent: Σ_g (S_g / (1 − m_g/N))², S_g the sum of the group's values. The divisor is the
 * leverage correction of the jackknife (CR3; Bell and McCaffrey 2002). Use it with t(effectiveClusters − 1). A group
 * that holds everything gives Infinity.
 *
 * @param sizes size of each group, where it is not the clusters' own (a metric over a part of the rows)
 */
export function clusterVariance(influence: Float64Array, clusters: Clusters, sizes = clusters.sizes): number {
  let total = 0;
  for (const size of sizes) total += size;
  const sums = clusterSums(influence, clusters);
  let variance = 0;
  for (let g = 0; g < clusters.count; g++) {
    const share = total > 0 ? sizes[g]! / total : 0;
    if (sums[g] === 0) continue;
    const value = share >= 1 ? Infinity : sums[g]! / (1 - share);
    variance += value * value;
  }
  return variance;
}
