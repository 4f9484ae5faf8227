/**
 * Share of the variance (of the squared influence values) that the largest 1 % of the rows carry; at least one row.
 * Above one half the normal theory of an influence interval does not hold (verdict: HEAVY_TAIL).
 */
export function topShareOfVariance(influence: Float64Array, share = 0.01): number {
  const squares = influence.map((value) => value * value);
  squares.sort();
  const top = Math.max(1, Math.ceil(share * squares.length - 1e-9));
  let total = 0;
  let largest = 0;
  for (let i = 0; i < squares.length; i++) {
    total += squares[i]!;
    if (i >= squares.length - top) largest += squares[i]!;
  }
  return total === 0 ? 0 : largest / total;
}
