import type { Random } from './random.ts';

/** What swapping the two models by unit says of many hypotheses at once. */
export interface SignFlip {
  /** Σd / √Σd² of each hypothesis. */
  readonly statistics: readonly number[];
  /** Two-sided p adjusted over all hypotheses by the maximum, (1 + exceedances) / (flips + 1). */
  readonly adjusted: readonly number[];
}

/**
 * Sign-flip max-T (Westfall and Young 1993, single step): under "no difference" the two models may be swapped in every
 * unit, so each flip changes the sign of all of a unit's contributions together, which keeps the dependence between
 * overlapping hypotheses.
 *
 * @param contributions one array per hypothesis (slice): each unit's summed difference, 0 where it has none of its rows
 * @param flips number of random flips, e.g. 2,000
 */
export function signFlipMaxT(
  contributions: readonly Float64Array[],
  flips: number,
  random: Random,
): SignFlip {
  const norms = contributions.map((values) => Math.sqrt(values.reduce((sum, d) => sum + d * d, 0)));
  const statistic = (h: number, sum: number): number => (norms[h] === 0 ? 0 : sum / norms[h]!);
  const statistics = contributions.map((values, h) =>
    statistic(
      h,
      values.reduce((sum, d) => sum + d, 0),
    ),
  );
  const exceedances = new Array<number>(contributions.length).fill(0);
  const units = contributions[0]?.length ?? 0;
  const sparse = contributions.map(nonZero);
  const signs = new Int8Array(units);
  for (let flip = 0; flip < flips; flip++) {
    fillSigns(signs, random);
    let largest = 0;
    for (let h = 0; h < sparse.length; h++) {
      const { indices, values } = sparse[h]!;
      let sum = 0;
      for (let k = 0; k < indices.length; k++) sum += signs[indices[k]!]! * values[k]!;
      largest = Math.max(largest, Math.abs(statistic(h, sum)));
    }
    for (let h = 0; h < statistics.length; h++) {
      if (largest >= Math.abs(statistics[h]!) - 1e-12) exceedances[h]!++;
    }
  }
  return { statistics, adjusted: exceedances.map((count) => (1 + count) / (flips + 1)) };
}

function nonZero(values: Float64Array): { readonly indices: Int32Array; readonly values: Float64Array } {
  const indices: number[] = [];
  for (let i = 0; i < values.length; i++) if (values[i] !== 0) indices.push(i);
  return { indices: Int32Array.from(indices), values: Float64Array.from(indices, (i) => values[i]!) };
}

function fillSigns(signs: Int8Array, random: Random): void {
  let bits = 0;
  for (let i = 0; i < signs.length; i++) {
    if ((i & 31) === 0) bits = random.uint32();
    signs[i] = bits & 1 ? 1 : -1;
    bits >>>= 1;
  }
}
