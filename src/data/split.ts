import { hash } from 'node:crypto';

import { InputError } from '../contracts/errors.ts';
import type { Column, Table } from '../table/index.ts';
import { formatTime, lengthOf, parseTime, requireColumn, textAt } from '../table/index.ts';
import type { SplitConfig } from './schema.ts';

/** Values of `parts`: which part a row belongs to. */
export const PART = { train: 0, validation: 1, test: 2, none: 255 } as const;

const MOST = 10;

/**
 * A number in [0, 1) that depends on the text alone: the first 8 bytes of sha256("slipway-split/1\0" + text), big-endian,
 * divided by 2^64. In Python: int.from_bytes(hashlib.sha256(b"slipway-split/1\0" + text.encode()).digest()[:8]) / 2**64.
 */
export function shareOfText(text: string): number {
  const digest = hash('sha256', `slipway-split/1\0${text}`, 'buffer');
  return (digest.readUInt32BE(0) * 2 ** 32 + digest.readUInt32BE(4)) / 2 ** 64;
}

interface Shares {
  readonly test: number;
  readonly validation?: number | undefined;
}

/**
 * Test below `test`, validation in the next `validation`, else train: so changing the validation share moves no test row,
 * and a larger test share only adds to the test rows.
 */
function partOfShare(share: number, shares: Shares): number {
  if (share < shares.test) return PART.test;
  return share < shares.test + (shares.validation ?? 0) ? PART.validation : PART.train;
}

/** Parts by the text of one column: equal texts are in one part, whatever other rows there are. */
function byCells(column: Column, shares: Shares): Uint8Array {
  const parts = new Uint8Array(lengthOf(column));
  const ofMissing = partOfShare(shareOfText(''), shares);
  if (column.kind === 'text') {
    const ofLevel = Uint8Array.from(column.levels, (level) => partOfShare(shareOfText(level), shares));
    for (let row = 0; row < parts.length; row++) parts[row] = ofLevel[column.codes[row]!] ?? ofMissing;
    return parts;
  }
  const known = new Map<number, number>();
  for (let row = 0; row < parts.length; row++) {
    const value = column.values[row]!;
    let part = known.get(value);
    if (part === undefined) {
      const text = textAt(column, row);
      part = text === null ? ofMissing : partOfShare(shareOfText(text), shares);
      // Remembers repeated values without holding on to ten million different ones.
      if (known.size < 100_000) known.set(value, part);
    }
    parts[row] = part;
  }
  return parts;
}

/** Parts by the texts of all cells of a row, joined by U+001F: equal rows are in one part. */
function byRows(table: Table, shares: Shares): Uint8Array {
  const columns = [...table.columns.values()];
  return Uint8Array.from({ length: table.rows }, (_, row) =>
    partOfShare(shareOfText(columns.map((column) => textAt(column, row) ?? '').join('\x1f')), shares),
  );
}

/** A moment of the config as a value of the column: ISO dates where it holds times, numbers where it holds numbers. */
function momentFor(column: Column, moment: string | number, key: string, on: string, file: string): number {
  const wanted = column.kind === 'time' ? 'a date such as 2025-04-01' : 'a number';
  const value =
    column.kind === 'number'
      ? typeof moment === 'number'
        ? moment
        : NaN
      : typeof moment === 'string'
        ? parseTime(moment)
        : NaN;
  if (!Number.isNaN(value)) return value;
  const held = column.kind === 'time' ? 'times' : 'numbers';
  const message = `split.${key} is ${JSON.stringify(moment)}, but column ${JSON.stringify(on)} of ${file} holds ${held}: expected ${wanted}`;
  throw new InputError({ code: 'VALUE_INVALID', message, file });
}

function timesOf(table: Table, on: string, file: string): Column & { kind: 'time' | 'number' } {
  const column = requireColumn(table, on, file);
  if (column.kind !== 'text') return column;
  const bad = rowsWhere(table.rows, (row) => Number.isNaN(parseTime(textAt(column, row) ?? '')));
  const hint = 'Dates are written 2025-04-01 or 2025-04-01T12:30:00Z.';
  throw new InputError(
    bad.slice(0, MOST).map((row) => {
      const cell = textAt(column, row);
      const what = cell === null ? 'the cell is empty' : `${JSON.stringify(cell)} is not a date`;
      return {
        code: 'COLUMN_TYPE' as const,
        message: `${file}, row ${row + 1}, column ${JSON.stringify(on)}: ${what}`,
        file,
        hint,
      };
    }),
  );
}

function rowsWhere(rows: number, test: (row: number) => boolean): number[] {
  const found: number[] = [];
  for (let row = 0; row < rows; row++) if (test(row)) found.push(row);
  return found;
}

/**
 * Parts by time: train < validation ≤ validation rows < cut ≤ test rows < until. Rows less than `gap` (milliseconds) before
 * a border are in no part: their labels may reach over it. So are rows from `until` on.
 */
