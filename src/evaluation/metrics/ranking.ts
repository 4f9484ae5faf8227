import { memo } from './memo.ts';
import type { Answers, Outputs } from './metric.ts';
import { scoreOrder } from './score-order.ts';

/** Rows from the highest score down, in groups of equal scores. */
export interface Ranking {
  /** Row at each rank. */
  readonly rows: Uint32Array;
  /** 1 where the row at this rank is positive. */
  readonly positive: Uint8Array;
  /** End (exclusive) of the group of equal scores, at each group's first rank. */
  readonly ends: Uint32Array;
  /** Weight of the row at each rank; null = all 1. */
  readonly weight: Float64Array | null;
  readonly positives: number;
  readonly total: number;
}

/** Ranks the rows of a two-class problem by the model's score. */
export type RankingOf = (answers: Answers, outputs: Outputs) => Ranking | null;

/** Ranks by a binary task's score, or by the score of one class of a multiclass task against the rest. */
export function rankingOf(code: number | null): RankingOf {
  return memo((answers, outputs) => {
    if (answers.task === 'binary' && outputs.score !== undefined)
      return rank(outputs.score, answers, code ?? 1, code === 0);
    const column = code === null ? undefined : outputs.scores?.[code];
    return answers.task === 'multiclass' && column !== undefined ? rank(column, answers, code!, false) : null;
  });
}

function rank(scores: Float64Array, answers: Answers, code: number, reversed: boolean): Ranking {
  const y = answers.task === 'binary' || answers.task === 'multiclass' ? answers.y : new Uint8Array(0);
  const ascending = scoreOrder(scores);
  const rows = reversed ? ascending : ascending.slice().reverse();
  const n = rows.length;
  const positive = new Uint8Array(n);
  const weight = answers.weight === null ? null : new Float64Array(n);
  let positives = 0;
  let total = 0;
  for (let k = 0; k < n; k++) {
    const row = rows[k]!;
    const w = answers.weight === null ? 1 : answers.weight[row]!;
    if (weight !== null) weight[k] = w;
    if (y[row] === code) {
      positive[k] = 1;
      positives += w;
    }
    total += w;
  }
  return { rows, positive, ends: groupEnds(scores, rows), weight, positives, total };
}

function groupEnds(scores: Float64Array, rows: Uint32Array): Uint32Array {
  const ends = new Uint32Array(rows.length);
  for (let start = 0; start < rows.length;) {
    let end = start + 1;
    while (end < rows.length && scores[rows[end]!] === scores[rows[start]!]) end++;
    ends[start] = end;
    start = end;
  }
  return ends;
}

/** Weight of the row at a rank, times how often a resample drew it. */
export function weightAt(ranking: Ranking, rank: number, counts: Uint32Array | null): number {
  const w = ranking.weight === null ? 1 : ranking.weight[rank]!;
  return counts === null ? w : w * counts[ranking.rows[rank]!]!;
}
