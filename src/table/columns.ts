import { formatTime } from './time.ts';
import type { Column, NumberColumn, TextColumn, TimeColumn } from './table.ts';

/** Largest whole number up to which every whole number is exact in float64. */
export const MAX_EXACT = 2 ** 53;

/** What plain arrays may hold where a column is asked for. */
export type Cell = number | string | boolean | bigint | Date | null | undefined;

/** Number of cells of a column. */
export function lengthOf(column: Column): number {
  return column.kind === 'text' ? column.codes.length : column.values.length;
}

/** True where the cell is empty. */
export function isMissing(column: Column, index: number): boolean {
  return column.kind === 'text' ? column.codes[index]! < 0 : Number.isNaN(column.values[index]);
}

/** Number of empty cells. */
export function missingCount(column: Column): number {
  let count = 0;
  for (let index = 0; index < lengthOf(column); index++) if (isMissing(column, index)) count++;
  return count;
}

/**
 * The cell as text, or null where it is missing. Numbers print as the shortest text that reads back as the same
 * float64 (`1`, `0.1`, `1e+21`), times as `2013-04-01` at midnight UTC and else `2013-04-01T12:30:00Z`: so a cell has
 * the same text in whichever format its file was.
 */
export function textAt(column: Column, index: number): string | null {
  if (column.kind === 'text') return column.levels[column.codes[index]!] ?? null;
  const value = column.values[index]!;
  if (Number.isNaN(value)) return null;
  return column.kind === 'number' ? String(value) : formatTime(value);
}

function isInteger(values: Float64Array): boolean {
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    if (!Number.isInteger(value) || value > MAX_EXACT || value < -MAX_EXACT) return false;
  }
  return true;
}

/** A number column over the given values; a Float64Array is taken over without a copy. NaN is missing. */
export function numberColumn(values: ArrayLike<number>): NumberColumn {
  const floats = values instanceof Float64Array ? values : Float64Array.from(values);
  return { kind: 'number', values: floats, integer: isInteger(floats) };
}

/** A time column over milliseconds since 1970-01-01T00:00Z. NaN is missing. */
export function timeColumn(values: ArrayLike<number>): TimeColumn {
  return { kind: 'time', values: values instanceof Float64Array ? values : Float64Array.from(values) };
}

/** A text column; null, undefined and the empty text are missing. Levels are in order of first appearance. */
export function textColumn(values: ArrayLike<string | null | undefined>): TextColumn {
  const codes = new Int32Array(values.length);
  const levels: string[] = [];
  const codeOf = new Map<string, number>();
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (value === null || value === undefined || value === '') {
      codes[index] = -1;
      continue;
    }
    let code = codeOf.get(value);
    if (code === undefined) {
      code = levels.length;
      levels.push(value);
      codeOf.set(value, code);
    }
    codes[index] = code;
  }
  return { kind: 'text', codes, levels };
}

function isColumn(values: ArrayLike<Cell> | Column): values is Column {
  return 'kind' in values;
}

function numberOf(value: Cell): number {
  return value === null || value === undefined ? NaN : Number(value);
}

function cellText(value: Cell): string | null {
  if (value === null || value === undefined || (typeof value === 'number' && Number.isNaN(value)))
    return null;
  return value instanceof Date ? formatTime(value.getTime()) : String(value);
}

function kindsOf(values: ArrayLike<Cell>): Set<string> {
  const kinds = new Set<string>();
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (value === null || value === undefined) continue;
    const exact = typeof value === 'bigint' && value <= MAX_EXACT && value >= -MAX_EXACT;
    kinds.add(exact ? 'number' : value instanceof Date ? 'date' : typeof value);
  }
  return kinds;
}

/**
 * A column from plain values. All numbers (and bigints up to 2^53) give numbers, all Dates times, everything else text:
 * booleans as 'true' and 'false', larger bigints digit by digit. Texts are not parsed. A Column comes back as it is;
 * a Float64Array is not copied.
 */
