import type { ReasonCode } from '../../contracts/codes.ts';
import { clusterVariance, topShareOfVariance } from '../../stats/index.ts';
import type { CombinationKind } from './combination.ts';
import { combine } from './combination.ts';
import { effectiveRows } from './floor.ts';
import { memo } from './memo.ts';
import type { Answers, Context, Interval, Metric, Outputs, PairedInterval } from './metric.ts';
import { degreesOfFreedom, symmetric, symmetricPair, withheld, withheldPair } from './result.ts';

/**
 * A value with the influence of each row on it, already divided by the number of rows, so that the influence values
 * sum to 0 and the sum of their squares is the variance. Or the reason why there is no value.
 */
export type Influenced =
  | { readonly value: number; readonly influence: Float64Array; readonly reason: null }
  | { readonly value: number; readonly influence: null; readonly reason: ReasonCode };

/** Why there is no value. */
export function noValue(reason: ReasonCode = 'NOT_A_NUMBER'): Influenced {
  return { value: NaN, influence: null, reason };
}

/** What a metric with influence values is made of. */
export interface InfluenceMetric {
  readonly name: string;
  readonly direction: Metric['direction'];
  readonly range: readonly [number, number];
  readonly needs: NonNullable<Metric['needs']>;
  readonly floor: Metric['floor'];
  readonly evaluate: (answers: Answers, outputs: Outputs) => Influenced;
  readonly method: string;
  /** No interval where 1 % of the rows carry over half of the variance (verdict.md §3). */
  readonly heavyTail?: boolean;
  /** Effective rows that the variance by row hangs on, where they are fewer than all rows. */
  readonly events?: (answers: Answers) => number;
  /** Values may be ≤ 0: there is no logarithm of a ratio. */
  readonly signed?: boolean;
}

/** Share of the variance in the top 1 % of rows above which the interval is withheld. */
const HEAVY = 0.5;

/**
 * A metric whose intervals are value ± t · √Σ influence²: Student's t by row, t(G_eff − 1) on the influence values
 * summed by unit (verdict.md §1).
 */
export function influenceMetric(spec: InfluenceMetric): Metric {
  const evaluate = memo(spec.evaluate);
  const { name, direction, range, needs, floor } = spec;
  const pair = pairOf(spec, evaluate);
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
    interval: (answers, outputs, context) =>
      influenceInterval(spec, evaluate(answers, outputs), answers, context),
    difference: (answers, candidate, baseline, context) =>
      pair('difference', answers, candidate, baseline, context),
  };
  if (spec.signed === true) return metric;
  return { ...metric, logRatio: (answers, c, b, context) => pair('log-ratio', answers, c, b, context) };
}

/** The interval of one model from its influence values. */
export function influenceInterval(
  spec: InfluenceMetric,
  parts: Influenced,
  answers: Answers,
  context: Context,
): Interval {
  if (parts.influence === null) return withheld(parts.value, spec.method, parts.reason);
  const reason = spec.floor(answers, context) ?? tailReason(spec, parts.influence);
  if (reason !== null) return withheld(parts.value, spec.method, reason);
  const error = influenceError(parts.influence, answers, context, spec.events?.(answers));
  return symmetric({ value: parts.value, ...error, method: spec.method, range: spec.range }, context);
}

/** The paired interval of two models from their influence values. */
export function influencePair(
  spec: InfluenceMetric,
  kind: CombinationKind,
  candidate: Influenced,
  baseline: Influenced,
  answers: Answers,
  context: Context,
): PairedInterval {
  const { method } = spec;
  const both = combine(kind, candidate.value, baseline.value);
  if (candidate.influence === null) return withheldPair(NaN, method, candidate.reason);
  if (baseline.influence === null) return withheldPair(NaN, method, baseline.reason);
  if (both === null) return withheldPair(NaN, method, 'NOT_A_NUMBER');
  const influence = new Float64Array(candidate.influence.length);
  for (let i = 0; i < influence.length; i++) {
    influence[i] = both.candidate * candidate.influence[i]! - both.baseline * baseline.influence[i]!;
  }
  const reason = spec.floor(answers, context) ?? tailReason(spec, influence);
  if (reason !== null) return withheldPair(both.value, method, reason);
  const range = kind === 'difference' ? spec.range : ([-Infinity, Infinity] as const);
  return symmetricPair(
    {
      value: both.value,
      ...influenceError(influence, answers, context, spec.events?.(answers)),
      method,
      range,
    },
    context,
  );
}

function pairOf(
  spec: InfluenceMetric,
  evaluate: (answers: Answers, outputs: Outputs) => Influenced,
): (kind: CombinationKind, answers: Answers, c: Outputs, b: Outputs, context: Context) => PairedInterval {
  return (kind, answers, candidate, baseline, context) =>
    influencePair(spec, kind, evaluate(answers, candidate), evaluate(answers, baseline), answers, context);
}

function tailReason(spec: InfluenceMetric, influence: Float64Array): ReasonCode | null {
  return spec.heavyTail === true && topShareOfVariance(influence) > HEAVY ? 'HEAVY_TAIL' : null;
}

/**
 * Standard error and degrees of freedom: by unit, or by row as the jackknife has it: each influence divided by one less
 * the row's share of all weight, which is ddof 1 where there are no weights.
 *
 * @param events effective rows that the variance hangs on; all of them by default
 */
export function influenceError(
  influence: Float64Array,
  answers: Answers,
  context: Context,
  events = effectiveRows(answers),
): { readonly se: number; readonly df: number } {
  const { weight } = answers;
  if (context.units !== null) {
    return { se: Math.sqrt(clusterVariance(influence, context.units)), df: degreesOfFreedom(context) };
  }
  const total = weight === null ? answers.rows : weight.reduce((sum, w) => sum + w, 0);
  let squares = 0;
  for (let i = 0; i < influence.length; i++) {
    const own = influence[i]! / (1 - (weight === null ? 1 : weight[i]!) / total);
    squares += own * own;
  }
  const rows = effectiveRows(answers);
  return { se: Math.sqrt((squares * (rows - 1)) / rows), df: Math.max(1, events - 1) };
}
