import { oneClassFloor, RANKING_FLOOR, rarestClassFloor } from './floor.ts';
import type { Influenced } from './influence-metric.ts';
import { noValue } from './influence-metric.ts';
import { memo } from './memo.ts';
import type { Answers, Metric, Outputs } from './metric.ts';
import { percentileMetric } from './percentile-metric.ts';
import type { Ranking } from './ranking.ts';
import { rankingOf, weightAt } from './ranking.ts';

/**
 * `average_precision`: Σ (R_n − R_{n−1}) P_n without interpolation, tied scores as one step, as scikit-learn's
 * average_precision_score; multiclass the unweighted mean over the classes against the rest. NaN (NO_POSITIVES)
 * without positives.
 *
 * @param code one class against the rest; null for a binary task's positive class, `mean` for the mean over classes
 */
export function averagePrecision(name: string, code: number | null | 'mean'): Metric {
  const rankings = memo((answers: Answers, outputs: Outputs) => rankedClasses(answers, outputs, code));
  return percentileMetric({
    name,
    direction: 'higher',
    range: [0, 1],
    needs: 'scores',
    method: 'influence',
    envelope: true,
    jackknife: true,
    floor: (answers, context) =>
      code === 'mean'
        ? rarestClassFloor(answers, context, RANKING_FLOOR)
        : oneClassFloor(answers, context, code ?? 1, RANKING_FLOOR),
    evaluate(answers, outputs) {
      const ranked = rankings(answers, outputs);
      if (ranked === null || ranked.length === 0) return noValue();
      if (ranked.some(({ positives }) => positives === 0)) return noValue('NO_POSITIVES');
      return meanOf(ranked.map(influenced));
    },
    resampled(answers, outputs) {
      const ranked = rankings(answers, outputs) ?? [];
      return (counts) => ranked.reduce((sum, ranking) => sum + resample(ranking, counts), 0) / ranked.length;
    },
  });
}

function rankedClasses(
  answers: Answers,
  outputs: Outputs,
  code: number | null | 'mean',
): readonly Ranking[] | null {
  const codes =
    code !== 'mean' ? [code] : answers.task === 'multiclass' ? answers.classes.map((_, k) => k) : [];
  const ranked = codes.map((k) => rankingOf(k)(answers, outputs));
  return ranked.every((ranking) => ranking !== null) ? ranked : null;
}

function meanOf(
  classes: readonly { readonly value: number; readonly influence: Float64Array }[],
): Influenced {
  const [first, ...others] = classes;
  let { value } = first!;
  const { influence } = first!;
  for (const other of others) {
    value += other.value;
    for (let i = 0; i < influence.length; i++) influence[i]! += other.influence[i]!;
  }
  for (let i = 0; i < influence.length; i++) influence[i]! /= classes.length;
  return { value: value / classes.length, influence, reason: null };
}

/** The value on a resample; rows below the last positive change nothing and are not visited. */
function resample(ranking: Ranking, counts: Uint32Array): number {
  const { rows, positive, ends } = ranking;
  const last = positive.lastIndexOf(1);
  let hits = 0;
  let seen = 0;
  let sum = 0;
  for (let start = 0; start <= last;) {
    const end = ends[start]!;
    let gained = 0;
    for (let k = start; k < end; k++) {
      const w = ranking.weight === null ? counts[rows[k]!]! : weightAt(ranking, k, counts);
      seen += w;
      if (positive[k] === 1) gained += w;
    }
    if (gained > 0) {
      hits += gained;
      sum += gained * (hits / seen);
    }
    start = end;
  }
  return hits === 0 ? NaN : sum / hits;
}

/**
 * Value and influence: a row changes the precision at its own step and at every step below it, which is where the
 * backward sums come from.
 */
function influenced(ranking: Ranking): { readonly value: number; readonly influence: Float64Array } {
  const { rows, positive, ends, positives } = ranking;
  const n = rows.length;
  const precision = new Float64Array(n);
  const upSlope = new Float64Array(n);
  const downSlope = new Float64Array(n);
  let hits = 0;
  let seen = 0;
  let value = 0;
  const starts: number[] = [];
  for (let start = 0; start < n; start = ends[start]!) {
    starts.push(start);
    let gained = 0;
    for (let k = start; k < ends[start]!; k++) {
      const w = weightAt(ranking, k, null);
      seen += w;
      if (positive[k] === 1) gained += w;
    }
    hits += gained;
    const p = seen > 0 ? hits / seen : 0;
    precision[start] = p;
    value += (gained / positives) * p;
    if (gained === 0) continue;
    upSlope[start] = (gained / positives) * ((1 - p) / seen);
    downSlope[start] = (gained / positives) * (p / seen);
  }
  const influence = new Float64Array(n);
  let up = 0;
  let down = 0;
  for (let g = starts.length - 1; g >= 0; g--) {
    const start = starts[g]!;
    up += upSlope[start]!;
    down += downSlope[start]!;
    for (let k = start; k < ends[start]!; k++) {
      const w = weightAt(ranking, k, null);
      const slope = positive[k] === 1 ? (precision[start]! - value) / positives + up : -down;
      influence[rows[k]!] = w * slope;
    }
  }
  return { value, influence };
}
