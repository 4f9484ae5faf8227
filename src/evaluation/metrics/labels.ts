import { memo } from './memo.ts';
import type { Answers, Outputs } from './metric.ts';

/** Classes of a classification task; 0 for other tasks. */
export function classCount(answers: Answers): number {
  if (answers.task === 'binary') return 2;
  return answers.task === 'multiclass' ? answers.classes.length : 0;
}

/** True codes of a classification task. */
export function trueCodes(answers: Answers): Uint8Array | Int32Array | null {
  return answers.task === 'binary' || answers.task === 'multiclass' ? answers.y : null;
}

/** How a model's classes are read from its outputs: null where it gave neither labels nor scores. */
export type LabelReader = (answers: Answers, outputs: Outputs) => Int32Array | null;

/**
 * Reads predicted classes: binary the `prediction` column, else score ≥ threshold; multiclass the `prediction`
 * column, else the class with the largest score (the first of equals, as numpy's argmax).
 *
 * @param threshold in [0, 1] of scores that are probabilities
 * @param forced the threshold is the metric's own (`precision@t=0.3`): the prediction column is not read
 */
export function labelReader(threshold: number, forced = false): LabelReader {
  return memo((answers, outputs) => {
    const { prediction, score, scores } = outputs;
    if (prediction !== undefined && !forced) return Int32Array.from(prediction);
    if (answers.task === 'binary' && score !== undefined)
      return Int32Array.from(score, (s) => (s >= threshold ? 1 : 0));
    if (answers.task === 'multiclass' && scores !== undefined && scores.length > 0)
      return largestScore(scores);
    return null;
  });
}

/** 1 where a score reaches the threshold, else 0. */
export function atLeast(score: Float64Array, threshold: number): Int32Array {
  const codes = new Int32Array(score.length);
  for (let i = 0; i < codes.length; i++) codes[i] = score[i]! >= threshold ? 1 : 0;
  return codes;
}

function largestScore(scores: readonly Float64Array[]): Int32Array {
  const codes = new Int32Array(scores[0]!.length);
  for (let i = 0; i < codes.length; i++) {
    let best = 0;
    for (let k = 1; k < scores.length; k++) if (scores[k]![i]! > scores[best]![i]!) best = k;
    codes[i] = best;
  }
  return codes;
}
