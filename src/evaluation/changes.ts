import type { Comparison } from '../contracts/comparison.ts';
import type { Answers, Outputs } from './metrics/metric.ts';

/** Rows that only the candidate gets right, that only the baseline gets right, and on which they disagree; null unless both predict classes. */
export function countChanges(answers: Answers, candidate: Outputs, baseline: Outputs): Comparison['changes'] {
  if (answers.task !== 'binary' && answers.task !== 'multiclass') return null;
  const { y } = answers;
  const ours = candidate.prediction;
  const theirs = baseline.prediction;
  if (ours === undefined || theirs === undefined) return null;
  let fixed = 0;
  let broken = 0;
  let disagree = 0;
  for (let i = 0; i < y.length; i++) {
    if (ours[i] === theirs[i]) continue;
    disagree++;
    if (ours[i] === y[i]) fixed++;
    else if (theirs[i] === y[i]) broken++;
  }
  return { fixed, broken, disagree };
}
