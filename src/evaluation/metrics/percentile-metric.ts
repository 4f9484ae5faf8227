import { bootstrapReplicates, leaveOutGroups, percentileInterval, resamplesFor } from '../../stats/index.ts';
import type { CombinationKind } from './combination.ts';
import { combine } from './combination.ts';
import type { Influenced, InfluenceMetric } from './influence-metric.ts';
import { influenceInterval, influencePair } from './influence-metric.ts';
import { effectiveClassRows, rowsOutsideLargest } from './floor.ts';
import { memo } from './memo.ts';
import type { Answers, Context, Metric, Outputs, PairedInterval } from './metric.ts';
import { degreesOfFreedom, symmetric, symmetricPair, withheld, withheldPair } from './result.ts';

/** Above this many rows influence values replace the bootstrap (verdict.md §3). */
const BOOTSTRAP_ROWS = 200_000;
/** … and already above this many where also the rarer class is large: the two intervals agree to a few per cent. */
const FEW_ROWS = 20_000;
const FEW_EVENTS = 1_000;

/** A metric with a percentile bootstrap by row, and influence values by unit and for many rows. */
export interface PercentileMetric extends InfluenceMetric {
  /** Prepares what every resample reads (the sorted rows) and gives the statistic of row multiplicities. */
  readonly resampled: (answers: Answers, outputs: Outputs) => (counts: Uint32Array) => number;
  /**
   * Each bound is the wider one of the percentile's and the influence interval's: near its ceiling a metric of the top
   * of a ranking is discrete, and the percentile interval alone covers 91 % with 15 rows above the cut.
   */
  readonly envelope?: boolean;
  /**
   * By unit the metric itself is computed without each unit, which is what the leverage correction of influence values
   * stands for (CR3 is the jackknife): for a metric far from linear, whose influence values are too small in small data.
   */
  readonly jackknife?: boolean;
}

/** Units times rows (times classes) up to which the metric is computed without each unit; far above, the two agree. */
const JACKKNIFE_WORK = 30_000_000;

const METHOD = 'percentile';
const BY_UNIT = 'jackknife';

/**
 * A metric of a ranking or an order statistic: percentile bootstrap with B = ⌈100/alpha⌉ resamples of rows. Both models
 * are evaluated on the same resamples, drawn from the context's seed. By unit, and above 200,000 rows, influence values or the jackknife of units.
 */
