import type { PercentileInterval } from '../../stats/index.ts';
import { bootstrapReplicates, percentileInterval, resamplesFor } from '../../stats/index.ts';
import type { CombinationKind } from './combination.ts';
import { combine } from './combination.ts';
import type { InfluenceMetric } from './influence-metric.ts';
import { influenceInterval, influencePair } from './influence-metric.ts';
import { memo } from './memo.ts';
import type { Answers, Context, Metric, Outputs, PairedInterval } from './metric.ts';
import { withheld, withheldPair } from './result.ts';

/** Above this many rows influence values replace the bootstrap (verdict.md §3). */
export const BOOTSTRAP_ROWS = 200_000;

/** A metric with a percentile bootstrap by row, and influence values by unit and for many rows. */
export interface PercentileMetric extends InfluenceMetric {
  /** Prepares what every resample reads (the sorted rows) and gives the statistic of row multiplicities. */
  readonly resampled: (answers: Answers, outputs: Outputs) => (counts: Uint32Array) => number;
  /**
   * Each bound is the wider one of the percentile's and the influence interval's: near its ceiling a metric of the top
   * of a ranking is discrete, and the percentile interval alone covers 91 % with 15 rows above the cut.
   */
  readonly envelope?: boolean;
}

const METHOD = 'percentile';

/**
 * A metric of a ranking or an order statistic: percentile bootstrap with B = ⌈100/alpha⌉ resamples of rows. Both models
 * are evaluated on the same resamples, drawn from the context's seed. By unit, and above 200,000 rows, influence values.
 */
export function percentileMetric(spec: PercentileMetric): Metric {
  const evaluate = memo(spec.evaluate);
  const prepared = memo(spec.resampled);
  const replicates = replicatesOf(prepared);
  const pair = (
    kind: CombinationKind,
    answers: Answers,
    c: Outputs,
    b: Outputs,
    context: Context,
  ): PairedInterval => {
    const candidate = evaluate(answers, c);
    const baseline = evaluate(answers, b);
    const influence = influencePair(spec, kind, candidate, baseline, answers, context);
    if (influence.reason !== null || !bootstraps(answers, context)) return influence;
    const left = replicates(answers, c, context);
    const right = replicates(answers, b, context);
    const combined = left.map((value, k) => combine(kind, value, right[k]!)?.value ?? NaN);
    const { low, high, se, p } = percentileInterval(combined, context.alpha);
    if (Number.isNaN(low)) return withheldPair(influence.value, METHOD, 'NOT_A_NUMBER');
    const bounds = widest(spec, { low, high }, influence);
    return {
      value: influence.value,
      ...bounds,
      se,
      p: agreeing(p, bounds, context),
      df: Infinity,
      method: METHOD,
      reason: null,
    };
  };
  const metric: Metric = {
    name: spec.name,
    direction: spec.direction,
    displayOnly: false,
    range: spec.range,
    needs: spec.needs,
    floor: spec.floor,
    value(answers, outputs) {
      const { value, reason } = evaluate(answers, outputs);
      return { value, reason };
    },
    interval(answers, outputs, context) {
      const parts = evaluate(answers, outputs);
      const influence = influenceInterval(spec, parts, answers, context);
      if (influence.reason !== null || !bootstraps(answers, context)) return influence;
      const { low, high, se }: PercentileInterval = percentileInterval(
        replicates(answers, outputs, context),
        context.alpha,
      );
      if (Number.isNaN(low)) return withheld(parts.value, METHOD, 'NOT_A_NUMBER');
      return {
        value: parts.value,
        ...widest(spec, { low, high }, influence),
        se,
        method: METHOD,
        reason: null,
      };
    },
    difference: (answers, candidate, baseline, context) =>
      pair('difference', answers, candidate, baseline, context),
  };
  if (spec.signed === true) return metric;
  return { ...metric, logRatio: (answers, c, b, context) => pair('log-ratio', answers, c, b, context) };
}

interface Bounded {
  readonly low: number;
  readonly high: number;
}

function widest(spec: PercentileMetric, percentile: Bounded, influence: Bounded): Bounded {
  if (spec.envelope !== true) return percentile;
  return { low: Math.min(percentile.low, influence.low), high: Math.max(percentile.high, influence.high) };
}

/** p is not below alpha where the wider interval contains zero. */
function agreeing(p: number, { low, high }: Bounded, context: Context): number {
  return low <= 0 && high >= 0 ? Math.max(p, Math.min(1, context.alpha * 1.0001)) : p;
}

function bootstraps(answers: Answers, context: Context): boolean {
  return context.units === null && answers.rows <= BOOTSTRAP_ROWS;
}

interface Kept {
  readonly seed: number;
  readonly resamples: number;
  readonly values: Float64Array;
}

/** Replicates of one model, kept so that its own interval and the difference's share them. */
function replicatesOf(prepared: (answers: Answers, outputs: Outputs) => (counts: Uint32Array) => number) {
  const kept = new WeakMap<Outputs, { readonly answers: Answers } & Kept>();
  return (answers: Answers, outputs: Outputs, context: Context): Float64Array => {
    const resamples = resamplesFor(context.alpha);
    const found = kept.get(outputs);
    if (found?.answers === answers && found.seed === context.seed && found.resamples === resamples)
      return found.values;
    const values = bootstrapReplicates(answers.rows, resamples, context.seed, prepared(answers, outputs));
    kept.set(outputs, { answers, seed: context.seed, resamples, values });
    return values;
  };
}
