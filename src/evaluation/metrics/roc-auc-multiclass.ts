import type { ReasonCode } from '../../contracts/codes.ts';
import { clusterVariance, delongInfluence, placements, tQuantile } from '../../stats/index.ts';
import type { CombinationKind } from './combination.ts';
import { combine } from './combination.ts';
import { effectiveClassRows, oneClassFloor, rarestClassFloor } from './floor.ts';
import { memo } from './memo.ts';
import type { Answers, Context, Interval, Metric, Outputs, PairedInterval } from './metric.ts';
import { rankSpread } from './rank-spread.ts';
import { degreesOfFreedom, symmetricPair, withheld, withheldPair } from './result.ts';
import { FEW_FOR_A_BOUND, logitBounds, QUARTER, quarterVariance } from './roc-auc.ts';
import { scoreOrder } from './score-order.ts';

/** One two-class problem of the average: its rows, who is positive, which score ranks them and what it weighs. */
interface Term {
  readonly scores: Float64Array;
  readonly positive: Uint8Array;
  readonly weight: Float64Array | null;
  /** Sorts the scores, where it is known. */
  readonly order: Uint32Array | undefined;
  /** Row of the test set of each row of the term; null when they are all rows in order. */
  readonly rows: Int32Array | null;
  /** Effective rows of the negative and the positive class. */
  readonly sizes: readonly [number, number];
  readonly share: number;
}

/** The averaged AUC with each row's influence, and what pseudo-rows add to a variance. */
interface AveragedAuc {
  readonly value: number;
  readonly influence: Float64Array;
  /** Variance of one pseudo-row per class placed at ½. */
  readonly pseudo: number;
  /** Variance of the ± ¼ differences. */
  readonly quarter: number;
  readonly smallest: number;
}

const METHOD = 'delong';
const RANGE = [0, 1] as const;

/**
 * `roc_auc_ovr`, `roc_auc_ovo` and their `_weighted` forms, as scikit-learn's roc_auc_score(multi_class=…): the mean
 * over classes against the rest, or over pairs of classes (Hand and Till 2001). NaN where a class does not occur.
 */
export function rocAucMulticlass(name: string, how: 'ovr' | 'ovo', weighted: boolean): Metric {
  const terms = how === 'ovr' ? ovrTerms : ovoTerms;
  return averagedAucMetric(name, rarestClassFloor, (answers, outputs) => terms(answers, outputs, weighted));
}

/** `roc_auc[class]`: one class against the rest. */
export function rocAucOfClass(name: string, code: number): Metric {
  const floor: Metric['floor'] = (answers, context) => oneClassFloor(answers, context, code);
  return averagedAucMetric(name, floor, (answers, outputs) => [ovrTerm(answers, outputs, code, 1)]);
}

function averagedAucMetric(
  name: string,
  floor: Metric['floor'],
  terms: (answers: Answers, outputs: Outputs) => Iterable<Term>,
): Metric {
  const evaluate = memo((answers, outputs) => averagedAuc(answers, outputs, terms));
  const pair = pairOf(evaluate, floor);
  return {
    name,
    direction: 'higher',
    displayOnly: false,
    range: RANGE,
    needs: 'scores',
    floor,
    value(answers, outputs) {
      const parts = evaluate(answers, outputs);
      return { value: parts?.value ?? NaN, reason: parts === null ? missing(outputs) : null };
    },
    interval(answers, outputs, context) {
      const parts = evaluate(answers, outputs);
      const reason = parts === null ? missing(outputs) : floor(answers, context);
      if (parts === null || reason !== null)
        return withheld(parts?.value ?? NaN, METHOD, reason ?? 'ONE_CLASS');
      return single(parts, context);
    },
    difference: (answers, candidate, baseline, context) =>
      pair('difference', answers, candidate, baseline, context),
    logRatio: (answers, candidate, baseline, context) =>
      pair('log-ratio', answers, candidate, baseline, context),
  };
}

function single(parts: AveragedAuc, context: Context): Interval {
  const { value, smallest } = parts;
  if ((1 - value) * smallest < 1) return withheld(value, METHOD, 'TOO_FEW_EVENTS');
  const centre = (value * smallest + 0.5) / (smallest + 1);
  const se = Math.sqrt(varianceOf(parts.influence, smallest, context) + parts.pseudo);
  const quantile = tQuantile(1 - context.alpha / 2, degreesOfFreedom(context));
  const { low, high } = logitBounds(centre, se, quantile);
  const few = (1 - value) * smallest < FEW_FOR_A_BOUND;
  return { value, low, high: few ? 1 : high, se, method: 'delong-logit', reason: null };
}

function varianceOf(influence: Float64Array, smallest: number, context: Context): number {
  if (context.units !== null) return clusterVariance(influence, context.units);
  let sum = 0;
  for (let i = 0; i < influence.length; i++) sum += influence[i]! * influence[i]!;
  return (sum * smallest) / (smallest - 1);
}

