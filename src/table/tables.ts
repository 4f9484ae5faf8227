import { distance } from 'fastest-levenshtein';

import { InputError } from '../contracts/errors.ts';
import type { Problem } from '../contracts/errors.ts';
import type { Cell } from './columns.ts';
import { columnOf, concatColumns, lengthOf, numberColumn, takeColumn } from './columns.ts';
import type { Column, Table } from './table.ts';

/**
 * A table from named columns or plain arrays, all of one length.
 * Throws TypeError where the lengths differ.
 */
export function tableOf(
  columns:
    | Iterable<readonly [string, ArrayLike<Cell> | Column]>
    | Readonly<Record<string, ArrayLike<Cell> | Column>>,
): Table {
  const entries = Symbol.iterator in columns ? [...columns] : Object.entries(columns);
  const map = new Map<string, Column>();
  let rows = 0;
  for (const [name, values] of entries) {
    const column = columnOf(values);
    if (map.size > 0 && lengthOf(column) !== rows) {
      throw new TypeError(`column ${name} has ${lengthOf(column)} cells, the others ${rows}`);
    }
    rows = lengthOf(column);
    map.set(name, column);
  }
  return { rows, columns: map };
}

/** The rows at the given positions (from 0), in that order; positions may repeat. */
export function takeRows(table: Table, positions: ArrayLike<number>): Table {
  const columns = new Map<string, Column>();
  for (const [name, column] of table.columns) columns.set(name, takeColumn(column, positions));
  return { rows: positions.length, columns };
}

/** Only the named columns, in the order asked for. Throws InputError COLUMN_MISSING for all that do not exist. */
export function selectColumns(table: Table, names: readonly string[], file?: string): Table {
  requireColumns(table, names, file);
  return { rows: table.rows, columns: new Map(names.map((name) => [name, table.columns.get(name)!])) };
}

/** All columns but the named ones; names that do not exist are ignored. */
export function dropColumns(table: Table, names: readonly string[]): Table {
  const dropped = new Set(names);
  return { rows: table.rows, columns: new Map([...table.columns].filter(([name]) => !dropped.has(name))) };
}

/** The table with one column added at the end, or replaced in its place. */
export function withColumn(table: Table, name: string, column: Column): Table {
  return {
    rows: table.columns.size === 0 ? lengthOf(column) : table.rows,
    columns: new Map([...table.columns, [name, column]]),
  };
}

/** Rows of several tables one after the other; columns in order of first appearance, missing where a table lacks one. */
export function concatTables(tables: readonly Table[]): Table {
  if (tables.length === 1) return tables[0]!;
  const names = new Set(tables.flatMap((table) => [...table.columns.keys()]));
  const columns = new Map<string, Column>();
  for (const name of names) {
    const parts = tables.map(
      (table) => table.columns.get(name) ?? numberColumn(new Float64Array(table.rows).fill(NaN)),
    );
    columns.set(name, concatColumns(parts));
  }
  return { rows: tables.reduce((sum, table) => sum + table.rows, 0), columns };
}

/** The known word nearest to one that is not known, where it is near enough to be a slip; else null. */
export function nearestName(word: string, known: Iterable<string>): string | null {
  let best: string | null = null;
  let least = (word.length < 4 ? 1 : Math.max(2, Math.floor(word.length / 3))) + 0.5;
  for (const candidate of known) {
    const far = candidate.toLowerCase() === word.toLowerCase() ? 0 : distance(word, candidate);
    if (far < least) [best, least] = [candidate, far];
  }
  return best;
}

function quoteList(names: readonly string[], most: number): string {
  const shown = names.slice(0, most).map((name) => JSON.stringify(name));
  return names.length > most ? `${shown.join(', ')} and ${names.length - most} more` : shown.join(', ');
}

/** The problem of a column that does not exist: nearest name, the columns there are, and whether the header is one. */
export function columnMissing(table: Table, name: string, file?: string): Problem {
  const known = [...table.columns.keys()];
  const near = nearestName(name, known);
  const looksLikeData =
    known.length > 0 && known.filter((key) => /^[-+.\d]/.test(key)).length * 2 >= known.length;
  const hint = looksLikeData
    ? 'The first row looks like data: say `header: false`, or give the names with `header: [name, …]`.'
    : near === null
      ? `Use one of: ${quoteList(known, 20)}.`
      : `Did you mean ${JSON.stringify(near)}?`;
  return {
    code: 'COLUMN_MISSING',
    message: `${file ?? 'the table'} has no column ${JSON.stringify(name)}; its columns are ${quoteList(known, 12) || 'none'}`,
    ...(file === undefined ? {} : { file }),
    hint,
  };
}

/** Throws InputError COLUMN_MISSING naming every column that is asked for and does not exist. */
export function requireColumns(table: Table, names: readonly string[], file?: string): void {
  const problems = [...new Set(names)]
    .filter((name) => !table.columns.has(name))
    .map((name) => columnMissing(table, name, file));
  if (problems.length > 0) throw new InputError(problems);
}

/** A column by its name. Throws InputError COLUMN_MISSING with the nearest name. */
export function requireColumn(table: Table, name: string, file?: string): Column {
  requireColumns(table, [name], file);
  return table.columns.get(name)!;
}
