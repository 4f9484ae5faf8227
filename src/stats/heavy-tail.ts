/**
 * Share of the variance (of the squared influence values) that the largest 1 % of the rows carry; at least one row.
 * Above one half the normal theory of an influence interval does not hold (verdict: HEAVY_TAIL).
 */
export function topShareOfVariance(influence: Float64Array, share = 0.01): number {
  const squares = new Float64Array(influence.length);
  let total = 0;
  for (let i = 0; i < squares.length; i++) {
    squares[i] = influence[i]! * influence[i]!;
    total += squares[i]!;
  }
  if (!(total > 0)) return 0;
  const top = Math.min(squares.length, Math.max(1, Math.ceil(share * squares.length - 1e-9)));
  moveLargestToEnd(squares, squares.length - top);
  let largest = 0;
  for (let i = squares.length - top; i < squares.length; i++) largest += squares[i]!;
  return largest / total;
}

/** Quickselect (Hoare): afterwards every value from `boundary` on is at least as large as every one before. */
function moveLargestToEnd(values: Float64Array, boundary: number): void {
  let left = 0;
  let right = values.length - 1;
  while (left < right) {
    const pivot = values[(left + right) >> 1]!;
    let i = left;
    let j = right;
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i <= j) {
        const kept = values[i]!;
        values[i] = values[j]!;
        values[j] = kept;
        i++;
        j--;
      }
    }
    if (boundary <= j) right = j;
    else if (boundary >= i) left = i;
    else return;
  }
}