export function percentileMetric(spec: PercentileMetric): Metric {
  const evaluate = memo(spec.evaluate);
  const resampled = memo(spec.resampled);
  const replicates = replicatesOf(resampled);
  const leftOut = leftOutOf(resampled);
  const pair = pairOf(spec, evaluate, replicates, leftOut);
  const { name, direction, range, needs, floor } = spec;
  const metric: Metric = {
    name,
    direction,
    displayOnly: false,
    range,
    needs,
    floor,
    value(answers, outputs) {
      const { value, reason } = evaluate(answers, outputs);
      return { value, reason };
    },
    interval(answers, outputs, context) {
      const { value, ...influence } = influenceInterval(spec, evaluate(answers, outputs), answers, context);
      if (influence.reason !== null) return { value, ...influence };
      if (jackknifes(spec, answers, context)) {
        const se = jackknifeError(leftOut(answers, outputs, context), value);
        if (!Number.isFinite(se)) return withheld(value, BY_UNIT, 'TOO_FEW_UNITS');
        const parts = { value, se, df: degreesOfFreedom(context), method: BY_UNIT, range };
        return symmetric(parts, context);
      }
      if (!bootstraps(answers, context)) return { value, ...influence };
      const { low, high, mean, se } = percentileInterval(
        replicates(answers, outputs, context),
        context.alpha,
      );
      if (Number.isNaN(low)) return withheld(value, METHOD, 'NOT_A_NUMBER');
      return {
        value,
        ...widest(spec, { low, high }, influence, mean - value),
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

type Replicates = (answers: Answers, outputs: Outputs, context: Context) => Float64Array;

function pairOf(
  spec: PercentileMetric,
  evaluate: (answers: Answers, outputs: Outputs) => Influenced,
  replicates: Replicates,
  leftOut: Replicates,
): (kind: CombinationKind, answers: Answers, c: Outputs, b: Outputs, context: Context) => PairedInterval {
  return (kind, answers, c, b, context) => {
    const candidate = evaluate(answers, c);
    const influence = influencePair(spec, kind, candidate, evaluate(answers, b), answers, context);
    const { value } = influence;
    const combined = (of: Replicates): Float64Array => {
      const right = of(answers, b, context);
      return of(answers, c, context).map((one, k) => combine(kind, one, right[k]!)?.value ?? NaN);
    };
    if (influence.reason !== null) return influence;
    if (jackknifes(spec, answers, context)) {
      const se = jackknifeError(combined(leftOut), value);
      if (!Number.isFinite(se)) return withheldPair(value, BY_UNIT, 'TOO_FEW_UNITS');
      const parts = { value, se, df: degreesOfFreedom(context), method: BY_UNIT };
      return symmetricPair(kind === 'difference' ? { ...parts, range: spec.range } : parts, context);
    }
    if (!bootstraps(answers, context)) return influence;
    const { low, high, mean, se, p } = percentileInterval(combined(replicates), context.alpha);
    if (Number.isNaN(low)) return withheldPair(value, METHOD, 'NOT_A_NUMBER');
    const bounds = widest(spec, { low, high }, influence, mean - value);
    return {
      value,
      ...bounds,
      se,
      p: agreeing(p, bounds, context),
      df: Infinity,
      method: METHOD,
      reason: null,
    };
  };
}

interface Bounded {
  readonly low: number;
  readonly high: number;
}

/** A resample repeats the value's own bias: the bound that it moved inwards is moved back by twice of it. */
function widest(spec: PercentileMetric, percentile: Bounded, influence: Bounded, bias: number): Bounded {
  if (spec.envelope !== true) return percentile;
  return {
    low: Math.min(percentile.low - 2 * Math.max(0, bias), influence.low),
    high: Math.max(percentile.high - 2 * Math.min(0, bias), influence.high),
  };
}

/** p is not below alpha where the wider interval contains zero. */
function agreeing(p: number, { low, high }: Bounded, context: Context): number {
  return low <= 0 && high >= 0 ? Math.max(p, Math.min(1, context.alpha * 1.0001)) : p;
}

function bootstraps(answers: Answers, context: Context): boolean {
  if (context.units !== null || answers.rows > BOOTSTRAP_ROWS) return false;
  const events = rowsOutsideLargest(effectiveClassRows(answers));
  return answers.rows <= FEW_ROWS || (events > 0 && events < FEW_EVENTS);
}

function jackknifes(spec: PercentileMetric, answers: Answers, { units }: Context): boolean {
  if (spec.jackknife !== true || units === null) return false;
  const classes = answers.task === 'multiclass' ? answers.classes.length : 1;
  return units.count * answers.rows * classes <= JACKKNIFE_WORK;
}

/** Root of Σ_g (θ without g − θ)²: to first order the units' influence sums, each divided by (1 − m_g/N). */
function jackknifeError(leftOut: Float64Array, value: number): number {
  return Math.sqrt(leftOut.reduce((sum, one) => sum + (one - value) ** 2, 0));
}

/** One model's metric without each unit, kept so that its own interval and the difference's share them. */
function leftOutOf(prepared: PercentileMetric['resampled']): Replicates {
  const kept = new WeakMap<Outputs, { answers: Answers; units: Context['units']; values: Float64Array }>();
  return (answers, outputs, { units }) => {
    const found = kept.get(outputs);
    if (found?.answers === answers && found.units === units) return found.values;
    const values = leaveOutGroups(units!, prepared(answers, outputs));
    kept.set(outputs, { answers, units, values });
    return values;
  };
}

interface Kept {
  readonly seed: number;
  readonly resamples: number;
  readonly values: Float64Array;
}

/** Replicates of one model, kept so that its own interval and the difference's share them. */
function replicatesOf(prepared: PercentileMetric['resampled']): Replicates {
  const kept = new WeakMap<Outputs, { readonly answers: Answers } & Kept>();
  return (answers, outputs, context) => {
    const resamples = resamplesFor(context.alpha);
    const found = kept.get(outputs);
    if (found?.answers === answers && found.seed === context.seed && found.resamples === resamples)
      return found.values;
    const values = bootstrapReplicates(answers.rows, resamples, context.seed, prepared(answers, outputs));
    kept.set(outputs, { answers, seed: context.seed, resamples, values });
    return values;
  };
}
