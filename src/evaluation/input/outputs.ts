import type { Task } from '../../contracts/comparison.ts';
import type { Outputs } from '../metrics/metric.ts';
import { codeOfClass } from './answers.ts';
import { cellText, labelsOf, lengthOf, numbersOf } from './columns.ts';
import type { Problems } from './problems.ts';
import type { ColumnInput, PredictionsInput } from './types.ts';

/** One model's outputs; `missing` counts rows without a finite value, `firstMissing` is the first of them (else -1). */
export interface Side {
  readonly outputs: Outputs;
  readonly missing: number;
  readonly firstMissing: number;
  /** Rows predicted that the test set does not hold. */
  readonly extra: number;
}

/** True where the rows predicted are not exactly those of the test set, each with a finite value. */
export function isIncomplete(side: Side): boolean {
  return side.missing > 0 || side.extra > 0;
}

/** What the outputs of both models are read against. */
export interface OutputOptions {
  readonly task: Exclude<Task, 'ranking'>;
  readonly rows: number;
  readonly classes: readonly (string | null)[];
  readonly threshold: number;
  /** Per-row columns that metrics read. */
  readonly columns: readonly string[];
  /** `candidate` or `baseline`, for messages. */
  readonly who: string;
}

type Gaps = Uint8Array;

function checkedNumbers(
  input: ColumnInput,
  name: string,
  options: OutputOptions,
  gaps: Gaps,
  problems: Problems,
): Float64Array {
  if (lengthOf(input) !== options.rows) {
    problems.add(
      'VALUE_INVALID',
      `${options.who}: ${name} has ${lengthOf(input)} rows, expected ${options.rows}`,
    );
    return new Float64Array(options.rows);
  }
  const { values, invalid } = numbersOf(input);
  if (invalid >= 0)
    problems.add(
      'COLUMN_TYPE',
      `${options.who}: ${name} must hold numbers, row ${invalid + 1} holds ${cellText(input, invalid)}`,
    );
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) gaps[i] = 1;
  return values;
}

/** Codes of predicted classes. A second class that the target never shows fills the empty place of a binary task. */
function classPredictions(
  input: ColumnInput,
  options: OutputOptions,
  gaps: Gaps,
  problems: Problems,
): Float64Array {
  if (lengthOf(input) !== options.rows) {
    problems.add(
      'VALUE_INVALID',
      `${options.who}: prediction has ${lengthOf(input)} rows, expected ${options.rows}`,
    );
    return new Float64Array(options.rows);
  }
  const labels = labelsOf(input);
  const open = options.classes.indexOf(null);
  const codes = labels.levels.map((level) => {
    const code = codeOfClass(level, options.classes);
    return code < 0 ? open : code;
  });
  const values = new Float64Array(options.rows);
  const unknown = new Set<string>();
  for (let i = 0; i < values.length; i++) {
    const label = labels.codes[i] ?? -1;
    if (label < 0) gaps[i] = 1;
    const code = label < 0 ? Number.NaN : (codes[label] ?? -1);
    if (code < 0) unknown.add(labels.levels[label] ?? '');
    values[i] = code;
  }
  if (unknown.size > 0) {
    const known = options.classes.filter((name) => name !== null).join(', ');
    const seen = [...unknown].slice(0, 5).join(', ');
    problems.add(
      'CLASS_UNKNOWN',
      `${options.who}: prediction holds ${seen}${unknown.size > 5 ? ', …' : ''}, the target's classes are ${known}`,
    );
  }
  return values;
}

function argmax(scores: readonly Float64Array[], rows: number): Float64Array {
  const best = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let top = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < scores.length; k++) {
      const score = scores[k]![i]!;
      if (score > top) {
        top = score;
        best[i] = k;
      }
    }
  }
  return best;
}

function classScores(
  given: Readonly<Record<string, ColumnInput>>,
  options: OutputOptions,
  gaps: Gaps,
  problems: Problems,
): Float64Array[] | undefined {
  const names = Object.keys(given);
  const columnOf = new Map<number, string>();
  for (const name of names) columnOf.set(codeOfClass(name, options.classes), name);
  const without = options.classes.filter((_, code) => !columnOf.has(code));
  if (without.length > 0) {
    const message = `${options.who}: there are scores for ${names.join(', ')}, and none for ${without.join(', ')}`;
    problems.add('CLASS_UNKNOWN', message, { hint: 'give one column of scores for every class that occurs' });
    return undefined;
  }
  return options.classes.map((_, code) => {
    const name = columnOf.get(code) ?? '';
    return checkedNumbers(given[name] ?? [], `score of ${name}`, options, gaps, problems);
  });
}