function byTime(table: Table, split: Extract<SplitConfig, { by: 'time' }>, file: string): Uint8Array {
  const column = timesOf(table, split.on, file);
  const { values } = column;
  const cut = momentFor(column, split.cut, 'cut', split.on, file);
  const until =
    split.until === undefined ? Infinity : momentFor(column, split.until, 'until', split.on, file);
  const begin =
    split.validation === undefined ? cut : momentFor(column, split.validation, 'validation', split.on, file);
  const gap = split.gap ?? 0;
  const missing = rowsWhere(table.rows, (row) => Number.isNaN(values[row]));
  if (missing.length > 0) throw emptyTimes(missing, split.on, file);
  return Uint8Array.from(values, (time) => {
    if (time >= cut) return time < until ? PART.test : PART.none;
    if (time >= cut - gap) return PART.none;
    if (time >= begin) return PART.validation;
    return time < begin - gap ? PART.train : PART.none;
  });
}

function emptyTimes(rows: readonly number[], on: string, file: string): InputError {
  const shown = rows
    .slice(0, MOST)
    .map((row) => row + 1)
    .join(', ');
  const more = rows.length > MOST ? ` and ${rows.length - MOST} more` : '';
  const message = `${file}, column ${JSON.stringify(on)}: the time is empty in row ${shown}${more}`;
  return new InputError({
    code: 'VALUE_INVALID',
    message,
    file,
    hint: 'A split by time needs the time of every row.',
  });
}

/** Parts by a column's values: those listed for test and validation; all others are training rows. */
function byColumn(table: Table, split: Extract<SplitConfig, { by: 'column' }>, file: string): Uint8Array {
  const column = requireColumn(table, split.on, file);
  const partOf = new Map<string, number>();
  for (const text of split.validation ?? []) partOf.set(text, PART.validation);
  for (const text of split.test) partOf.set(text, PART.test);
  const seen = new Map<string, number>();
  const parts = Uint8Array.from({ length: table.rows }, (_, row) => {
    const text = textAt(column, row) ?? '';
    seen.set(text, (seen.get(text) ?? 0) + 1);
    return partOf.get(text) ?? PART.train;
  });
  const absent = [...partOf.keys()].filter((text) => !seen.has(text));
  if (absent.length > 0) {
    const values = [...seen]
      .sort((a, b) => b[1] - a[1])
      .slice(0, 10)
      .map(([text]) => JSON.stringify(text));
    const message = `${file}, column ${JSON.stringify(split.on)}: no row holds ${absent.map((text) => JSON.stringify(text)).join(', ')}; its values are ${values.join(', ')}`;
    throw new InputError({
      code: 'SPLIT_EMPTY',
      message,
      file,
      hint: 'Name values that occur in `split.test` and `split.validation`.',
    });
  }
  return parts;
}

/**
 * The part of each row (`PART`), which depends on that row alone: it does not change when other rows are added.
 * `key` is the column a split by hash goes by when it names none; null = the whole row.
 * Throws InputError COLUMN_MISSING, COLUMN_TYPE, VALUE_INVALID, SPLIT_EMPTY.
 */
export function splitRows(
  table: Table,
  split: SplitConfig,
  file: string,
  key: string | null = null,
): Uint8Array {
  switch (split.by) {
    case 'hash': {
      const on = split.on ?? key;
      return on === null ? byRows(table, split) : byCells(requireColumn(table, on, file), split);
    }
    case 'group':
      return byCells(requireColumn(table, split.on, file), split);
    case 'time':
      return byTime(table, split, file);
    case 'column':
      return byColumn(table, split, file);
  }
}

/** Positions of the rows of one part, in order. */
export function rowsOf(parts: Uint8Array, part: number): Int32Array {
  let count = 0;
  for (const each of parts) if (each === part) count++;
  const rows = new Int32Array(count);
  let at = 0;
  for (let row = 0; row < parts.length; row++) if (parts[row] === part) rows[at++] = row;
  return rows;
}

function timeRange(table: Table, split: SplitConfig): string {
  if (split.by !== 'time') return '';
  const column = table.columns.get(split.on);
  if (column === undefined || column.kind === 'text') return '';
  let [low, high] = [Infinity, -Infinity];
  for (const value of column.values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const show = column.kind === 'time' ? formatTime : String;
  return `; column ${JSON.stringify(split.on)} runs from ${show(low)} to ${show(high)}`;
}

/** Throws InputError SPLIT_EMPTY naming every part that was asked for and holds no row. */
export function refuseEmptyParts(table: Table, parts: Uint8Array, split: SplitConfig, file: string): void {
  const asked =
    split.validation === undefined
      ? (['train', 'test'] as const)
      : (['train', 'validation', 'test'] as const);
  const empty = asked.filter((name) => !parts.includes(PART[name]));
  if (empty.length === 0) return;
  throw new InputError(
    empty.map((name) => ({
      code: 'SPLIT_EMPTY' as const,
      message: `${file}: the split by ${split.by} leaves no ${name} row out of ${table.rows}${timeRange(table, split)}`,
      file,
      hint:
        split.by === 'time'
          ? 'Choose dates within this range.'
          : 'Choose other shares, or a column with more different values.',
    })),
  );
}
