import { clusterVariance, effectiveClusters, clusterSums, tQuantile, wilson } from '../../stats/index.ts';
import type { Answers, Context, Interval, PairedInterval } from './metric.ts';
import { symmetricPair } from './result.ts';
import { scaledWeights } from './scaled-weights.ts';

/** Flags (0 or 1) by row: `base` the rows a proportion is of, `hit` those among them that succeed. */
export interface Proportion {
  readonly base: Int8Array;
  readonly hit: Int8Array;
}

/** Number of base rows, share of hits and quantile that Wilson's interval needs. */
interface EffectiveProportion {
  readonly share: number;
  readonly count: number;
  readonly quantile: number;
}

/**
 * Wilson's interval of a proportion among the base rows: Kish's count with weights; by unit the count divided by the
 * design effect, and t(G_eff − 1) instead of z.
 *
 * @param map monotone scale on which the bounds are reported (F1 from F*)
 */
export function wilsonInterval(
  answers: Answers,
  parts: Proportion,
  context: Context,
  value: number,
  map: (share: number) => number = (share) => share,
): Interval {
  const { share, count, quantile } = effectiveProportion(answers, parts, context);
  const [low, high] = wilson(share, count, context.alpha, quantile);
  if (Number.isNaN(low)) return { value, low: 0, high: 1, se: NaN, method: 'wilson', reason: null };
  const [a, b] = [map(low), map(high)];
  return { value, low: a, high: b, se: (b - a) / (2 * quantile), method: 'wilson', reason: null };
}

function effectiveProportion(answers: Answers, parts: Proportion, context: Context): EffectiveProportion {
  const weight = scaledWeights(answers);
  let sum = 0;
  let squares = 0;
  let hits = 0;
  for (let i = 0; i < answers.rows; i++) {
    if (parts.base[i] === 0) continue;
    const w = weight === null ? 1 : weight[i]!;
    sum += w;
    squares += w * w;
    if (parts.hit[i] === 1) hits += w;
  }
  const share = sum === 0 ? NaN : hits / sum;
  const kishCount = squares === 0 ? 0 : (sum * sum) / squares;
  if (context.units === null)
    return { share, count: kishCount, quantile: tQuantile(1 - context.alpha / 2, Infinity) };
  const { variance, df } = clusteredVariance(answers, parts, context, { sum, squares, hits });
  // The design effect is taken at the smoothed share, so that it exists at 0 and 1.
  const smoothed = (hits * (sum / squares) + 1) / (kishCount + 2);
  const count = (smoothed * (1 - smoothed)) / variance - 2;
  return { share, count: Math.max(1, count), quantile: tQuantile(1 - context.alpha / 2, df) };
}

/** Variance by unit of a proportion with one pseudo-hit and one pseudo-miss, each its own unit. */
function clusteredVariance(
  answers: Answers,
  parts: Proportion,
  context: Context,
  totals: { readonly sum: number; readonly squares: number; readonly hits: number },
): { readonly variance: number; readonly df: number } {
  const weight = scaledWeights(answers);
  const scale = totals.sum / totals.squares;
  const count = totals.sum * scale + 2;
  const share = (totals.hits * scale + 1) / count;
  const influence = new Float64Array(answers.rows);
  const base = new Float64Array(answers.rows);
  for (let i = 0; i < answers.rows; i++) {
    if (parts.base[i] === 0) continue;
    base[i] = (weight === null ? 1 : weight[i]!) * scale;
    influence[i] = (base[i]! * (parts.hit[i]! - share)) / count;
  }
  const sizes = clusterSums(base, context.units!);
  const pseudo = ((1 - share) ** 2 + share ** 2) / (count * count);
  const variance = clusterVariance(influence, context.units!, sizes) + pseudo;
  return { variance, df: Math.max(1, effectiveClusters(sizes) - 1) };
}

/** Rows (flags) that a paired proportion is over, and the difference of hits (−1, 0, 1) of each. */
export interface PairedRows {
  readonly base: Int8Array;
  readonly delta: Int8Array;
}

/**
 * Bonett and Price's interval of a paired difference of proportions among the base rows: one pseudo-row gained and
 * one lost, then the variance by row (their formula exactly) or by unit, each pseudo-row its own unit.
 */
export function bonettPriceInterval(
  answers: Answers,
  rows: PairedRows,
  context: Context,
  value: number,
): PairedInterval {
  const weight = scaledWeights(answers);
  let sum = 0;
  let squares = 0;
  let gain = 0;
  for (let i = 0; i < answers.rows; i++) {
    if (rows.base[i] === 0) continue;
    const w = weight === null ? 1 : weight[i]!;
    sum += w;
    squares += w * w;
    gain += w * rows.delta[i]!;
  }
  const scale = squares === 0 ? 0 : sum / squares;
  const count = sum * scale + 2;
  const centre = (gain * scale) / count;
  const influence = new Float64Array(answers.rows);
  const base = new Float64Array(answers.rows);
  for (let i = 0; i < answers.rows; i++) {
    if (rows.base[i] === 0) continue;
    base[i] = (weight === null ? 1 : weight[i]!) * scale;
    influence[i] = (base[i]! * (rows.delta[i]! - centre)) / count;
  }
  const pseudo = ((1 - centre) ** 2 + (1 + centre) ** 2) / (count * count);
  const { variance, df } = varianceOf(influence, base, context);
  const parts = {
    value,
    centre,
    se: Math.sqrt(variance + pseudo),
    df,
    method: 'bonett-price',
    range: [0, 1] as const,
  };
  return symmetricPair(parts, context);
}

function varianceOf(
  influence: Float64Array,
  base: Float64Array,
  context: Context,
): { readonly variance: number; readonly df: number } {
  if (context.units !== null) {
    const sizes = clusterSums(base, context.units);
    const df = Math.max(1, effectiveClusters(sizes) - 1);
    return { variance: clusterVariance(influence, context.units, sizes), df };
  }
  let variance = 0;
  for (let i = 0; i < influence.length; i++) variance += influence[i]! * influence[i]!;
  return { variance, df: Infinity };
}
