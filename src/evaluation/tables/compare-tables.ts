import type { ProblemCode } from '../../contracts/codes.ts';
import type { Comparison, Task } from '../../contracts/comparison.ts';
import { textAt } from '../../table/index.ts';
import type { Column, Table } from '../../table/index.ts';
import { compare } from '../compare.ts';
import type { AnyGate } from '../gates.ts';
import { collectProblems, gather } from '../input/problems.ts';
import type { Problems } from '../input/problems.ts';
import { plural } from '../message.ts';
import type { MetricSpec } from '../metrics/metric.ts';
import { declaredSlices } from '../slices/declared.ts';
import { alignTables, reorder, requireSameIds } from './align.ts';
import { columnAt, firstDifference, predictionsOf } from './columns.ts';
import type { ColumnNames, NamedTable } from './columns.ts';

/** Options of `slipway compare` and `slipway evaluate` on plain files; names of columns default to those of DESIGN §3.2. */
export interface TableOptions {
  readonly task: Task;
  readonly id?: string;
  readonly target?: string;
  readonly score?: string;
  readonly prediction?: string;
  readonly group?: string;
  readonly weight?: string;
  readonly positive?: string;
  readonly threshold?: number;
  readonly unit?: string;
  /** Columns and expressions. */
  readonly slices?: readonly string[];
  readonly metrics?: readonly MetricSpec[];
  readonly margins?: Readonly<Record<string, number | string>>;
  readonly gates?: readonly AnyGate[];
  readonly alpha?: number;
  readonly look?: number;
  readonly seed?: number;
  /** How messages call the files. */
  readonly files?: { readonly candidate?: string; readonly baseline?: string; readonly data?: string };
}

/** Two predictions tables (or one), and the data where the answers are a file apart. */
export interface CompareTablesInput {
  readonly candidate: Table;
  readonly baseline: Table | null;
  /** Where given: target, weight, unit and slices come from here, by id, and the candidate must cover it. */
  readonly data?: Table | null;
  readonly options: TableOptions;
}

interface Sources {
  readonly candidate: NamedTable;
  readonly baseline: NamedTable | null;
  /** Where target, weight, unit and slices are read: the data, else the baseline's file, else the only file. */
  readonly answers: NamedTable;
}

function sourcesOf({ candidate, baseline, data, options }: CompareTablesInput): Sources {
  const named = (table: Table, file: string | undefined, otherwise: string): NamedTable => ({
    table,
    file: file ?? otherwise,
  });
  const ours = named(candidate, options.files?.candidate, 'the candidate’s file');
  const theirs = baseline === null ? null : named(baseline, options.files?.baseline, 'the baseline’s file');
  const answers = data ? named(data, options.files?.data, 'the data') : (theirs ?? ours);
  return { candidate: ours, baseline: theirs, answers };
}

function requireAgreement(
  column: string,
  code: ProblemCode,
  answers: NamedTable,
  other: NamedTable,
  id: string,
  problems: Problems,
): void {
  const ours = answers.table.columns.get(column);
  const theirs = other.table.columns.get(column);
  if (ours === undefined || theirs === undefined) return;
  const { row, count } = firstDifference(ours, theirs);
  if (row < 0) return;
  const ids = answers.table.columns.get(id);
  const where = ids === undefined ? `row ${row + 1}` : `${id} ${textAt(ids, row) ?? ''}`;
  const values = `${textAt(ours, row) ?? '(missing)'} in ${answers.file}, ${textAt(theirs, row) ?? '(missing)'} in ${other.file}`;
  problems.add(
    code,
    `the files do not agree on ${column} in ${plural(count, 'row')}; first at ${where}: ${values}`,
    {
      file: other.file,
      hint:
        code === 'TARGET_MISMATCH'
          ? 'both files must hold predictions for the same test rows with the same answers'
          : 'the baseline’s file is what counts; drop the column from the candidate’s or make them agree',
    },
  );
}

/** Rows of the other table in the order of the answers; null where they are not the same rows. */
function aligned(answers: NamedTable, other: NamedTable, id: string, problems: Problems): NamedTable | null {
  if (answers.table === other.table) return other;
  const alignment = alignTables(answers, other, id, problems);
  if (alignment === null || !requireSameIds(answers, other, id, alignment, problems)) return null;
  return { ...other, table: reorder(other.table, alignment) };
}

