import type { Task } from '../../contracts/comparison.ts';
import { columnMissing, firstNotNumber, lengthOf, textAt } from '../../table/index.ts';
import type { Column, Table } from '../../table/index.ts';
import type { Problems } from '../input/problems.ts';
import type { PredictionsInput } from '../input/types.ts';

/** A table and how messages call it. */
export interface NamedTable {
  readonly table: Table;
  readonly file: string;
}

/** Names of the columns of a predictions file; null where the task has no such column. */
export interface ColumnNames {
  readonly id: string;
  readonly target: string;
  readonly score: string;
  readonly prediction: string;
}

/** A column by its name; a problem with the nearest name where there is none. */
export function columnAt({ table, file }: NamedTable, name: string, problems: Problems): Column | undefined {
  const column = table.columns.get(name);
  if (column === undefined) {
    const { code, message, ...more } = columnMissing(table, name, file);
    problems.add(code, message, more);
  }
  return column;
}

/** The score columns of a multiclass file: `score_<class>` → column, by class. */
export function classScoreColumns(table: Table, prefix: string): Readonly<Record<string, Column>> {
  const start = `${prefix}_`;
  const found = [...table.columns].filter(([name]) => name.startsWith(start) && name.length > start.length);
  return Object.fromEntries(found.map(([name, column]) => [name.slice(start.length), column]));
}

function numeric(
  column: Column | undefined,
  name: string,
  file: string,
  problems: Problems,
): Column | undefined {
  if (column?.kind !== 'text' || column.levels.every((level) => level === 'true' || level === 'false'))
    return column;
  const spoiler = firstNotNumber(column);
  const row = spoiler >= 0 ? spoiler : column.codes.findIndex((code) => code >= 0);
  problems.add(
    'COLUMN_TYPE',
    `${file}: column ${name} must hold numbers, row ${row + 1} holds ${textAt(column, row) ?? ''}`,
    { file, hint: 'an empty cell is a missing value; text such as "n/a" is not a number' },
  );
  return undefined;
}

function found<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [key]: value } as Partial<Record<K, V>>);
}

/**
 * What one file says, by the names of its columns. Absent columns that the task needs are problems that name the
 * nearest column there is. `explicit` names were asked for and must exist.
 */
export function predictionsOf(
  source: NamedTable,
  task: Task,
  names: ColumnNames,
  explicit: ReadonlySet<'score' | 'prediction'>,
  problems: Problems,
): PredictionsInput {
  const { table, file } = source;
  const at = (name: 'score' | 'prediction'): Column | undefined =>
    explicit.has(name) ? columnAt(source, names[name], problems) : table.columns.get(names[name]);
  switch (task) {
    case 'binary': {
      const [score, prediction] = [at('score'), at('prediction')];
      if (score === undefined && prediction === undefined && explicit.size === 0)
        reportNeither(source, names, problems);
      return {
        ...found('score', numeric(score, names.score, file, problems)),
        ...found('prediction', prediction),
      };
    }
    case 'multiclass':
      return multiclassPredictions(source, names, at('prediction'), problems);
    case 'regression': {
      const column = table.columns.get(names.prediction) ?? columnAt(source, names.prediction, problems);
      return found('prediction', numeric(column, names.prediction, file, problems));
    }
    default:
      return {};
  }
}

function multiclassPredictions(
  source: NamedTable,
  names: ColumnNames,
  prediction: Column | undefined,
  problems: Problems,
): PredictionsInput {
  const scores = classScoreColumns(source.table, names.score);
  const classes = Object.keys(scores);
  for (const name of classes) numeric(scores[name], `${names.score}_${name}`, source.file, problems);
  if (classes.length === 0 && prediction === undefined)
    reportNeither(source, { ...names, score: `${names.score}_<class>` }, problems);
  return { ...(classes.length === 0 ? {} : { scores }), ...found('prediction', prediction) };
}

function reportNeither({ table, file }: NamedTable, names: ColumnNames, problems: Problems): void {
  const known = [...table.columns.keys()].slice(0, 12).join(', ');
  problems.add(
    'COLUMN_MISSING',
    `${file} has neither a column ${names.score} nor a column ${names.prediction}; its columns are ${known}`,
    {
      file,
      hint: 'name it: --score NAME or --prediction NAME',
    },
  );
}

/**
 * Where two columns of the same rows differ: by value where both are of one kind, else by text; rows that `skip` names
 * are not looked at. -1 where nowhere.
 */
export function firstDifference(
  a: Column,
  b: Column,
  skip: (row: number) => boolean = () => false,
): { readonly row: number; readonly count: number } {
  let row = -1;
  let count = 0;
  const note = (i: number): void => {
    if (skip(i)) return;
    if (row < 0) row = i;
    count++;
  };
  if (a.kind !== 'text' && b.kind === a.kind) {
    for (let i = 0; i < a.values.length; i++) {
      const left = a.values[i]!;
      const right = b.values[i]!;
      if (left !== right && !(Number.isNaN(left) && Number.isNaN(right))) note(i);
    }
    return { row, count };
  }
  for (let i = 0; i < lengthOf(a); i++) if (textAt(a, i) !== textAt(b, i)) note(i);
  return { row, count };
}
