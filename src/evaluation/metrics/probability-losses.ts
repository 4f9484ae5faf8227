import { effectiveClassRows, pooledClassFloor, rowsOutsideLargest } from './floor.ts';
import type { Answers, Metric, Outputs } from './metric.ts';
import type { RowValues } from './row-mean.ts';
import { rowMeanMetric } from './row-mean.ts';

/** numpy's finfo(float64).eps, at which scikit-learn cuts the probabilities of log_loss. */
const EPSILON = 2 ** -52;

const SPEC = {
  direction: 'lower',
  floor: pooledClassFloor,
  needs: 'scores',
  // The rarer class's rows lose most: their number, not that of all rows, says how well the variance is known.
  events: (answers: Answers) => rowsOutsideLargest(effectiveClassRows(answers)),
} as const;

/** `log_loss`, as scikit-learn's: probabilities cut at float64's epsilon, not renormalised. NaN outside [0, 1]. */
export function logLoss(): Metric {
  return rowMeanMetric({ ...SPEC, name: 'log_loss', range: [0, Infinity], rowValues: logLossRows });
}

/**
 * `brier`, as scikit-learn's brier_score_loss: binary (p − y)²; multiclass the sum over classes, in [0, 2], not
 * halved. NaN outside [0, 1].
 */
export function brier(multiclass: boolean): Metric {
  return rowMeanMetric({ ...SPEC, name: 'brier', range: [0, multiclass ? 2 : 1], rowValues: brierRows });
}

function logLossRows(answers: Answers, outputs: Outputs): RowValues {
  const scores = probabilities(answers, outputs);
  if (scores === null) return 'NOT_A_NUMBER';
  const values = new Float64Array(answers.rows);
  if (answers.task === 'binary') {
    const [p] = scores;
    for (let i = 0; i < values.length; i++)
      values[i] = -Math.log(cut(answers.y[i] === 1 ? p![i]! : 1 - p![i]!));
  } else if (answers.task === 'multiclass') {
    for (let i = 0; i < values.length; i++) values[i] = -Math.log(cut(scores[answers.y[i]!]![i]!));
  }
  return values;
}

function brierRows(answers: Answers, outputs: Outputs): RowValues {
  const scores = probabilities(answers, outputs);
  if (scores === null) return 'NOT_A_NUMBER';
  const values = new Float64Array(answers.rows);
  if (answers.task === 'binary') {
    const [p] = scores;
    for (let i = 0; i < values.length; i++) values[i] = (p![i]! - answers.y[i]!) ** 2;
  } else if (answers.task === 'multiclass') {
    for (let k = 0; k < scores.length; k++) {
      const column = scores[k]!;
      for (let i = 0; i < values.length; i++) values[i]! += (column[i]! - (answers.y[i] === k ? 1 : 0)) ** 2;
    }
  }
  return values;
}

function cut(p: number): number {
  return p < EPSILON ? EPSILON : p > 1 - EPSILON ? 1 - EPSILON : p;
}

/** The score columns of a classification, when every one of them is a probability; else null. */
export function probabilities(answers: Answers, outputs: Outputs): readonly Float64Array[] | null {
  const { score, scores } = outputs;
  const columns = answers.task === 'binary' ? (score === undefined ? undefined : [score]) : scores;
  if (columns === undefined || (answers.task !== 'binary' && answers.task !== 'multiclass')) return null;
  return columns.every(areProbabilities) ? columns : null;
}

function areProbabilities(scores: Float64Array): boolean {
  for (let i = 0; i < scores.length; i++) if (!(scores[i]! >= 0 && scores[i]! <= 1)) return false;
  return true;
}
