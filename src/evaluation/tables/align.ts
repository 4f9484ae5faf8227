import type { ProblemCode } from '../../contracts/codes.ts';
import { alignById, isMissing, lengthOf, repeatedCells, takeRows, textAt } from '../../table/index.ts';
import type { Column, Table } from '../../table/index.ts';
import { plural } from '../message.ts';
import type { Problems } from '../input/problems.ts';
import { columnAt } from './columns.ts';
import type { NamedTable } from './columns.ts';

/** Problems named one by one before the rest is only counted. */
const NAMED = 5;

/** Adds ID_MISSING and ID_DUPLICATE with file and row; true where the ids can be joined. */
export function checkIds(ids: Column, name: string, file: string, problems: Problems): boolean {
  const missing: number[] = [];
  const count = lengthOf(ids);
  for (let i = 0; i < count; i++) if (isMissing(ids, i)) missing.push(i);
  if (missing.length > 0) {
    problems.add(
      'ID_MISSING',
      `${file}: ${name} is empty in ${plural(missing.length, 'row')}, first in row ${missing[0]! + 1}`,
      { file },
    );
  }
  const repeated = repeatedCells(ids);
  for (const [first, again] of repeated.slice(0, NAMED)) {
    problems.add(
      'ID_DUPLICATE',
      `${file}: ${name} ${textAt(ids, again) ?? ''} occurs in rows ${first + 1} and ${again + 1}`,
      { file },
    );
  }
  if (repeated.length > NAMED)
    problems.add('ID_DUPLICATE', `${file}: ${repeated.length - NAMED} more rows repeat an id`, { file });
  return missing.length === 0 && repeated.length === 0;
}

function listed(ids: Column, rows: readonly number[]): string {
  const shown = rows.slice(0, NAMED).map((row) => textAt(ids, row) ?? '');
  return `${shown.join(', ')}${rows.length > NAMED ? ', …' : ''}`;
}

/** Positions of `right` that no row of `left` points at. */
function unmatched(rows: Int32Array, count: number): number[] {
  const hit = new Uint8Array(count);
  for (const row of rows) if (row >= 0) hit[row] = 1;
  const missed: number[] = [];
  for (let row = 0; row < count; row++) if (hit[row] === 0) missed.push(row);
  return missed;
}

/** Rows of the left table that the right one does not hold. */
function lostRows(rows: Int32Array): number[] {
  const lost: number[] = [];
  for (let row = 0; row < rows.length; row++) if (rows[row] === -1) lost.push(row);
  return lost;
}

/** True where both columns hold the same numbers in the same, strictly ascending order: unique and joined as they stand. */
function sameAscending(a: Column, b: Column): boolean {
  if (a.kind !== 'number' || b.kind !== 'number' || a.values.length !== b.values.length) return false;
  for (let i = 0; i < a.values.length; i++) {
    if (a.values[i] !== b.values[i]) return false;
    if (i > 0 && !(a.values[i]! > a.values[i - 1]!)) return false;
  }
  return true;
}

function inOrder(rows: Int32Array, count: number): boolean {
  return rows.length === count && rows.every((row, index) => row === index);
}

/** How rows of another table lie in the rows of the first. */
export interface Alignment {
  /** For each row of the left table the row of the right one, -1 where there is none. */
  readonly rows: Int32Array;
  /** Rows of the right table that the left one does not know. */
  readonly extra: readonly number[];
}

/** Joins two tables row by row, as they stand. */
export function alignByPosition(left: Table, right: Table): Alignment {
  const rows = new Int32Array(left.rows);
  for (let i = 0; i < rows.length; i++) rows[i] = i < right.rows ? i : -1;
  return { rows, extra: unmatched(rows, right.rows) };
}

/**
 * Joins two tables by id (a hash join); `row`, where neither has such a column, joins by position. Null after a problem.
 */
export function alignTables(
  left: NamedTable,
  right: NamedTable,
  id: string,
  problems: Problems,
): Alignment | null {
  if (id === 'row' && !left.table.columns.has('row') && !right.table.columns.has('row'))
    return alignByPosition(left.table, right.table);
  const ours = columnAt(left, id, problems);
  const theirs = columnAt(right, id, problems);
  if (ours !== undefined && theirs !== undefined && sameAscending(ours, theirs))
    return alignByPosition(left.table, right.table);
  const usable = [
    ours !== undefined && checkIds(ours, id, left.file, problems),
    theirs !== undefined && checkIds(theirs, id, right.file, problems),
  ];
  if (ours === undefined || theirs === undefined || usable.includes(false)) return null;
  const rows = alignById(ours, theirs);
  return { rows, extra: unmatched(rows, right.table.rows) };
}

/** Adds a problem of `code` for ids that only one of two tables has; true where both hold the same. */
export function requireSameIds(
  left: NamedTable,
  right: NamedTable,
  id: string,
  alignment: Alignment,
  problems: Problems,
  code: ProblemCode = 'ID_MISMATCH',
): boolean {
  const lost = lostRows(alignment.rows);
  const say = (rows: readonly number[], here: NamedTable, there: NamedTable): void => {
    if (rows.length === 0) return;
    const ids = here.table.columns.get(id);
    const which = ids === undefined ? '' : ` (${listed(ids, rows)})`;
    problems.add(
      code,
      `${plural(rows.length, 'row')} of ${here.file} ${rows.length === 1 ? 'is' : 'are'} not in ${there.file}${which}`,
      {
        file: there.file,
        hint: 'both files must hold the same rows: leaving rows out makes a model look better than it is',
      },
    );
  };
  say(lost, left, right);
  say(alignment.extra, right, left);
  return lost.length === 0 && alignment.extra.length === 0;
}

/** The right table in the order of the left one; only for alignments without gaps. */
export function reorder(table: Table, alignment: Alignment): Table {
  return inOrder(alignment.rows, table.rows) ? table : takeRows(table, alignment.rows);
}

function gathered(column: Column, rows: Int32Array): Column {
  if (column.kind === 'text')
    return { ...column, codes: rows.map((row) => (row < 0 ? -1 : column.codes[row]!)) };
  return {
    ...column,
    values: Float64Array.from(rows, (row) => (row < 0 ? Number.NaN : column.values[row]!)),
  };
}

/** The right table in the order of the left one; rows that it does not hold are missing there. */
export function gather(table: Table, alignment: Alignment): Table {
  if (inOrder(alignment.rows, table.rows)) return table;
  const columns = [...table.columns].map(
    ([name, column]) => [name, gathered(column, alignment.rows)] as const,
  );
  return { rows: alignment.rows.length, columns: new Map(columns) };
}