export function columnOf(values: ArrayLike<Cell> | Column): Column {
  if (isColumn(values)) return values;
  if (values instanceof Float64Array) return numberColumn(values);
  const kinds = kindsOf(values);
  const only = kinds.size <= 1 ? [...kinds][0] : 'mixed';
  if (only === undefined || only === 'number') return numberColumn(Float64Array.from(values, numberOf));
  if (only === 'date') return timeColumn(Float64Array.from(values, numberOf));
  return textColumn(Array.from(values, cellText));
}

/** The column's cells at the given rows, in that order; rows may repeat. Text keeps only the levels that occur. */
export function takeColumn(column: Column, rows: ArrayLike<number>): Column {
  if (column.kind !== 'text') {
    const values = new Float64Array(rows.length);
    for (let index = 0; index < rows.length; index++) values[index] = column.values[rows[index]!]!;
    return column.kind === 'number' ? numberColumn(values) : timeColumn(values);
  }
  const codes = new Int32Array(rows.length);
  for (let index = 0; index < rows.length; index++) codes[index] = column.codes[rows[index]!]!;
  return compactText(codes, column.levels);
}

/** A text column without the levels that no cell uses; renumbers `codes` in place, in order of first appearance. */
export function compactText(codes: Int32Array, levels: readonly string[]): TextColumn {
  const renumbered = new Int32Array(levels.length).fill(-1);
  const used: string[] = [];
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index]!;
    if (code < 0) continue;
    if (renumbered[code] === -1) {
      renumbered[code] = used.length;
      used.push(levels[code]!);
    }
    codes[index] = renumbered[code]!;
  }
  return { kind: 'text', codes, levels: used };
}

/** The column as text, cell by cell as `textAt` gives it. */
export function asText(column: Column): TextColumn {
  if (column.kind === 'text') return column;
  return textColumn(Array.from(column.values, (_, index) => textAt(column, index)));
}

/** Cells of several columns one after the other. Columns of different kinds become text. */
export function concatColumns(columns: readonly Column[]): Column {
  const total = columns.reduce((sum, column) => sum + lengthOf(column), 0);
  const first = columns[0];
  if (first === undefined) return numberColumn([]);
  const kinds = new Set(
    columns.filter((column) => missingCount(column) < lengthOf(column)).map((c) => c.kind),
  );
  const kind = kinds.size > 1 ? 'text' : ([...kinds][0] ?? first.kind);
  if (kind === 'text') return concatText(columns.map(asText), total);
  const values = new Float64Array(total);
  let offset = 0;
  for (const column of columns) {
    // A column of another kind is here only when all its cells are missing.
    if (column.kind === kind) values.set(column.values, offset);
    else values.fill(NaN, offset, offset + lengthOf(column));
    offset += lengthOf(column);
  }
  return kind === 'number' ? numberColumn(values) : timeColumn(values);
}

function concatText(columns: readonly TextColumn[], total: number): TextColumn {
  const codes = new Int32Array(total);
  const levels: string[] = [];
  const codeOf = new Map<string, number>();
  let offset = 0;
  for (const column of columns) {
    const renumbered = Int32Array.from(column.levels, (level) => {
      const known = codeOf.get(level);
      if (known !== undefined) return known;
      codeOf.set(level, levels.length);
      return levels.push(level) - 1;
    });
    for (const code of column.codes) codes[offset++] = code < 0 ? -1 : renumbered[code]!;
  }
  return { kind: 'text', codes, levels };
}

/** The column with blanks around its texts removed; texts of blanks only become missing. */
export function trimTexts(column: TextColumn): TextColumn {
  if (column.levels.every((level) => level === level.trim())) return column;
  const merged = textColumn(column.levels.map((level) => level.trim()));
  return {
    kind: 'text',
    codes: column.codes.map((code) => (code < 0 ? -1 : merged.codes[code]!)),
    levels: merged.levels,
  };
}

/**
 * The different cells of a column, missing ones left out, in the order scikit-learn sorts classes: numbers by value,
 * text by code unit.
 */
export function distinctCells(column: Column): string[] {
  const cells = new Set<string>();
  const rows = lengthOf(column);
  for (let row = 0; row < rows; row++) {
    const cell = textAt(column, row);
    if (cell !== null) cells.add(cell);
  }
  return [...cells].sort(column.kind === 'text' ? undefined : (left, right) => Number(left) - Number(right));
}
