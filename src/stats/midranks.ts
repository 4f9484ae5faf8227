import { ascendingOrder } from './order.ts';

/**
 * Ranks from 1 with ties given the mean of the ranks they share, as `scipy.stats.rankdata(method='average')`.
 * Values must not be NaN.
 */
export function midranks(values: Float64Array, order: Uint32Array = ascendingOrder(values)): Float64Array {
  const ranks = new Float64Array(values.length);
  let start = 0;
  while (start < order.length) {
    const value = values[order[start]!]!;
    let end = start + 1;
    while (end < order.length && values[order[end]!] === value) end++;
    const rank = (start + end + 1) / 2;
    for (let k = start; k < end; k++) ranks[order[k]!] = rank;
    start = end;
  }
  return ranks;
}