function namesOf(options: TableOptions, sources: Sources): ColumnNames {
  const tables = [
    sources.answers,
    sources.candidate,
    ...(sources.baseline === null ? [] : [sources.baseline]),
  ];
  const anyId = tables.some(({ table }) => table.columns.has('id'));
  // One file alone needs no join, so that a missing id column is no problem there.
  const alone = tables.every(({ table }) => table === sources.candidate.table);
  return {
    id: options.id ?? (alone && !anyId ? 'row' : 'id'),
    target: options.target ?? 'target',
    score: options.score ?? 'score',
    prediction: options.prediction ?? 'prediction',
  };
}

function optionalColumn(
  source: NamedTable,
  name: string | undefined,
  problems: Problems,
): Column | undefined {
  return name === undefined ? undefined : columnAt(source, name, problems);
}

/** Columns that both files may hold and must then agree on, with the code of a disagreement. */
function sharedColumns(options: TableOptions, names: ColumnNames, sources: Sources): [string, ProblemCode][] {
  const slices = (options.slices ?? []).filter((name) => sources.answers.table.columns.has(name));
  const others = [options.unit, options.weight, options.group, ...slices].filter(
    (name) => name !== undefined,
  );
  const target: [string, ProblemCode][] =
    options.task === 'scores' ? [] : [[names.target, 'TARGET_MISMATCH']];
  return [...target, ...others.map((name): [string, ProblemCode] => [name, 'COLUMN_MISMATCH'])];
}

function checkTargets(sources: Sources, task: Task, target: string, problems: Problems): Column | undefined {
  if (task === 'scores') return undefined;
  const column = columnAt(sources.answers, target, problems);
  // Two plain files must both say what they predict; with the data at hand theirs is not needed.
  if (sources.answers === sources.baseline) columnAt(sources.candidate, target, problems);
  return column;
}

/** Settings that are passed on as they are. */
function settingsOf(options: TableOptions): object {
  const { positive, threshold, metrics, margins, gates, alpha, look, seed } = options;
  const given = { positive, threshold, metrics, margins, gates, alpha, look, seed };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function withFile(problems: Problems, read: () => Comparison): Comparison {
  const comparison = gather(problems, read);
  problems.throwIfAny();
  return comparison!;
}

/**
 * Compares two predictions files (or looks at one): joins them by id, reads target, weight, unit and slices from the
 * data or the baseline's file and checks that the candidate's agrees. Throws InputError with every problem at once.
 */
export function compareTables(input: CompareTablesInput): Comparison {
  const problems = collectProblems();
  const { options } = input;
  const sources = sourcesOf(input);
  const names = namesOf(options, sources);
  const tables = [
    sources.answers,
    sources.candidate,
    ...(sources.baseline === null ? [] : [sources.baseline]),
  ];
  for (const { table, file } of new Set(tables))
    if (table.rows === 0) problems.add('NO_ROWS', `${file} holds no rows`, { file });
  problems.throwIfAny();
  const target = checkTargets(sources, options.task, names.target, problems);
  const unit = optionalColumn(sources.answers, options.unit, problems);
  const weight = optionalColumn(sources.answers, options.weight, problems);
  const slices = declaredSlices(options.slices ?? [], sources.answers.table, problems, sources.answers.file);
  const ours = aligned(sources.answers, sources.candidate, names.id, problems);
  const theirs =
    sources.baseline === null ? null : aligned(sources.answers, sources.baseline, names.id, problems);
  for (const [column, code] of sharedColumns(options, names, sources)) {
    for (const other of [ours, theirs])
      if (other !== null && other.table !== sources.answers.table)
        requireAgreement(column, code, sources.answers, other, names.id, problems);
  }
  const explicit = new Set((['score', 'prediction'] as const).filter((name) => options[name] !== undefined));
  const candidate = predictionsOf(ours ?? sources.candidate, options.task, names, explicit, problems);
  const baseline =
    sources.baseline === null
      ? null
      : predictionsOf(theirs ?? sources.baseline, options.task, names, explicit, problems);
  problems.throwIfAny();
  return withFile(problems, () =>
    compare({
      task: options.task,
      candidate,
      baseline,
      slices,
      ...(target === undefined ? {} : { target }),
      ...(unit === undefined ? {} : { unit: { name: options.unit ?? 'unit', values: unit } }),
      ...(weight === undefined ? {} : { weight }),
      ...settingsOf(options),
    }),
  );
}
