/**
 * Holm's (1979) step-down adjusted p-values, in the order given; as statsmodels' `multipletests(method='holm')`.
 */
export function holm(pValues: readonly number[]): number[] {
  const count = pValues.length;
  const order = pValues.map((_, i) => i).sort((i, j) => pValues[i]! - pValues[j]!);
  const adjusted = new Array<number>(count);
  let largest = 0;
  for (let rank = 0; rank < count; rank++) {
    const index = order[rank]!;
    largest = Math.max(largest, Math.min(1, pValues[index]! * (count - rank)));
    adjusted[index] = largest;
  }
  return adjusted;
}
