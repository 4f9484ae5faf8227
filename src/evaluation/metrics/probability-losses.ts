import { pooledClassFloor, rarestClassFloor } from './floor.ts';
import type { Answers, Metric, Outputs } from './metric.ts';
import type { RowValues } from './row-mean.ts';
import { rowMeanMetric } from './row-mean.ts';

/** Half of float64's machine epsilon doubled back: numpy's `finfo(float64).eps`, scikit-learn's clip in log_loss. */
const EPSILON = 2 ** -52;

const NOT_PROBABILITIES: RowValues = { values: null, reason: 'NOT_A_NUMBER' };

/** `log_loss`, as scikit-learn's: probabilities cut at float64's epsilon, not renormalised. NaN outside [0, 1]. */
export function logLoss(): Metric {
  return rowMeanMetric({
    name: 'log_loss',
    direction: 'lower',
    range: [0, Infinity],
    floor: (answers, context) =>
      answers.task === 'binary' ? rarestClassFloor(answers, context) : pooledClassFloor(answers, context),
    rowValues: (answers, outputs) => forEachProbability(answers, outputs, logOf, sumLog),
  });
}

/**
 * `brier`, as scikit-learn's brier_score_loss: binary (p − y)²; multiclass the sum over classes, in [0, 2], not
 * halved.
 */
export function brier(multiclass: boolean): Metric {
  return rowMeanMetric({
    name: 'brier',
    direction: 'lower',
    range: [0, multiclass ? 2 : 1],
    floor: (answers, context) =>
      answers.task === 'binary' ? rarestClassFloor(answers, context) : pooledClassFloor(answers, context),
    rowValues: (answers, outputs) => forEachProbability(answers, outputs, squareOf, sumSquares),
  });
}

type BinaryLoss = (positive: boolean, p: number) => number;
type MulticlassLoss = (code: number, scores: readonly Float64Array[], row: number) => number;

function logOf(positive: boolean, p: number): number {
  const clipped = Math.min(Math.max(p, EPSILON), 1 - EPSILON);
  return positive ? -Math.log(clipped) : -Math.log(Math.min(Math.max(1 - p, EPSILON), 1 - EPSILON));
}

function sumLog(code: number, scores: readonly Float64Array[], row: number): number {
  return -Math.log(Math.min(Math.max(scores[code]![row]!, EPSILON), 1 - EPSILON));
}

function squareOf(positive: boolean, p: number): number {
  const residual = positive ? 1 - p : p;
  return residual * residual;
}

function sumSquares(code: number, scores: readonly Float64Array[], row: number): number {
  let sum = 0;
  for (let k = 0; k < scores.length; k++) {
    const residual = scores[k]![row]! - (k === code ? 1 : 0);
    sum += residual * residual;
  }
  return sum;
}

function forEachProbability(
  answers: Answers,
  outputs: Outputs,
  one: BinaryLoss,
  many: MulticlassLoss,
): RowValues {
  if (answers.task === 'binary') {
    const { score } = outputs;
    if (score === undefined || !areProbabilities(score)) return NOT_PROBABILITIES;
    const values = new Float64Array(answers.rows);
    for (let i = 0; i < values.length; i++) values[i] = one(answers.y[i] === 1, score[i]!);
    return { values, reason: null };
  }
  if (answers.task !== 'multiclass') return NOT_PROBABILITIES;
  const { scores } = outputs;
  if (scores === undefined || !scores.every(areProbabilities)) return NOT_PROBABILITIES;
  const values = new Float64Array(answers.rows);
  for (let i = 0; i < values.length; i++) values[i] = many(answers.y[i]!, scores, i);
  return { values, reason: null };
}

function areProbabilities(scores: Float64Array): boolean {
  for (let i = 0; i < scores.length; i++) if (!(scores[i]! >= 0 && scores[i]! <= 1)) return false;
  return true;
}
