import type { Task, Warning } from '../../contracts/comparison.ts';
import { differenceText, intervalText, numberText } from '../message.ts';
import { resolveMetric } from '../metrics/index.ts';
import type { Answers, Context, Outputs } from '../metrics/metric.ts';

/** The same value for every row. */
function constant(rows: number, value: number): Float64Array {
  return new Float64Array(rows).fill(value);
}

function largestClass(
  y: Uint8Array | Int32Array,
  weight: Float64Array | null,
): { code: number; share: number } {
  const counts = new Map<number, number>();
  let total = 0;
  for (let i = 0; i < y.length; i++) {
    const w = weight === null ? 1 : weight[i]!;
    counts.set(y[i]!, (counts.get(y[i]!) ?? 0) + w);
    total += w;
  }
  const [code, count] = [...counts].reduce((best, one) => (one[1] > best[1] ? one : best), [0, 0]);
  return { code, share: total === 0 ? 0 : count / total };
}

function againstMajority(
  answers: Answers,
  outputs: Outputs,
  context: Context,
  classes: readonly string[],
): Warning[] {
  if (answers.task !== 'binary' && answers.task !== 'multiclass') return [];
  const options = { threshold: 0.5, classes };
  if (answers.task === 'binary' && outputs.score !== undefined) {
    const auc = resolveMetric('roc_auc', 'binary', options);
    if (auc.floor(answers, context) !== null) return [];
    const interval = auc.interval(answers, outputs, context);
    if (!(interval.low <= 0.5)) return [];
    return [
      {
        code: 'NOT_BETTER_THAN_CONSTANT',
        message: `roc_auc ${intervalText(interval)}: a score that is the same for every row has 0.5`,
      },
    ];
  }
  const accuracy = resolveMetric('accuracy', answers.task, options);
  const balanced = resolveMetric('balanced_accuracy', answers.task, options);
  const { code, share } = largestClass(answers.y, answers.weight);
  if (outputs.prediction === undefined || accuracy.floor(answers, context) !== null) return [];
  const majority = { prediction: constant(answers.rows, code) };
  const gain = accuracy.difference(answers, outputs, majority, context);
  const chance = balanced.value(answers, majority).value;
  const own = balanced.interval(answers, outputs, context);
  // A model that trades accuracy for the rare class is better than a constant: only both together tell.
  if (gain.low > 0 || own.low > chance) return [];
  const name = classes[code] ?? String(code);
  const message = `accuracy ${numberText(accuracy.value(answers, outputs).value)}, always saying ${name} has ${numberText(share)}: ${differenceText(gain)}`;
  return [{ code: 'NOT_BETTER_THAN_MAJORITY', message }];
}

function againstMean(answers: Answers, outputs: Outputs, context: Context): Warning[] {
  if (answers.task !== 'regression') return [];
  const { y, weight } = answers;
  const rmse = resolveMetric('rmse', 'regression', { threshold: 0.5 });
  const mae = resolveMetric('mae', 'regression', { threshold: 0.5 });
  if (outputs.prediction === undefined || mae.floor(answers, context) !== null) return [];
  let sum = 0;
  let total = 0;
  for (let i = 0; i < y.length; i++) {
    const w = weight === null ? 1 : weight[i]!;
    sum += w * y[i]!;
    total += w;
  }
  const flat = { prediction: constant(answers.rows, sum / total) };
  const squared = rmse.difference(answers, outputs, flat, context);
  const absolute = mae.difference(answers, outputs, flat, context);
  // Either error being surely smaller is enough: the mean is the best constant for one, not for the other.
  if (squared.high < 0 || absolute.high < 0) return [];
  if (squared.value < 0 && Number.isNaN(squared.high) && absolute.value < 0) return [];
  const message = `rmse ${numberText(rmse.value(answers, outputs).value)}, always saying the mean ${numberText(sum / total)} has ${numberText(rmse.value(answers, flat).value)}`;
  return [{ code: 'NOT_BETTER_THAN_MEAN', message }];
}

/** Warns where a model is not surely better than saying the same of every row: the largest class, or the mean. */
export function lintTrivialModel(
  task: Task,
  answers: Answers,
  outputs: Outputs,
  context: Context,
  classes: readonly string[],
): Warning[] {
  return task === 'regression'
    ? againstMean(answers, outputs, context)
    : againstMajority(answers, outputs, context, classes);
}
