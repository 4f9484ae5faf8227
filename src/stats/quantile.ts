/**
 * Quantile of values sorted ascending, linear between neighbours as numpy's default (Hyndman and Fan's type 7).
 *
 * @param q in [0, 1]
 */
export function sortedQuantile(sorted: ArrayLike<number>, q: number): number {
  if (sorted.length === 0) return NaN;
  const position = q * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (position - below) * (high - low);
}
