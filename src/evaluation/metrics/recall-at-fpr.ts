import type { ReasonCode } from '../../contracts/codes.ts';
import { ascendingOrder } from '../../stats/index.ts';
import { classScore } from './class-metrics.ts';
import { effectiveClassRows, MINORITY_FLOOR, oneClassFloor } from './floor.ts';
import type { Influenced } from './influence-metric.ts';
import { noValue } from './influence-metric.ts';
import type { LabelReader } from './labels.ts';
import { atLeast } from './labels.ts';
import { memo } from './memo.ts';
import type { Answers, Context, Metric, Outputs } from './metric.ts';
import { percentileMetric } from './percentile-metric.ts';
import type { Ranking } from './ranking.ts';
import { rankingOf, weightAt } from './ranking.ts';
import { localShare } from './top-share.ts';

/**
 * `recall@fpr<=1%`: recall at the threshold that lets at most this share of the negatives through.
 *
 * The threshold is part of the model: where the outputs carry one under this name (taken from the validation rows by
 * thresholdAtFpr) the metric is a plain recall at it. Without one it is found on the test rows themselves: the largest
 * recall of a threshold whose false positive rate does not exceed the limit (no interpolation, tied rows together),
 * and it is judged only where the limit admits at least ten negatives.
 */
export function recallAtFpr(name: string, percent: number): Metric {
  const given = givenThreshold(name);
  const found = foundThreshold(name, percent);
  const choose = (...models: readonly Outputs[]): Metric =>
    models.every((outputs) => outputs.thresholds?.has(name) === true) ? given : found;
  return {
    ...found,
    value: (answers, outputs) => choose(outputs).value(answers, outputs),
    // Without outputs at hand the stricter floor cannot be asked for: the intervals ask it themselves.
    floor: given.floor.bind(given),
    interval: (answers, outputs, context) => choose(outputs).interval(answers, outputs, context),
    difference: (answers, c, b, context) => choose(c, b).difference(answers, c, b, context),
    logRatio: (answers, c, b, context) => (choose(c, b).logRatio ?? found.difference)(answers, c, b, context),
  };
}

/**
 * The smallest score that lets at most `percent` % of the negatives through, from the rows of a validation set;
 * Infinity when none does.
 *
 * @param y 1 = positive
 */
export function thresholdAtFpr(
  y: Uint8Array,
  score: Float64Array,
  weight: Float64Array | null,
  percent: number,
): number {
  const order = ascendingOrder(score);
  let negatives = 0;
  for (let i = 0; i < y.length; i++) if (y[i] !== 1) negatives += weight === null ? 1 : weight[i]!;
  const limit = allowed(negatives, percent);
  let passed = 0;
  let threshold = Infinity;
  for (let k = order.length - 1; k >= 0;) {
    const value = score[order[k]!]!;
    for (; k >= 0 && score[order[k]!] === value; k--)
      if (y[order[k]!] !== 1) passed += weight?.[order[k]!] ?? 1;
    if (passed > limit) break;
    threshold = value;
  }
  return threshold;
}

/** The limit as a number of negatives, with room for the rounding of percent / 100. */
function allowed(negatives: number, percent: number): number {
  return ((negatives * percent) / 100) * (1 + 1e-12);
}

function givenThreshold(name: string): Metric {
  const labels: LabelReader = memo((_answers, outputs) => {
    const threshold = outputs.thresholds?.get(name);
    if (threshold === undefined || outputs.score === undefined) return null;
    return atLeast(outputs.score, threshold);
  });
  return classScore(name, 'recall', 1, labels);
}

function foundThreshold(name: string, percent: number): Metric {
  const ranking = rankingOf(null);
  return percentileMetric({
    name,
    direction: 'higher',
    range: [0, 1],
    needs: 'scores',
    method: 'influence',
    envelope: true,
    floor: (answers, context) => foundFloor(answers, context, percent),
    evaluate(answers, outputs) {
      const ranked = ranking(answers, outputs);
      if (ranked === null) return noValue();
      if (ranked.positives === 0) return noValue('NO_POSITIVES');
      return ranked.total > ranked.positives ? influenced(ranked, percent) : noValue('ONE_CLASS');
    },
    resampled(answers, outputs) {
      const ranked = ranking(answers, outputs);
      return ranked === null ? () => NaN : (counts) => resample(ranked, percent, counts);
    },
  });
}

function foundFloor(answers: Answers, context: Context, percent: number): ReasonCode | null {
  const reason = oneClassFloor(answers, context, 1);
  if (reason !== null) return reason;
  const negatives = effectiveClassRows(answers)[0]!;
  return allowed(negatives, percent) < MINORITY_FLOOR ? 'TOO_FEW_EVENTS' : null;
}

/** Positives at the last threshold within the limit, and the rank after it. */
function walk(
  ranking: Ranking,
  limit: number,
  counts: Uint32Array | null,
): { readonly hits: number; readonly passed: number; readonly cut: number } {
  let hits = 0;
  let passed = 0;
  let start = 0;
  while (start < ranking.rows.length) {
    let gained = 0;
    let admitted = 0;
    for (let k = start; k < ranking.ends[start]!; k++) {
      const w = weightAt(ranking, k, counts);
      if (ranking.positive[k] === 1) gained += w;
      else admitted += w;
    }
    if (passed + admitted > limit) break;
    hits += gained;
    passed += admitted;
    start = ranking.ends[start]!;
  }
  return { hits, passed, cut: start };
}

function resample(ranking: Ranking, percent: number, counts: Uint32Array): number {
  let positives = 0;
  let total = 0;
  for (let k = 0; k < ranking.rows.length; k++) {
    const w = weightAt(ranking, k, counts);
    total += w;
    if (ranking.positive[k] === 1) positives += w;
  }
  return positives === 0 ? NaN : walk(ranking, allowed(total - positives, percent), counts).hits / positives;
}

/** A negative above the cut moves the threshold up: what that loses is the odds of a positive around the cut. */
function influenced(ranking: Ranking, percent: number): Influenced {
  const { rows, positive, positives, total } = ranking;
  const { hits, passed, cut } = walk(ranking, allowed(total - positives, percent), null);
  const value = hits / positives;
  const share = passed / (total - positives);
  const local = Math.min(localShare(ranking, Math.min(Math.max(cut, 1), rows.length - 1)), 1 - 1e-9);
  const odds = local / (1 - local);
  const influence = new Float64Array(rows.length);
  for (let k = 0; k < rows.length; k++) {
    const inside = k < cut ? 1 : 0;
    const slope = positive[k] === 1 ? inside - value : -odds * (inside - share);
    influence[rows[k]!] = (weightAt(ranking, k, null) * slope) / positives;
  }
  return { value, influence, reason: null };
}
