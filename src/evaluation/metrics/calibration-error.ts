import type { ReasonCode } from '../../contracts/codes.ts';
import { clusterSums, clusterVariance } from '../../stats/index.ts';
import type { BinSums, Claims } from './calibration-bins.ts';
import { binSums, CALIBRATION_BINS, claimsOf } from './calibration-bins.ts';
import { effectiveClassRows, pooledClassFloor, RANKING_FLOOR, rowsOutsideLargest } from './floor.ts';
import { memo } from './memo.ts';
import type { Answers, Context, Metric, Outputs } from './metric.ts';
import { degreesOfFreedom, symmetric, symmetricPair, withheld, withheldPair } from './result.ts';

const METHOD = 'debiased';

interface Calibration {
  readonly value: number;
  readonly claims: Claims;
  readonly sums: BinSums;
}

/**
 * `ece`: expected calibration error Σ (n_b/n) |mean outcome − mean score| over ten right-closed bins of equal width.
 * Shown, never gated: the binned absolute gap is biased upwards, its interval covers 0 % for a calibrated model.
 */
export function expectedCalibrationError(): Metric {
  const evaluate = memo((answers: Answers, outputs: Outputs) => {
    const claims = claimsOf(answers, outputs);
    if (claims === null || answers.rows === 0) return NaN;
    const { residual, total } = binSums(claims, answers.weight);
    return residual.reduce((sum, gap) => sum + Math.abs(gap), 0) / total;
  });
  return {
    name: 'ece',
    direction: 'lower',
    displayOnly: true,
    range: [0, 1],
    needs: 'scores',
    floor: pooledClassFloor,
    value(answers, outputs) {
      const value = evaluate(answers, outputs);
      return { value, reason: Number.isNaN(value) ? 'NOT_A_NUMBER' : null };
    },
    interval: (answers, outputs) => withheld(evaluate(answers, outputs), 'none', 'DISPLAY_ONLY'),
    difference: (answers, c, b) =>
      withheldPair(evaluate(answers, c) - evaluate(answers, b), 'none', 'DISPLAY_ONLY'),
  };
}

/**
 * `calibration_error2`: squared calibration error without the bias of binning, Σ (n_b/n) (gap_b² − var_b/n_b) over the
 * bins of ece (the U-statistic of Σ_{i≠j} r_i r_j; compare Kumar, Liang and Ma 2019). May be slightly negative for a
 * calibrated model.
 */
export function calibrationError2(): Metric {
  const evaluate = memo(debiased);
  return {
    name: 'calibration_error2',
    direction: 'lower',
    displayOnly: false,
    range: [-1, 1],
    needs: 'scores',
    floor: calibrationFloor,
    value(answers, outputs) {
      const parts = evaluate(answers, outputs);
      return { value: parts?.value ?? NaN, reason: parts === null ? 'NOT_A_NUMBER' : null };
    },
    interval(answers, outputs, context) {
      const parts = evaluate(answers, outputs);
      const reason = parts === null ? 'NOT_A_NUMBER' : calibrationFloor(answers, context);
      if (parts === null || reason !== null)
        return withheld(parts?.value ?? NaN, METHOD, reason ?? 'NOT_A_NUMBER');
      const se = Math.sqrt(varianceOf(parts, null, answers, context));
      return symmetric({ value: parts.value, se, df: freedom(answers, context), method: METHOD }, context);
    },
    difference(answers, candidate, baseline, context) {
      const c = evaluate(answers, candidate);
      const b = evaluate(answers, baseline);
      if (c === null || b === null) return withheldPair(NaN, METHOD, 'NOT_A_NUMBER');
      const value = c.value - b.value;
      const reason = calibrationFloor(answers, context);
      if (reason !== null) return withheldPair(value, METHOD, reason);
      const se = Math.sqrt(varianceOf(c, b, answers, context));
      return symmetricPair({ value, se, df: freedom(answers, context), method: METHOD }, context);
    },
  };
}

/** Squared gaps of ten bins need more than a mean does: fifty rows outside the largest class. */
function calibrationFloor(answers: Answers, context: Context): ReasonCode | null {
  return pooledClassFloor(answers, context, RANKING_FLOOR);
}

function freedom(answers: Answers, context: Context): number {
  return degreesOfFreedom(context, Math.max(1, rowsOutsideLargest(effectiveClassRows(answers)) - 1));
}

