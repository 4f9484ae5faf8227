import type { ReasonCode } from '../../contracts/codes.ts';
import { MINORITY_FLOOR, oneClassFloor, RANKING_FLOOR } from './floor.ts';
import type { Influenced } from './influence-metric.ts';
import { noValue } from './influence-metric.ts';
import type { Answers, Context, Metric } from './metric.ts';
import { percentileMetric } from './percentile-metric.ts';
import type { Ranking } from './ranking.ts';
import { rankingOf, weightAt } from './ranking.ts';

/** Ranks around the cut from which the local share of positives is read, on each side. */
const WINDOW = 100;

/**
 * `recall@top=5%` and `precision@top=5%`: among the k = ⌈share · n⌉ highest scores, the share of all positives found
 * and the share that is positive. Rows tied at the cut count in fractions.
 *
 * @param percent share of the rows, in percent
 */
export function topShare(
  name: string,
  kind: 'recall' | 'precision',
  percent: number,
  code: number | null,
): Metric {
  const ranking = rankingOf(code);
  return percentileMetric({
    name,
    direction: 'higher',
    range: [0, 1],
    needs: 'scores',
    method: 'influence',
    envelope: true,
    floor: (answers, context) => topFloor(answers, context, percent, code ?? 1),
    evaluate(answers, outputs) {
      const ranked = ranking(answers, outputs);
      if (ranked === null) return noValue();
      if (kind === 'recall' && ranked.positives === 0) return noValue('NO_POSITIVES');
      return influenced(ranked, kind, topCount(ranked.rows.length, percent));
    },
    resampled(answers, outputs) {
      const ranked = ranking(answers, outputs);
      if (ranked === null) return () => NaN;
      const count = topCount(ranked.rows.length, percent);
      return (counts) => resample(ranked, kind, count, counts);
    },
  });
}

/** ⌈share · n⌉ without the rounding of 0.07 · 100. */
export function topCount(rows: number, percent: number): number {
  return Math.min(rows, Math.max(1, Math.ceil((rows * percent) / 100 - 1e-9)));
}

/** Fifty rows of the rarer class (verdict.md §3), and ten rows above the cut. */
function topFloor(answers: Answers, context: Context, percent: number, code: number): ReasonCode | null {
  const reason = oneClassFloor(answers, context, code, RANKING_FLOOR);
  if (reason !== null) return reason;
  return topCount(answers.rows, percent) < MINORITY_FLOOR ? 'TOO_FEW_ROWS' : null;
}

/** The value on a resample: the group that crosses the cut counts with the part of it that lies above. */
function resample(
  ranking: Ranking,
  kind: 'recall' | 'precision',
  count: number,
  counts: Uint32Array,
): number {
  const { rows, positive, ends } = ranking;
  let total = rows.length;
  let positives = 0;
  if (ranking.weight !== null) {
    total = 0;
    for (let k = 0; k < rows.length; k++) total += weightAt(ranking, k, counts);
  }
  const target = count * (total / rows.length);
  let above = 0;
  let hits = 0;
  let start = 0;
  while (start < rows.length && above < target) {
    const end = ends[start]!;
    let weight = 0;
    let gained = 0;
    for (let k = start; k < end; k++) {
      const w = weightAt(ranking, k, counts);
      weight += w;
      if (positive[k] === 1) gained += w;
    }
    const part = above + weight <= target ? 1 : (target - above) / weight;
    hits += part * gained;
    positives += gained;
    above += weight;
    start = end;
  }
  if (kind === 'precision') return hits / target;
  for (let k = start; k < rows.length; k++) if (positive[k] === 1) positives += weightAt(ranking, k, counts);
  return positives === 0 ? NaN : hits / positives;
}

/**
 * Value and influence. A row above the cut pushes others below it: the density of positives at the cut, read from the
 * ranks around it, is what the metric loses by that.
 */
function influenced(ranking: Ranking, kind: 'recall' | 'precision', count: number): Influenced {
  const { rows, positive, ends, positives, total } = ranking;
  const share = count / rows.length;
  // In this order the target is exactly the count where there are no weights.
  const target = count * (total / rows.length);
  const inside = new Float64Array(rows.length);
  let above = 0;
  let hits = 0;
  for (let start = 0; start < rows.length && above < target; start = ends[start]!) {
    let weight = 0;
    for (let k = start; k < ends[start]!; k++) weight += weightAt(ranking, k, null);
    const part = above + weight <= target ? 1 : (target - above) / weight;
    for (let k = start; k < ends[start]!; k++) {
      inside[k] = part;
      if (positive[k] === 1) hits += part * weightAt(ranking, k, null);
    }
    above += weight;
  }
  const atCut = localShare(ranking, count);
  const denominator = kind === 'recall' ? positives : target;
  const value = hits / denominator;
  const influence = new Float64Array(rows.length);
  for (let k = 0; k < rows.length; k++) {
    const found = positive[k]! * inside[k]! - atCut * (inside[k]! - share);
    const own = kind === 'recall' ? value * positive[k]! : value * share;
    influence[rows[k]!] = (weightAt(ranking, k, null) * (found - own)) / denominator;
  }
  return { value, influence, reason: null };
}

/** Share of positives among the ranks around the cut. */
export function localShare(ranking: Ranking, cut: number): number {
  const half = Math.max(WINDOW, Math.ceil(Math.sqrt(ranking.rows.length)));
  const window = Math.min(half, cut, ranking.rows.length - cut);
  let weight = 0;
  let hits = 0;
  for (let k = cut - window; k < cut + window; k++) {
    const w = weightAt(ranking, k, null);
    weight += w;
    if (ranking.positive[k] === 1) hits += w;
  }
  return weight === 0 ? 0 : hits / weight;
}
