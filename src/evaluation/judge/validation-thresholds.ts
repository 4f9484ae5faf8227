import { readTarget } from '../input/answers.ts';
import { readOutputs } from '../input/outputs.ts';
import { collectProblems } from '../input/problems.ts';
import type { PredictionsInput } from '../input/types.ts';
import { thresholdAtFpr } from '../metrics/index.ts';
import { parseSpelling } from '../metrics/spelling.ts';
import type { Table } from '../../table/index.ts';

/** Where thresholds are taken from: validation answers and one model's predictions beside them. */
export interface ValidationRows {
  readonly answers: Table;
  readonly target: string;
  readonly predictions: PredictionsInput;
  readonly positive: string | undefined;
}

/**
 * Thresholds that belong to the model, by metric name: `recall@fpr<=1%` takes its threshold from the validation rows,
 * so that the test rows only judge it. Metrics of another kind, and rows that cannot be read, give none.
 */
export function validationThresholds(metrics: readonly unknown[], rows: ValidationRows): Map<string, number> {
  const found = new Map<string, number>();
  const asked = metrics.flatMap((metric) => {
    const spelling = typeof metric === 'string' ? parseSpelling(metric) : null;
    return spelling?.at?.kind === 'fpr' ? [{ name: spelling.name, percent: spelling.at.percent }] : [];
  });
  const target = rows.answers.columns.get(rows.target);
  if (asked.length === 0 || target === undefined) return found;
  const problems = collectProblems();
  const count = rows.answers.rows;
  const options = {
    task: 'binary' as const,
    rows: count,
    weight: null,
    positive: rows.positive,
    otherClasses: [],
  };
  const { answers, classes } = readTarget(target, options, problems);
  const side = readOutputs(
    rows.predictions,
    { task: 'binary', rows: count, classes, threshold: 0.5, columns: [], who: 'validation' },
    problems,
  );
  if (
    problems.found.length > 0 ||
    side.missing > 0 ||
    answers.task !== 'binary' ||
    side.outputs.score === undefined
  )
    return found;
  for (const { name, percent } of asked)
    found.set(name, thresholdAtFpr(answers.y, side.outputs.score, null, percent));
  return found;
}