/** 1 where the score reaches the threshold. */
function atThreshold(scores: Float64Array, threshold: number): Float64Array {
  const prediction = new Float64Array(scores.length);
  for (let i = 0; i < scores.length; i++) if (scores[i]! >= threshold) prediction[i] = 1;
  return prediction;
}

function binaryOutputs(
  input: PredictionsInput,
  options: OutputOptions,
  gaps: Gaps,
  problems: Problems,
): Outputs {
  let { score } = input;
  const positive = options.classes[1];
  if (score === undefined && input.scores !== undefined && typeof positive === 'string')
    score = input.scores[positive];
  if (score === undefined && input.prediction === undefined) {
    problems.add('COLUMN_MISSING', `${options.who}: task binary needs score or prediction`);
    return {};
  }
  const scores = score === undefined ? undefined : checkedNumbers(score, 'score', options, gaps, problems);
  const prediction =
    input.prediction === undefined
      ? atThreshold(scores ?? new Float64Array(0), input.threshold ?? options.threshold)
      : classPredictions(input.prediction, options, gaps, problems);
  return scores === undefined ? { prediction } : { score: scores, prediction };
}

function multiclassOutputs(
  input: PredictionsInput,
  options: OutputOptions,
  gaps: Gaps,
  problems: Problems,
): Outputs {
  const scores = input.scores === undefined ? undefined : classScores(input.scores, options, gaps, problems);
  if (input.prediction !== undefined) {
    const prediction = classPredictions(input.prediction, options, gaps, problems);
    return scores === undefined ? { prediction } : { scores, prediction };
  }
  if (scores !== undefined) return { scores, prediction: argmax(scores, options.rows) };
  if (input.scores === undefined)
    problems.add(
      'COLUMN_MISSING',
      `${options.who}: task multiclass needs scores (one column per class) or prediction`,
    );
  return {};
}

function taskOutputs(
  input: PredictionsInput,
  options: OutputOptions,
  gaps: Gaps,
  problems: Problems,
): Outputs {
  switch (options.task) {
    case 'binary':
      return binaryOutputs(input, options, gaps, problems);
    case 'multiclass':
      return multiclassOutputs(input, options, gaps, problems);
    case 'regression': {
      const column = input.prediction ?? input.score;
      if (column !== undefined)
        return { prediction: checkedNumbers(column, 'prediction', options, gaps, problems) };
      problems.add('COLUMN_MISSING', `${options.who}: task regression needs prediction`);
      return {};
    }
    case 'scores':
      return {};
  }
}

/** The per-row columns that metrics read, as far as they are there. */
function readColumns(
  input: PredictionsInput,
  options: OutputOptions,
  gaps: Gaps,
  problems: Problems,
): Pick<Outputs, 'columns'> {
  const given = input.columns ?? {};
  const names = options.columns.filter((name) => Object.hasOwn(given, name));
  if (names.length === 0) return {};
  const read = names.map(
    (name) => [name, checkedNumbers(given[name]!, name, options, gaps, problems)] as const,
  );
  return { columns: new Map(read) };
}

/**
 * Reads what one model said. Missing and infinite values are counted, not refused: the candidate fails for them, the
 * baseline makes the verdict inconclusive. Everything else that is wrong is added to the problems.
 */
export function readOutputs(input: PredictionsInput, options: OutputOptions, problems: Problems): Side {
  const gaps = new Uint8Array(options.rows);
  const outputs: Outputs = {
    ...taskOutputs(input, options, gaps, problems),
    ...readColumns(input, options, gaps, problems),
    ...(input.thresholds === undefined ? {} : { thresholds: input.thresholds }),
  };
  let missing = 0;
  for (const gap of gaps) missing += gap;
  return { outputs, missing, firstMissing: gaps.indexOf(1), extra: input.extraRows ?? 0 };
}

/** Rows of a predictions input, by its first column; 0 when it has none. */
export function rowsOfPredictions(input: PredictionsInput): number {
  const first =
    input.score ??
    input.prediction ??
    Object.values(input.scores ?? {})[0] ??
    Object.values(input.columns ?? {})[0];
  return first === undefined ? 0 : lengthOf(first);
}

/** Classes that predictions name: their score columns, and the labels predicted. */
export function classesOfPredictions(input: PredictionsInput): string[] {
  const predicted = input.prediction === undefined ? [] : labelsOf(input.prediction).levels;
  return [...Object.keys(input.scores ?? {}), ...predicted];
}
