import { columnMissing, textAt } from '../../table/index.ts';
import type { Column, Table } from '../../table/index.ts';
import { collectProblems } from '../input/problems.ts';
import type { Problems } from '../input/problems.ts';
import type { ColumnInput, CompareInput, PredictionsInput } from '../input/types.ts';
import type { MetricSpec } from '../metrics/metric.ts';
import type { EvaluateConfig } from '../schema.ts';
import { declaredSlices } from '../slices/declared.ts';
import { alignByPosition, alignTables, gather } from '../tables/align.ts';
import { columnAt, firstDifference, predictionsOf } from '../tables/columns.ts';
import type { NamedTable } from '../tables/columns.ts';
import type { JudgeInput, TestPredictions } from './types.ts';
import { unitColumn } from './unit-column.ts';
import { validationThresholds } from './validation-thresholds.ts';

const NAMES = { score: 'score', prediction: 'prediction' } as const;
const ANSWERS = 'the test data';

/** Metrics of the config that are judged here, and the names of those that are not (they run a command). */
export function judgedMetrics(metrics: EvaluateConfig['metrics']): {
  specs: MetricSpec[];
  inactive: string[];
} {
  const specs: MetricSpec[] = [];
  const inactive: string[] = [];
  for (const metric of metrics) {
    if (typeof metric === 'object' && 'run' in metric) inactive.push(metric.name);
    else specs.push(metric);
  }
  return { specs, inactive };
}

function numberColumns(table: Table): Record<string, Column> {
  return Object.fromEntries([...table.columns].filter(([, column]) => column.kind === 'number'));
}

/** Predictions in the order of the answers: joined by id where they have it, else row by row. */
export function inOrderOf(
  answers: NamedTable,
  predictions: NamedTable,
  id: string,
  problems: Problems,
): { table: Table; extra: number } | null {
  const joinable = id !== 'row' && predictions.table.columns.has(id);
  const alignment = joinable
    ? alignTables(answers, predictions, id, problems)
    : alignByPosition(answers.table, predictions.table);
  return alignment === null
    ? null
    : { table: gather(predictions.table, alignment), extra: alignment.extra.length };
}

function requireTarget(
  answers: NamedTable,
  predictions: NamedTable,
  target: string,
  problems: Problems,
): void {
  const ours = answers.table.columns.get(target);
  const theirs = predictions.table.columns.get(target);
  if (ours === undefined || theirs === undefined) return;
  const { row, count } = firstDifference(ours, theirs);
  if (row < 0) return;
  const values = `${textAt(ours, row) ?? '(missing)'} in ${answers.file}, ${textAt(theirs, row) ?? '(missing)'} in ${predictions.file}`;
  problems.add(
    'TARGET_MISMATCH',
    `the target ${target} differs in ${count} rows, first in row ${row + 1}: ${values}`,
  );
}

/** One model's predictions beside the answers; columns that only the answers have are at the metrics' disposal too. */
export function predictionsBeside(
  input: Pick<JudgeInput, 'task' | 'data'>,
  answers: NamedTable,
  predictions: NamedTable,
  problems: Problems,
): PredictionsInput {
  const { id, target = 'target' } = input.data;
  const ordered = inOrderOf(answers, predictions, id, problems);
  if (ordered === null) return {};
  const source = { ...predictions, table: ordered.table };
  if (input.task !== 'scores') requireTarget(answers, source, target, problems);
  const read = predictionsOf(source, input.task, { id, target, ...NAMES }, new Set(), problems);
  return {
    ...read,
    columns: { ...numberColumns(answers.table), ...numberColumns(source.table) },
    extraRows: ordered.extra,
  };
}

function thresholdOf(
  threshold: JudgeInput['threshold'],
  side: 'candidate' | 'baseline',
): { threshold?: number } {
  return typeof threshold === 'object' ? { threshold: threshold[side] } : {};
}

/** Thresholds of metrics such as `recall@fpr<=1%`, from the model's predictions on the validation rows. */
function fromValidation(
  input: JudgeInput,
  side: 'candidate' | 'baseline',
): Pick<PredictionsInput, 'thresholds'> {
  const { validation, positive, data, evaluate, task } = input;
  const table = validation?.[side];
  if (validation === null || validation === undefined || table === null || table === undefined) return {};
  const answers = { table: validation.answers, file: 'the validation data' };
  const problems = collectProblems();
  const predictions = predictionsBeside(
    { task, data },
    answers,
    { table, file: `the ${side}’s predictions` },
    problems,
  );
  if (problems.found.length > 0 || task !== 'binary') return {};
  const thresholds = validationThresholds(
    [...evaluate.metrics, ...evaluate.gates.map((gate) => ('metric' in gate ? gate.metric : null))],
    {
      answers: validation.answers,
      target: data.target ?? 'target',
      predictions,
      positive: positive === undefined ? undefined : String(positive),
    },
  );
  return thresholds.size === 0 ? {} : { thresholds };
}

function predictionsAmong(
  input: JudgeInput,
  answers: NamedTable,
  table: Table,
  side: 'candidate' | 'baseline',
  problems: Problems,
): PredictionsInput {
  const file = `the ${side}’s predictions`;
  return {
    ...predictionsBeside(input, answers, { table, file }, problems),
    ...thresholdOf(input.threshold, side),
    ...fromValidation(input, side),
  };
}

function retrained(
  input: JudgeInput,
  answers: NamedTable,
  problems: Problems,
): Pick<CompareInput, 'repeats'> {
  const { repeats } = input;
  if (repeats === null || repeats === undefined) return {};
  return {
    repeats: {
      candidate: repeats.candidate.map((table) =>
        predictionsAmong(input, answers, table, 'candidate', problems),
      ),
      baseline: repeats.baseline.map((table) =>
        predictionsAmong(input, answers, table, 'baseline', problems),
      ),
    },
  };
}

function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

function answerColumn(
  answers: NamedTable,
  name: string | undefined,
  role: string,
  problems: Problems,
): ColumnInput | undefined {
  if (name === undefined) return undefined;
  const column = answers.table.columns.get(name);
  if (column !== undefined) return column;
  const { code, message, ...more } = columnMissing(answers.table, name, answers.file);
  problems.add(code, `${role}: ${message}`, more);
  return undefined;
}

/** The comparison that a run asks for, on one set of test rows. Problems are added. */
export function comparisonInput(input: JudgeInput, rows: TestPredictions, problems: Problems): CompareInput {
  const answers = { table: rows.answers, file: ANSWERS };
  const { data, evaluate, task, threshold } = input;
  const { specs, inactive } = judgedMetrics(evaluate.metrics);
  const target = task === 'scores' ? undefined : columnAt(answers, data.target ?? 'target', problems);
  const unit = unitColumn(data.unit, rows.answers, ANSWERS, problems);
  return {
    task,
    candidate: predictionsAmong(input, answers, rows.candidate, 'candidate', problems),
    baseline:
      rows.baseline === null ? null : predictionsAmong(input, answers, rows.baseline, 'baseline', problems),
    unit,
    slices: declaredSlices(evaluate.slices, rows.answers, problems, ANSWERS),
    metrics: specs,
    gates: evaluate.gates,
    inactiveMetrics: inactive,
    ...given({
      target,
      weight: answerColumn(answers, data.weight, 'weight', problems),
      positive: input.positive,
      threshold: typeof threshold === 'number' ? threshold : undefined,
      alpha: input.alpha,
      look: input.look,
      seed: input.seed,
    }),
    ...retrained(input, answers, problems),
  };
}
