import type { Placements } from '../../stats/index.ts';
import {
  clusterVariance,
  delongInfluence,
  delongVariance,
  normalTwoSidedP,
  placements,
  tQuantile,
} from '../../stats/index.ts';
import type { CombinationKind } from './combination.ts';
import { combine } from './combination.ts';
import { effectiveClassRows, rarestClassFloor } from './floor.ts';
import { memo } from './memo.ts';
import type { Answers, Context, Interval, Metric, Outputs, PairedInterval } from './metric.ts';
import { rankSpread } from './rank-spread.ts';
import { degreesOfFreedom, symmetricPair, valueOf, withheld, withheldPair } from './result.ts';
import { scoreOrder } from './score-order.ts';

const RANGE = [0, 1] as const;
const METHOD = 'delong';

/** Below this expected number of misplaced minority rows two differences of ± ¼ enter the variance (verdict.md §3). */
const FEW_MISPLACED = 10;
/** … or less: two models that rank nearly alike do not differ by ¼ on a row that was not seen. */
export const QUARTER = 0.25;

/** Below this number of misplaced minority rows a perfect ranking cannot be ruled out: the upper bound is 1. */
export const FEW_FOR_A_BOUND = 3;

type Ranked = Placements & { readonly positive: Uint8Array };

const ranked = memo((answers: Answers, outputs: Outputs): Ranked | null => {
  if (answers.task !== 'binary' || outputs.score === undefined) return null;
  const order = scoreOrder(outputs.score);
  return { ...placements(outputs.score, answers.y, answers.weight, order), positive: answers.y };
});

/**
 * `roc_auc` of a binary task: DeLong's paired interval (± ¼ where few minority rows are misplaced), single values on
 * the logit scale; by unit the structural components summed by unit.
 */
export function rocAuc(): Metric {
  return {
    name: 'roc_auc',
    direction: 'higher',
    displayOnly: false,
    range: RANGE,
    needs: 'scores',
    floor: rarestClassFloor,
    value(answers, outputs) {
      const parts = ranked(answers, outputs);
      return parts === null ? { value: NaN, reason: 'NOT_A_NUMBER' } : valueOf(parts.auc, 'ONE_CLASS');
    },
    interval: single,
    difference: (answers, candidate, baseline, context) =>
      pair('difference', answers, candidate, baseline, context),
    logRatio: (answers, candidate, baseline, context) =>
      pair('log-ratio', answers, candidate, baseline, context),
  };
}

function single(answers: Answers, outputs: Outputs, context: Context): Interval {
  const parts = ranked(answers, outputs);
  if (parts === null) return withheld(NaN, METHOD, 'NOT_A_NUMBER');
  const value = parts.auc;
  const reason = rarestClassFloor(answers, context);
  if (reason !== null) return withheld(value, METHOD, reason);
  const [negatives, positives] = effectiveClassRows(answers) as unknown as [number, number];
  if ((1 - value) * Math.min(negatives, positives) < 1) return withheld(value, METHOD, 'TOO_FEW_EVENTS');
  const pairs = (negatives + 1) * (positives + 1);
  const centre = (value * positives * negatives + (positives + negatives + 1) / 2) / pairs;
  const se = Math.sqrt(smoothedVariance(parts, answers, context, positives, negatives));
  const quantile = tQuantile(1 - context.alpha / 2, degreesOfFreedom(context));
  const { low, high } = logitBounds(centre, se, quantile);
  const few = (1 - value) * Math.min(negatives, positives) < FEW_FOR_A_BOUND;
  return { value, low, high: few ? 1 : high, se, method: 'delong-logit', reason: null };
}

/** Bounds of a share, symmetric on the logit scale. */
export function logitBounds(
  centre: number,
  se: number,
  quantile: number,
): { readonly low: number; readonly high: number } {
  const logit = Math.log(centre / (1 - centre));
  const half = (quantile * se) / (centre * (1 - centre));
  const expit = (x: number): number => 1 / (1 + Math.exp(-x));
  return { low: expit(logit - half), high: expit(logit + half) };
}

