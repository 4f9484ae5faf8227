import { sortedQuantile } from './quantile.ts';
import { createRandom } from './random.ts';

/** Resamples a percentile interval of level 1 − alpha needs, ⌈100 / alpha⌉: 2,000 at 0.05, so that 50 lie outside each bound. */
export function resamplesFor(alpha: number): number {
  return Math.ceil(100 / alpha - 1e-9);
}

/**
 * Values of a statistic over bootstrap resamples. The same size, resamples and seed draw the same rows, so replicates
 * of two models computed apart are paired.
 *
 * @param size number of independent things: rows, or units
 * @param statistic gets how often each was drawn; the array is reused between calls
 */
export function bootstrapReplicates(
  size: number,
  resamples: number,
  seed: number,
  statistic: (counts: Uint32Array) => number,
): Float64Array {
  const random = createRandom(seed);
  const counts = new Uint32Array(size);
  const replicates = new Float64Array(resamples);
  const scale = size / 4_294_967_296;
  for (let b = 0; b < resamples; b++) {
    counts.fill(0);
    for (let k = 0; k < size; k++) counts[Math.floor(random.uint32() * scale)]!++;
    replicates[b] = statistic(counts);
  }
  return replicates;
}

/** A percentile interval of replicates. */
export interface PercentileInterval {
  readonly low: number;
  readonly high: number;
  readonly mean: number;
  /** Standard deviation of the replicates. */
  readonly se: number;
  /** Two-sided p of "zero": twice the smaller tail with one added to each, at most 1. */
  readonly p: number;
  /** Share of resamples in which the statistic had no value; they are left out. */
  readonly undefinedShare: number;
}

/** Percentile interval (Efron 1979) of bootstrap replicates; all NaN when fewer than half have a value. */
export function percentileInterval(replicates: Float64Array, alpha: number): PercentileInterval {
  const sorted = replicates.filter((value) => !Number.isNaN(value)).sort();
  const undefinedShare = 1 - sorted.length / replicates.length;
  if (!(undefinedShare < 0.5)) return { low: NaN, high: NaN, mean: NaN, se: NaN, p: NaN, undefinedShare };
  let sum = 0;
  let below = 0;
  let above = 0;
  for (const value of sorted) {
    sum += value;
    if (value <= 0) below++;
    if (value >= 0) above++;
  }
  const mean = sum / sorted.length;
  const squares = sorted.reduce((total, value) => total + (value - mean) ** 2, 0);
  return {
    low: sortedQuantile(sorted, alpha / 2),
    high: sortedQuantile(sorted, 1 - alpha / 2),
    mean,
    se: Math.sqrt(squares / Math.max(1, sorted.length - 1)),
    p: Math.min(1, (2 * (Math.min(below, above) + 1)) / (sorted.length + 1)),
    undefinedShare,
  };
}
