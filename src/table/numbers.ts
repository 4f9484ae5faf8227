import { InputError } from '../contracts/errors.ts';
import type { Problem } from '../contracts/errors.ts';
import { MAX_EXACT, numberColumn } from './columns.ts';
import type { Column, NumberColumn, Table, TextColumn } from './table.ts';
import { requireColumn } from './tables.ts';

const MOST = 10;
const MISSING_WORDS = new Set([
  '',
  'NA',
  'N/A',
  'n/a',
  '#N/A',
  '<NA>',
  'NaN',
  'nan',
  '-nan',
  '-NaN',
  'NULL',
  'null',
  'None',
]);
const NUMBER = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|inf|infinity)$/i;

/** True for the digits of a whole number (sign and leading zeros allowed) that is beyond 2^53, so that float64 may round it. */
export function isBeyondExact(digits: string): boolean {
  const value = BigInt(digits.trim().replace(/^\+/, ''));
  return value > MAX_EXACT || value < -MAX_EXACT;
}

/** True for the words that pandas, polars and R write for an empty cell (`NA`, `NaN`, `null`, `None`, …) and for ''. */
export function isMissingWord(text: string): boolean {
  return MISSING_WORDS.has(text);
}

/** The float64 that Python's `float` gives for a decimal text, NaN where it is no number; `inf` and `infinity` are read. */
export function parseNumber(text: string): number {
  const trimmed = text.trim();
  if (!NUMBER.test(trimmed)) return NaN;
  if (/^[+-]?i/i.test(trimmed)) return trimmed.startsWith('-') ? -Infinity : Infinity;
  return Number(trimmed);
}

/**
 * A column that must hold numbers. Text columns whose every cell is a number ('12345678901234567890', 'true' where
 * `booleans`) are converted. Throws InputError COLUMN_MISSING or COLUMN_TYPE, the latter naming the first rows whose
 * cells are no numbers (rows count from 1) and how many there are.
 */
export function requireNumbers(
  table: Table,
  name: string,
  file: string,
  options: { readonly booleans?: boolean } = {},
): NumberColumn {
  const column = requireColumn(table, name, file);
  if (column.kind === 'number') return column;
  if (column.kind === 'time') throw new InputError(typeProblem(file, name, `holds dates, expected numbers`));
  const ofLevel = Float64Array.from(column.levels, (level) => {
    if (options.booleans === true && (level === 'true' || level === 'false')) return level === 'true' ? 1 : 0;
    return parseNumber(level);
  });
  const bad = badCells(column, ofLevel);
  if (bad.length > 0) throw new InputError(badProblems(column, name, file, bad));
  return numberColumn(Float64Array.from(column.codes, (code) => (code < 0 ? NaN : ofLevel[code]!)));
}

/**
 * Row (from 0) of the first cell of a text column that is no number, so that a message shows what spoiled the column
 * and not just its first cell; -1 where every cell is a number or missing.
 */
export function firstNotNumber(column: TextColumn): number {
  const isBad = column.levels.map((level) => Number.isNaN(parseNumber(level)) && !isMissingWord(level));
  return column.codes.findIndex((code) => code >= 0 && isBad[code] === true);
}

function badCells(column: Column & { kind: 'text' }, ofLevel: Float64Array): number[] {
  const rows: number[] = [];
  for (let row = 0; row < column.codes.length; row++) {
    const code = column.codes[row]!;
    if (code >= 0 && Number.isNaN(ofLevel[code]!) && !isMissingWord(column.levels[code]!)) rows.push(row);
  }
  return rows;
}

function badProblems(
  column: Column & { kind: 'text' },
  name: string,
  file: string,
  rows: readonly number[],
): Problem[] {
  const problems = rows.slice(0, MOST).map((row) => {
    const cell = column.levels[column.codes[row]!]!;
    const shown = cell.length > 60 ? `${cell.slice(0, 60)}…` : cell;
    return typeProblem(`${file}, row ${row + 1}`, name, `${JSON.stringify(shown)} is not a number`, file);
  });
  if (rows.length > MOST)
    problems.push(typeProblem(file, name, `and ${rows.length - MOST} more cells are not numbers`));
  return problems;
}

function typeProblem(where: string, name: string, what: string, file: string = where): Problem {
  return { code: 'COLUMN_TYPE', message: `${where}, column ${JSON.stringify(name)}: ${what}`, file };
}