function debiased(answers: Answers, outputs: Outputs): Calibration | null {
  const claims = claimsOf(answers, outputs);
  if (claims === null || answers.rows === 0) return null;
  const sums = binSums(claims, answers.weight);
  let value = 0;
  for (let b = 0; b < CALIBRATION_BINS; b++) {
    const weight = sums.weight[b]!;
    const rows = weight ** 2 / sums.squaredWeight[b]!;
    // A bin with one row has no variance to take off: it says nothing.
    if (!(rows > 1.000001)) continue;
    const gap = sums.residual[b]! / weight;
    const variance = (sums.spread[b]! / weight ** 2) * (rows / (rows - 1));
    value += (weight / sums.total) * (gap * gap - variance);
  }
  return Number.isFinite(value) ? { value, claims, sums } : null;
}

/**
 * Variance of the debiased error, or of the difference of two, as of a U-statistic: the linear part L = Σ influence²
 * by row or unit, the quadratic part Q = 2 Σ_{g≠h} kernel². The gaps in L are estimated, which makes it 2Q too large,
 * so L − Q is unbiased for the whole; by row half of that is taken back because the estimate is skewed where bins are
 * small, and it is never taken below Q, its value for calibrated models.
 */
function varianceOf(c: Calibration, b: Calibration | null, answers: Answers, context: Context): number {
  const influence = linearInfluence(c, answers);
  if (b !== null) {
    const other = linearInfluence(b, answers);
    for (let i = 0; i < influence.length; i++) influence[i]! -= other[i]!;
  }
  const quadratic = quadraticVariance(c, b, answers, context);
  if (context.units === null) {
    const linear = sumOfSquares(influence);
    return Math.max(linear - quadratic / 2, quadratic);
  }
  const linear = clusterVariance(influence, context.units);
  // The leverage correction of the linear part enlarges what the estimated gaps add to it, too.
  const plain = sumOfSquares(clusterSums(influence, context.units));
  const leverage = plain === 0 ? 1 : linear / plain;
  return Math.max(linear - (2 * leverage - 1) * quadratic, quadratic);
}

function sumOfSquares(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}

function linearInfluence({ value, claims, sums }: Calibration, answers: Answers): Float64Array {
  const influence = new Float64Array(claims.bin.length);
  for (let i = 0; i < influence.length; i++) {
    const bin = claims.bin[i]!;
    const gap = sums.residual[bin]! / sums.weight[bin]!;
    const slope = 2 * gap * (claims.residual[i]! - gap) + gap * gap - value;
    influence[i] = ((answers.weight === null ? 1 : answers.weight[i]!) * slope) / sums.total;
  }
  return influence;
}

/**
 * 2 tr(J M J M) with M = Σ_g z_g z_gᵀ: z_g holds a unit's (or row's) centred residual sums by bin of the candidate and
 * of the baseline, each divided by √(n n_b); J is +1 for the candidate's bins and −1 for the baseline's.
 */
function quadraticVariance(
  c: Calibration,
  b: Calibration | null,
  answers: Answers,
  context: Context,
): number {
  const models = b === null ? [c] : [c, b];
  const size = models.length * CALIBRATION_BINS;
  const groups = context.units?.count ?? 0;
  const moments = new Float64Array(size * size);
  const sums = new Float64Array(groups * size);
  const entries = new Float64Array(models.length);
  for (let i = 0; i < answers.rows; i++) {
    const w = answers.weight === null ? 1 : answers.weight[i]!;
    const group = context.units === null ? -1 : context.units.of[i]!;
    for (const [m, model] of models.entries()) {
      const bin = model.claims.bin[i]!;
      const weight = model.sums.weight[bin]!;
      const gap = model.sums.residual[bin]! / weight;
      entries[m] = (w * (model.claims.residual[i]! - gap)) / Math.sqrt(model.sums.total * weight);
      if (group >= 0) sums[group * size + m * CALIBRATION_BINS + bin]! += entries[m];
    }
    if (group >= 0) continue;
    for (const [m, left] of models.entries()) {
      for (const [k, right] of models.entries()) {
        const row = m * CALIBRATION_BINS + left.claims.bin[i]!;
        moments[row * size + k * CALIBRATION_BINS + right.claims.bin[i]!]! += entries[m]! * entries[k]!;
      }
    }
  }
  for (let g = 0; g < groups; g++) addOuterProduct(moments, sums.subarray(g * size, (g + 1) * size));
  let trace = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const sign = i < CALIBRATION_BINS === j < CALIBRATION_BINS ? 1 : -1;
      trace += sign * moments[i * size + j]! ** 2;
    }
  }
  return 2 * Math.max(0, trace);
}

function addOuterProduct(moments: Float64Array, vector: Float64Array): void {
  for (let i = 0; i < vector.length; i++) {
    if (vector[i] === 0) continue;
    for (let j = 0; j < vector.length; j++) moments[i * vector.length + j]! += vector[i]! * vector[j]!;
  }
}