function pairOf(
  evaluate: (answers: Answers, outputs: Outputs) => AveragedAuc | null,
  floor: Metric['floor'],
) {
  return (
    kind: CombinationKind,
    answers: Answers,
    c: Outputs,
    b: Outputs,
    context: Context,
  ): PairedInterval => {
    const candidate = evaluate(answers, c);
    const baseline = evaluate(answers, b);
    if (candidate === null || baseline === null) return withheldPair(NaN, METHOD, missing(c));
    const both = combine(kind, candidate.value, baseline.value);
    const reason = both === null ? 'NOT_A_NUMBER' : floor(answers, context);
    if (both === null || reason !== null)
      return withheldPair(both?.value ?? NaN, METHOD, reason ?? 'NOT_A_NUMBER');
    const influence = new Float64Array(candidate.influence.length);
    for (let i = 0; i < influence.length; i++) {
      influence[i] = both.candidate * candidate.influence[i]! - both.baseline * baseline.influence[i]!;
    }
    const few = Math.max(candidate.quarter, baseline.quarter) * both.candidate * both.baseline;
    const quarter = few === 0 ? 0 : few * Math.min(1, widestSpread(c, b) / QUARTER) ** 2;
    const se = Math.sqrt(varianceOf(influence, candidate.smallest, context) + quarter);
    const parts = {
      value: both.value,
      se,
      df: degreesOfFreedom(context, quarter > 0 ? candidate.smallest - 1 : Infinity),
      method: quarter > 0 ? 'delong-quarter' : METHOD,
    };
    return symmetricPair(kind === 'difference' ? { ...parts, range: RANGE } : parts, context);
  };
}

/** How far the two models' ranks are apart by the class's score in which they differ most. */
function widestSpread(candidate: Outputs, baseline: Outputs): number {
  return (candidate.scores ?? []).reduce((widest, scores, k) => {
    const other = baseline.scores?.[k];
    return other === undefined ? widest : Math.max(widest, rankSpread(scores, other));
  }, 0);
}

function averagedAuc(
  answers: Answers,
  outputs: Outputs,
  terms: (answers: Answers, outputs: Outputs) => Iterable<Term>,
): AveragedAuc | null {
  if (answers.task !== 'multiclass' || outputs.scores === undefined) return null;
  const influence = new Float64Array(answers.rows);
  let value = 0;
  let pseudo = 0;
  let quarter = 0;
  let smallest = Infinity;
  for (const term of terms(answers, outputs)) {
    const { auc, values } = placements(term.scores, term.positive, term.weight, term.order);
    if (Number.isNaN(auc)) return null;
    value += term.share * auc;
    const own = delongInfluence(values, term.positive, term.weight);
    for (let i = 0; i < own.length; i++)
      influence[term.rows === null ? i : term.rows[i]!]! += term.share * own[i]!;
    const [negatives, positives] = term.sizes;
    pseudo += (term.share * (auc - 0.5)) ** 2 * (1 / (positives + 1) ** 2 + 1 / (negatives + 1) ** 2);
    quarter += term.share ** 2 * quarterVariance(auc, term.sizes, () => QUARTER);
    smallest = Math.min(smallest, negatives, positives);
  }
  return { value, influence, pseudo, quarter, smallest };
}

function* ovrTerms(answers: Answers, outputs: Outputs, weighted: boolean): Iterable<Term> {
  const shares = classShares(answers);
  for (let k = 0; k < shares.length; k++)
    yield ovrTerm(answers, outputs, k, weighted ? shares[k]! : 1 / shares.length);
}

function ovrTerm(answers: Answers, outputs: Outputs, code: number, share: number): Term {
  const scores = outputs.scores?.[code] ?? new Float64Array(answers.rows);
  const positive = new Uint8Array(answers.rows);
  if (answers.task === 'multiclass')
    for (let i = 0; i < positive.length; i++) positive[i] = answers.y[i] === code ? 1 : 0;
  const counts = effectiveClassRows(answers);
  const own = counts[code]!;
  const sizes = [counts.reduce((sum, count) => sum + count, 0) - own, own] as const;
  return { scores, positive, weight: answers.weight, order: scoreOrder(scores), rows: null, sizes, share };
}

/** Both directions of every pair of classes; weighted by the pair's share of the rows, which then sum to 1. */
function* ovoTerms(answers: Answers, outputs: Outputs, weighted: boolean): Iterable<Term> {
  const shares = classShares(answers);
  const classes = shares.length;
  const members = rowsByClass(answers, classes);
  const counts = effectiveClassRows(answers);
  for (let a = 0; a < classes; a++) {
    for (let b = a + 1; b < classes; b++) {
      // Each class is in classes − 1 pairs, so the pairs' shares sum to classes − 1.
      const share = weighted ? (shares[a]! + shares[b]!) / (classes - 1) : 2 / (classes * (classes - 1));
      const rows = Int32Array.from([...members[a]!, ...members[b]!]);
      for (const [own, other] of [
        [a, b],
        [b, a],
      ] as const) {
        const column = outputs.scores![own]!;
        const first = members[a]!.length;
        yield {
          scores: Float64Array.from(rows, (row) => column[row]!),
          positive: Uint8Array.from(rows, (_, i) => (i < first === (own === a) ? 1 : 0)),
          weight: answers.weight === null ? null : Float64Array.from(rows, (row) => answers.weight![row]!),
          order: undefined,
          rows,
          sizes: [counts[other]!, counts[own]!],
          share: share / 2,
        };
      }
    }
  }
}

function classShares(answers: Answers): Float64Array {
  if (answers.task !== 'multiclass') return new Float64Array(0);
  const shares = new Float64Array(answers.classes.length);
  let total = 0;
  for (let i = 0; i < answers.rows; i++) {
    const w = answers.weight === null ? 1 : answers.weight[i]!;
    shares[answers.y[i]!]! += w;
    total += w;
  }
  return shares.map((share) => share / total);
}

function rowsByClass(answers: Answers, classes: number): readonly number[][] {
  const members: number[][] = Array.from({ length: classes }, () => []);
  if (answers.task === 'multiclass') for (let i = 0; i < answers.rows; i++) members[answers.y[i]!]!.push(i);
  return members;
}

function missing(outputs: Outputs): ReasonCode {
  return outputs.scores === undefined ? 'NOT_A_NUMBER' : 'ONE_CLASS';
}
