import type { ProblemCode } from '../../contracts/codes.ts';
import type { Comparison, Task } from '../../contracts/comparison.ts';
import { isMissing, textAt } from '../../table/index.ts';
import type { Column, Table } from '../../table/index.ts';
import { compare } from '../compare.ts';
import { collectProblems, gather } from '../input/problems.ts';
import type { Problems } from '../input/problems.ts';
import type { AnyGate, CompareInput, PredictionsInput } from '../input/types.ts';
import { plural } from '../message.ts';
import { resolveMetric } from '../metrics/index.ts';
import type { MetricSpec } from '../metrics/metric.ts';
import { declaredSlices } from '../slices/declared.ts';
import {
  alignByPosition,
  alignTables,
  checkIds,
  gather as gatherRows,
  reorder,
  requireSameIds,
} from './align.ts';
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
  /** Tables that a model just predicted from the data: row by row beside them, without ids. */
  readonly inDataOrder?: readonly ('candidate' | 'baseline')[];
  readonly options: TableOptions;
}

/** The column of row weights where none is named: predictions files may hold it, data may have a feature called so. */
const WEIGHT = 'weight';

interface Names extends ColumnNames {
  readonly weight: string | undefined;
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
  // A row that the other file leaves out says nothing: it makes the predictions incomplete.
  const held = other.table.columns.get(id);
  const { row, count } = firstDifference(ours, theirs, (at) => held !== undefined && isMissing(held, at));
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

/** The other table's rows in the order of the answers. */
interface Ordered extends NamedTable {
  /** Rows that the answers do not hold. */
  readonly extra: number;
}

/**
 * Joins a predictions file to the answers. Two plain files must hold the same ids; beside the data, rows that are left
 * out or added make the predictions incomplete. Null after a problem.
 */
function aligned(
  answers: NamedTable,
  other: NamedTable,
  id: string,
  { data, inDataOrder = [] }: CompareTablesInput,
  who: 'candidate' | 'baseline',
  problems: Problems,
): Ordered | null {
  if (answers.table === other.table) {
    // The baseline's own ids are looked at where the candidate is joined to them.
    const ids = who === 'candidate' ? other.table.columns.get(id) : undefined;
    if (ids !== undefined) checkIds(ids, id, other.file, problems);
    return { ...other, extra: 0 };
  }
  const alignment = inDataOrder.includes(who)
    ? alignByPosition(answers.table, other.table)
    : alignTables(answers, other, id, problems);
  if (alignment === null) return null;
  if (data) return { ...other, table: gatherRows(other.table, alignment), extra: alignment.extra.length };
  if (!requireSameIds(answers, other, id, alignment, problems)) return null;
  return { ...other, table: reorder(other.table, alignment), extra: 0 };
}

function namesOf(options: TableOptions, sources: Sources, data: boolean): Names {
  const tables = [
    sources.answers,
    sources.candidate,
    ...(sources.baseline === null ? [] : [sources.baseline]),
  ];
  const anyId = tables.some(({ table }) => table.columns.has('id'));
  // One file alone needs no join, and what a model predicts from data without ids goes by their rows.
  const byRow = sources.answers !== sources.baseline && !anyId;
  const weighted = !data && sources.answers.table.columns.get(WEIGHT)?.kind === 'number';
  const weight = options.weight ?? (weighted ? WEIGHT : undefined);
  return {
    id: options.id ?? (byRow ? 'row' : 'id'),
    target: options.target ?? 'target',
    score: options.score ?? 'score',
    prediction: options.prediction ?? 'prediction',
    weight,
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
function sharedColumns(options: TableOptions, names: Names, sources: Sources): [string, ProblemCode][] {
  const slices = (options.slices ?? []).filter((name) => sources.answers.table.columns.has(name));
  const others = [options.unit, names.weight, options.group, ...slices].filter((name) => name !== undefined);
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

/** Metrics that do not exist, said together with what is wrong with the files. */
function checkMetrics(options: TableOptions, problems: Problems): void {
  if (problems.found.length === 0) return;
  const { task, threshold = 0.5 } = options;
  for (const spec of [...(options.metrics ?? []), ...Object.keys(options.margins ?? {})])
    // A class in brackets can only be checked against the data, and is not when these cannot be read.
    if (typeof spec !== 'string' || !spec.includes('['))
      gather(problems, () => resolveMetric(spec, task, { threshold }));
}

function numberColumns(table: Table): Record<string, Column> {
  return Object.fromEntries([...table.columns].filter(([, column]) => column.kind === 'number'));
}

/** What one file says. Per-row columns that only the data hold are at the metrics' disposal too. */
function sideOf(
  ordered: Ordered | null,
  source: NamedTable,
  input: CompareTablesInput,
  names: ColumnNames,
  problems: Problems,
): PredictionsInput {
  const { options, data } = input;
  const explicit = new Set((['score', 'prediction'] as const).filter((name) => options[name] !== undefined));
  const from = ordered ?? source;
  const shared = data ? numberColumns(data) : {};
  return {
    ...predictionsOf(from, options.task, names, explicit, problems),
    columns: { ...shared, ...numberColumns(from.table) },
    extraRows: ordered?.extra ?? 0,
  };
}

function checkRows({ answers, candidate, baseline }: Sources, problems: Problems): void {
  for (const { table, file } of new Set([answers, candidate, ...(baseline === null ? [] : [baseline])]))
    if (table.rows === 0) problems.add('NO_ROWS', `${file} holds no rows`, { file });
  problems.throwIfAny();
}

function checkAgreement(
  input: CompareTablesInput,
  sources: Sources,
  names: Names,
  others: readonly (Ordered | null)[],
  problems: Problems,
): void {
  for (const [column, code] of sharedColumns(input.options, names, sources))
    for (const other of others)
      if (other !== null && other.table !== sources.answers.table)
        requireAgreement(column, code, sources.answers, other, names.id, problems);
}

/**
 * Joins two predictions files (or reads one) by id, with target, weight, unit and slices from the data or the
 * baseline's file, with which the candidate's must agree. Throws InputError with every problem at once.
 */
export function readTables(input: CompareTablesInput): CompareInput {
  const problems = collectProblems();
  const { options } = input;
  const sources = sourcesOf(input);
  const { answers } = sources;
  const names = namesOf(options, sources, Boolean(input.data));
  checkRows(sources, problems);
  const target = checkTargets(sources, options.task, names.target, problems);
  const unit = optionalColumn(answers, options.unit, problems);
  const weight = optionalColumn(answers, names.weight, problems);
  const slices = declaredSlices(options.slices ?? [], answers.table, problems, answers.file);
  const order = (who: 'candidate' | 'baseline', source: NamedTable): Ordered | null =>
    aligned(answers, source, names.id, input, who, problems);
  const ours = order('candidate', sources.candidate);
  const theirs = sources.baseline === null ? null : order('baseline', sources.baseline);
  checkAgreement(input, sources, names, [ours, theirs], problems);
  const candidate = sideOf(ours, sources.candidate, input, names, problems);
  const baseline =
    sources.baseline === null ? null : sideOf(theirs, sources.baseline, input, names, problems);
  checkMetrics(options, problems);
  problems.throwIfAny();
  return {
    task: options.task,
    candidate,
    baseline,
    slices,
    ...(target === undefined ? {} : { target }),
    ...(unit === undefined ? {} : { unit: { name: options.unit ?? 'unit', values: unit } }),
    ...(weight === undefined ? {} : { weight }),
    ...settingsOf(options),
  };
}

/** Compares two predictions files (or looks at one): `readTables`, then `compare`. Throws as they do. */
export function compareTables(input: CompareTablesInput): Comparison {
  return compare(readTables(input));
}
