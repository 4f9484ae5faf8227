/**
 * Benjamini and Hochberg's (1995) adjusted p-values (q-values), q_i = min over j ≥ i of p_j m / j, in the order given;
 * as statsmodels' `multipletests(method='fdr_bh')`.
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const count = pValues.length;
  const order = pValues.map((_, i) => i).sort((i, j) => pValues[i]! - pValues[j]!);
  const adjusted = new Array<number>(count);
  let least = 1;
  for (let rank = count; rank >= 1; rank--) {
    const index = order[rank - 1]!;
    least = Math.min(least, (pValues[index]! * count) / rank);
    adjusted[index] = least;
  }
  return adjusted;
}
