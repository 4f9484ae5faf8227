/** Weighted counts of (true, predicted) classes, K × K row-major: `counts[t * K + p]`. */
export interface Confusion {
  readonly classes: number;
  readonly counts: Float64Array;
}

/** A number computed from a confusion table, unchanged when all counts are multiplied by the same factor. */
export interface Measure {
  /** NaN where it has no value. */
  value(table: Confusion): number;
  /** ∂value/∂count of each cell, K × K row-major. */
  gradient(table: Confusion): Float64Array;
}

/** Counts rows (or their weights) by true and predicted class. */
export function countConfusion(
  truth: Uint8Array | Int32Array,
  predicted: Int32Array,
  weight: Float64Array | null,
  classes: number,
): Confusion {
  const counts = new Float64Array(classes * classes);
  if (weight === null) for (let i = 0; i < truth.length; i++) counts[truth[i]! * classes + predicted[i]!]!++;
  else for (let i = 0; i < truth.length; i++) counts[truth[i]! * classes + predicted[i]!]! += weight[i]!;
  return { classes, counts };
}

/** Totals by true class, by predicted class, and over the diagonal. */
export function margins(table: Confusion): {
  truth: Float64Array;
  predicted: Float64Array;
  right: number;
  total: number;
} {
  const { classes, counts } = table;
  const truth = new Float64Array(classes);
  const predicted = new Float64Array(classes);
  let right = 0;
  let total = 0;
  for (let t = 0; t < classes; t++) {
    for (let p = 0; p < classes; p++) {
      const count = counts[t * classes + p]!;
      truth[t]! += count;
      predicted[p]! += count;
      total += count;
      if (t === p) right += count;
    }
  }
  return { truth, predicted, right, total };
}
