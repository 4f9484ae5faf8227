import type { ChangeEstimate } from '../contracts/comparison.ts';
import { satterthwaite, tQuantile } from '../stats/index.ts';
import type { Measurement } from './measure.ts';
import type { Context } from './metrics/metric.ts';
import type { Prepared } from './prepare.ts';

/** Fewest retrainings on each side for a claim about the change: with two, a 95 % interval covers 86 %. */
export const LEAST_REPEATS = 3;

function moments(values: readonly number[]): { mean: number; squares: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, squares: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) };
}

/**
 * The effect of the change on the primary metric, over retrainings with other seeds: difference of the means, with
 * SE² = SE_test² + s²(1/R_c + 1/R_b), s² pooled over the seeds of both sides (R_c + R_b − 2 degrees of freedom), and
 * Satterthwaite's degrees of freedom. SE_test is the paired standard error of the artifacts on the test rows. Null with
 * fewer than three retrainings on a side, or where the metric has no interval.
 */
export function estimateChange(
  prepared: Prepared,
  primary: Measurement | undefined,
  context: Context,
): ChangeEstimate | null {
  const { repeats, answers } = prepared;
  if (repeats === null || primary?.difference == null || primary.floor !== null) return null;
  const runs = { candidate: repeats.candidate.length, baseline: repeats.baseline.length };
  if (runs.candidate < LEAST_REPEATS || runs.baseline < LEAST_REPEATS) return null;
  const values = (sides: typeof repeats.candidate): number[] =>
    sides.map(({ outputs, missing }) =>
      missing > 0 ? Number.NaN : primary.metric.value(answers, outputs).value,
    );
  const candidate = moments(values(repeats.candidate));
  const baseline = moments(values(repeats.baseline));
  const seedDf = runs.candidate + runs.baseline - 2;
  const seedVariance = (candidate.squares + baseline.squares) / seedDf;
  const ofSeeds = seedVariance * (1 / runs.candidate + 1 / runs.baseline);
  const ofTest = primary.identical ? 0 : primary.difference.se ** 2;
  const testDf = context.units === null ? primary.difference.df : Math.max(1, context.units.effective - 1);
  const { variance, df } = satterthwaite([
    { variance: ofTest, df: testDf },
    { variance: ofSeeds, df: seedDf },
  ]);
  const half = variance === 0 ? 0 : tQuantile(1 - context.alpha / 2, df) * Math.sqrt(variance);
  const value = candidate.mean - baseline.mean;
  if (!Number.isFinite(value) || !Number.isFinite(half)) return null;
  return {
    metric: primary.metric.name,
    value,
    low: value - half,
    high: value + half,
    seed_sd: Math.sqrt(seedVariance),
    runs,
  };
}