/** Variance of the AUC with one pseudo-row per class whose placement is ½ (each pseudo-row its own unit). */
function smoothedVariance(
  parts: Ranked,
  answers: Answers,
  context: Context,
  positives: number,
  negatives: number,
): number {
  const influence = delongInfluence(parts.values, parts.positive, answers.weight);
  // A pseudo-row of the other class shrinks a placement by n/(n+1), one of the own class its weight by m/(m+1).
  const shrink = (positives * negatives) / ((positives + 1) * (negatives + 1));
  for (let i = 0; i < influence.length; i++) influence[i]! *= shrink;
  const offset = parts.auc - 0.5;
  const pseudo = (offset / (positives + 1)) ** 2 + (offset / (negatives + 1)) ** 2;
  if (context.units !== null) return clusterVariance(influence, context.units) + pseudo;
  let sum = 0;
  for (let i = 0; i < influence.length; i++) sum += influence[i]! * influence[i]!;
  return sum + pseudo;
}

function pair(
  kind: CombinationKind,
  answers: Answers,
  candidate: Outputs,
  baseline: Outputs,
  context: Context,
): PairedInterval {
  const c = ranked(answers, candidate);
  const b = ranked(answers, baseline);
  if (c === null || b === null) return withheldPair(NaN, METHOD, 'NOT_A_NUMBER');
  if (Number.isNaN(c.auc)) return withheldPair(NaN, METHOD, 'ONE_CLASS');
  const both = combine(kind, c.auc, b.auc);
  if (both === null) return withheldPair(NaN, METHOD, 'NOT_A_NUMBER');
  const { value } = both;
  const reason = rarestClassFloor(answers, context);
  if (reason !== null) return withheldPair(value, METHOD, reason);
  const deltas = new Float64Array(c.values.length);
  for (let i = 0; i < deltas.length; i++)
    deltas[i] = both.candidate * c.values[i]! - both.baseline * b.values[i]!;
  const variance =
    context.units === null
      ? delongVariance(deltas, c.positive, answers.weight)
      : clusterVariance(delongInfluence(deltas, c.positive, answers.weight), context.units);
  const sizes = effectiveClassRows(answers);
  const extra =
    quarterVariance(Math.max(c.auc, b.auc), sizes, () => rankSpread(candidate.score!, baseline.score!)) *
    both.candidate *
    both.baseline;
  // DeLong's own interval is normal; where few rows carry it, so few estimate its variance.
  const df = degreesOfFreedom(context, extra > 0 ? Math.min(sizes[0]!, sizes[1]!) - 1 : Infinity);
  const parts = { value, se: Math.sqrt(variance + extra), df, method: extra > 0 ? 'delong-quarter' : METHOD };
  const interval = symmetricPair(kind === 'difference' ? { ...parts, range: RANGE } : parts, context);
  if (extra === 0 || context.units !== null) return interval;
  // The p stays DeLong's own, comparable with other tools.
  return {
    ...interval,
    p: variance === 0 ? (value === 0 ? 1 : 0) : normalTwoSidedP(value / Math.sqrt(variance)),
  };
}

/**
 * What two more minority rows with differences ± ¼, or less for models that rank nearly alike, add to the variance; 0
 * where enough minority rows are misplaced.
 *
 * @param rows effective rows of the two classes
 * @param spread how far the models' ranks are apart (rankSpread)
 */
export function quarterVariance(auc: number, rows: ArrayLike<number>, spread: () => number): number {
  const minority = Math.min(rows[0]!, rows[1]!);
  if ((1 - auc) * minority >= FEW_MISPLACED) return 0;
  return (2 * Math.min(QUARTER, spread()) ** 2) / ((minority + 1) * (minority + 2));
}
