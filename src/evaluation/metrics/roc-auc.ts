import type { Placements } from '../../stats/index.ts';
import {
  clusterVariance,
  delongInfluence,
  delongVariance,
  normalTwoSidedP,
  placements,
  tQuantile,
} from '../../stats/index.ts';
import { effectiveClassRows, rarestClassFloor } from './floor.ts';
import { memo } from './memo.ts';
import type { Answers, Context, Interval, Metric, Outputs, PairedInterval } from './metric.ts';
import type { Value } from './result.ts';
import { degreesOfFreedom, symmetricPair, valueOf, withheld, withheldPair } from './result.ts';
import { scoreOrder } from './score-order.ts';

const RANGE = [0, 1] as const;

/** Below this expected number of misplaced minority rows two differences of ± ¼ enter the variance (verdict.md §3). */
const FEW_MISPLACED = 10;

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
    floor: rarestClassFloor,
    value: aucValue,
    interval: aucInterval,
    difference: aucDifference,
  };
}

function aucValue(answers: Answers, outputs: Outputs): Value {
  const parts = ranked(answers, outputs);
  return parts === null ? { value: NaN, reason: 'NOT_A_NUMBER' } : valueOf(parts.auc, 'ONE_CLASS');
}

function aucInterval(answers: Answers, outputs: Outputs, context: Context): Interval {
  const { value, reason: undefinedBecause } = aucValue(answers, outputs);
  const reason = undefinedBecause ?? rarestClassFloor(answers, context);
  const parts = ranked(answers, outputs);
  if (reason !== null || parts === null) return withheld(value, 'delong-logit', reason ?? 'NOT_A_NUMBER');
  const [negatives, positives] = effectiveClassRows(answers) as unknown as [number, number];
  if ((1 - value) * Math.min(negatives, positives) < 1)
    return withheld(value, 'delong-logit', 'TOO_FEW_EVENTS');
  const centre =
    (value * positives * negatives + (positives + negatives + 1) / 2) / ((positives + 1) * (negatives + 1));
  const se = Math.sqrt(smoothedVariance(parts, answers, context, positives, negatives));
  const quantile = tQuantile(1 - context.alpha / 2, degreesOfFreedom(context));
  return { ...logitBounds(value, centre, se, quantile), se, method: 'delong-logit', reason: null };
}

/** Bounds of a share on the logit scale, back-transformed; the reported value stays inside. */
export function logitBounds(
  value: number,
  centre: number,
  se: number,
  quantile: number,
): { readonly value: number; readonly low: number; readonly high: number } {
  const logit = Math.log(centre / (1 - centre));
  const half = (quantile * se) / (centre * (1 - centre));
  const expit = (x: number): number => 1 / (1 + Math.exp(-x));
  return { value, low: expit(logit - half), high: expit(logit + half) };
}

/** Variance of the AUC with one pseudo-row per class whose placement is ½ (each pseudo-row its own unit). */
function smoothedVariance(
  parts: Ranked,
  answers: Answers,
  context: Context,
  positives: number,
  negatives: number,
): number {
  const shrunk = parts.values.map((v, i) => {
    const others = parts.positive[i] === 1 ? negatives : positives;
    return (v * others + 0.5) / (others + 1);
  });
  const shrinkage = [negatives / (negatives + 1), positives / (positives + 1)] as const;
  const influence = delongInfluence(shrunk, parts.positive, answers.weight);
  for (let i = 0; i < influence.length; i++) influence[i]! *= shrinkage[parts.positive[i] === 1 ? 1 : 0];
  const offset = parts.auc - 0.5;
  const pseudo = (offset / (positives + 1)) ** 2 + (offset / (negatives + 1)) ** 2;
  if (context.units !== null) return clusterVariance(influence, context.units) + pseudo;
  return influence.reduce((sum, value) => sum + value * value, 0) + pseudo;
}

function aucDifference(
  answers: Answers,
  candidate: Outputs,
  baseline: Outputs,
  context: Context,
): PairedInterval {
  const c = ranked(answers, candidate);
  const b = ranked(answers, baseline);
  if (c === null || b === null) return withheldPair(NaN, 'delong', 'NOT_A_NUMBER');
  const value = c.auc - b.auc;
  if (Number.isNaN(value)) return withheldPair(NaN, 'delong', 'ONE_CLASS');
  const reason = rarestClassFloor(answers, context);
  if (reason !== null) return withheldPair(value, 'delong', reason);
  const deltas = new Float64Array(c.values.length);
  for (let i = 0; i < deltas.length; i++) deltas[i] = c.values[i]! - b.values[i]!;
  const variance =
    context.units === null
      ? delongVariance(deltas, c.positive, answers.weight)
      : clusterVariance(delongInfluence(deltas, c.positive, answers.weight), context.units);
  const extra = pseudoVariance(answers, Math.max(c.auc, b.auc));
  const df = degreesOfFreedom(context);
  const method = extra > 0 ? 'delong-quarter' : 'delong';
  const interval = symmetricPair(
    { value, se: Math.sqrt(variance + extra), df, method, range: RANGE },
    context,
  );
  if (extra === 0 || context.units !== null) return interval;
  // The p stays DeLong's own, comparable with other tools.
  return {
    ...interval,
    p: variance === 0 ? (value === 0 ? 1 : 0) : normalTwoSidedP(value / Math.sqrt(variance)),
  };
}

/** What two more minority rows with differences ± ¼ add to the variance; 0 where enough rows are misplaced. */
function pseudoVariance(answers: Answers, auc: number): number {
  const minority = Math.min(...effectiveClassRows(answers));
  if ((1 - auc) * minority >= FEW_MISPLACED) return 0;
  return (2 * 0.25 * 0.25) / ((minority + 1) * (minority + 2));
}
