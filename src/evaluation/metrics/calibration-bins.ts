import type { Answers, Outputs } from './metric.ts';
import { probabilities } from './probability-losses.ts';

/** Equal-width bins of the score, right-closed: (0, 0.1], …, 0 itself in the first. */
export const CALIBRATION_BINS = 10;

/** What a model claimed and what came true, row by row, with the bin of the claim. */
export interface Claims {
  /** Outcome (0 or 1) minus claimed probability. */
  readonly residual: Float64Array;
  readonly bin: Uint8Array;
}

/**
 * Claims of a classifier: binary the probability of the positive class against the outcome; multiclass the largest
 * probability against "that class is right". Null where the scores are not probabilities.
 */
export function claimsOf(answers: Answers, outputs: Outputs): Claims | null {
  const scores = probabilities(answers, outputs);
  if (scores === null || (answers.task !== 'binary' && answers.task !== 'multiclass')) return null;
  const residual = new Float64Array(answers.rows);
  const bin = new Uint8Array(answers.rows);
  for (let i = 0; i < residual.length; i++) {
    let best = 0;
    for (let k = 1; k < scores.length; k++) if (scores[k]![i]! > scores[best]![i]!) best = k;
    const p = scores[best]![i]!;
    const hit = answers.task === 'binary' ? answers.y[i]! : answers.y[i] === best ? 1 : 0;
    residual[i] = hit - p;
    bin[i] = binOf(p);
  }
  return { residual, bin };
}

/** Bin of a probability: the right edge belongs to it. */
export function binOf(p: number): number {
  return Math.max(0, Math.min(CALIBRATION_BINS - 1, Math.ceil(p * CALIBRATION_BINS - 1e-12) - 1));
}

/** Weighted sums of each bin. */
export interface BinSums {
  readonly weight: Float64Array;
  /** Σ w r. */
  readonly residual: Float64Array;
  /** Σ w² (r − gap)². */
  readonly spread: Float64Array;
  /** Σ w². */
  readonly squaredWeight: Float64Array;
  readonly total: number;
}

/** Sums of the residuals by bin. */
export function binSums(claims: Claims, weight: Float64Array | null): BinSums {
  const sums = {
    weight: new Float64Array(CALIBRATION_BINS),
    residual: new Float64Array(CALIBRATION_BINS),
    spread: new Float64Array(CALIBRATION_BINS),
    squaredWeight: new Float64Array(CALIBRATION_BINS),
  };
  let total = 0;
  for (let i = 0; i < claims.bin.length; i++) {
    const w = weight === null ? 1 : weight[i]!;
    const b = claims.bin[i]!;
    sums.weight[b]! += w;
    sums.residual[b]! += w * claims.residual[i]!;
    sums.squaredWeight[b]! += w * w;
    total += w;
  }
  for (let i = 0; i < claims.bin.length; i++) {
    const w = weight === null ? 1 : weight[i]!;
    const b = claims.bin[i]!;
    sums.spread[b]! += (w * (claims.residual[i]! - sums.residual[b]! / sums.weight[b]!)) ** 2;
  }
  return { ...sums, total };
}
