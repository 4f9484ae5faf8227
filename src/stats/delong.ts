import { ascendingOrder } from './order.ts';

/** The area under the ROC curve and what each row adds to it. */
export interface Placements {
  /** NaN when a class has no weight. */
  readonly auc: number;
  /**
   * Of a positive: the share of negatives scored below it (ties half). Of a negative: the share of positives scored
   * above it. DeLong's V10 and V01.
   */
  readonly values: Float64Array;
  /** Weight of the positives and of the negatives; rows where there are no weights. */
  readonly positives: number;
  readonly negatives: number;
}

/**
 * AUC and DeLong's structural components in one pass over the sorted scores (Sun and Xu 2014, "Fast implementation of
 * DeLong's algorithm"), with row weights. Ties count half, as scikit-learn's trapezoid.
 *
 * @param positive 1 for rows of the positive class, 0 for the negative
 * @param order indices that sort the scores ascending, where the caller has them
 */
export function placements(
  scores: Float64Array,
  positive: Uint8Array,
  weight: Float64Array | null = null,
  order: Uint32Array = ascendingOrder(scores),
): Placements {
  let positives = 0;
  let negatives = 0;
  for (let i = 0; i < positive.length; i++) {
    const w = weight === null ? 1 : weight[i]!;
    if (positive[i] === 1) positives += w;
    else negatives += w;
  }
  const values = new Float64Array(scores.length);
  let positivesBelow = 0;
  let negativesBelow = 0;
  let area = 0;
  for (let start = 0; start < order.length;) {
    const score = scores[order[start]!]!;
    let tiedPositives = 0;
    let tiedNegatives = 0;
    let end = start;
    for (; end < order.length && scores[order[end]!] === score; end++) {
      const row = order[end]!;
      const w = weight === null ? 1 : weight[row]!;
      if (positive[row] === 1) tiedPositives += w;
      else tiedNegatives += w;
    }
    const below = (negativesBelow + tiedNegatives / 2) / negatives;
    const above = (positives - positivesBelow - tiedPositives / 2) / positives;
    for (let k = start; k < end; k++) values[order[k]!] = positive[order[k]!] === 1 ? below : above;
    area += tiedPositives * (negativesBelow + tiedNegatives / 2);
    positivesBelow += tiedPositives;
    negativesBelow += tiedNegatives;
    start = end;
  }
  const auc = positives > 0 && negatives > 0 ? area / positives / negatives : NaN;
  return { auc, values, positives, negatives };
}

/** Sums over one class that a variance needs. */
interface ClassMoments {
  readonly mean: number;
  /** Σ w² (value − mean)². */
  readonly squares: number;
  readonly weight: number;
  /** Kish's effective rows. */
  readonly effective: number;
}

function classMoments(
  values: Float64Array,
  positive: Uint8Array,
  side: 0 | 1,
  weight: Float64Array | null,
): ClassMoments {
  let total = 0;
  let squaredWeights = 0;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    if (positive[i] !== side) continue;
    const w = weight === null ? 1 : weight[i]!;
    total += w;
    squaredWeights += w * w;
    sum += w * values[i]!;
  }
  const mean = sum / total;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    if (positive[i] !== side) continue;
    const residual = (weight === null ? 1 : weight[i]!) * (values[i]! - mean);
    squares += residual * residual;
  }
  return { mean, squares, weight: total, effective: (total * total) / squaredWeights };
}

/**
 * DeLong, DeLong and Clarke-Pearson's (1988) variance of an AUC, or of a difference of two AUCs when `values` holds
 * the differences of the placements: S10 / m + S01 / n with ddof 1.
 */
export function delongVariance(
  values: Float64Array,
  positive: Uint8Array,
  weight: Float64Array | null = null,
): number {
  let variance = 0;
  for (const side of [0, 1] as const) {
    const { squares, weight: total, effective } = classMoments(values, positive, side, weight);
    variance += (squares / (total * total)) * (effective / (effective - 1));
  }
  return variance;
}

/**
 * Influence values of an AUC, or of a difference of AUCs, by row: w (value − mean of its class) / weight of its
 * class. They sum to 0; their squares summed by unit are the clustered variance (Obuchowski 1997).
 */
export function delongInfluence(
  values: Float64Array,
  positive: Uint8Array,
  weight: Float64Array | null = null,
): Float64Array {
  const sides = [
    classMoments(values, positive, 0, weight),
    classMoments(values, positive, 1, weight),
  ] as const;
  const influence = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const side = positive[i] === 1 ? sides[1] : sides[0];
    influence[i] = ((weight === null ? 1 : weight[i]!) * (values[i]! - side.mean)) / side.weight;
  }
  return influence;
}
