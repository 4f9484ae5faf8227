import { asText, firstNotNumber } from '../../table/index.ts';
import type { Column } from '../../table/index.ts';
import type { Cell, ColumnInput } from './types.ts';

/** Labels as codes into levels; missing is -1. Levels are in order of first appearance. */
export interface Labels {
  readonly codes: Int32Array;
  readonly levels: readonly string[];
}

/** Numbers of a column; `invalid` is the first row that holds something else than a number or nothing, else -1. */
export interface Numbers {
  readonly values: Float64Array;
  readonly invalid: number;
}

/** True for a Column of src/table, false for any kind of array. */
export function isColumn(input: ColumnInput): input is Column {
  return 'kind' in input && typeof input.kind === 'string';
}

/** True for everything that can be read as a column. */
export function isColumnInput(input: unknown): input is ColumnInput {
  if (Array.isArray(input) || (ArrayBuffer.isView(input) && 'length' in input)) return true;
  return (
    typeof input === 'object' && input !== null && 'kind' in input && ('values' in input || 'codes' in input)
  );
}

/** Rows of a column. */
export function lengthOf(input: ColumnInput): number {
  if (!isColumn(input)) return input.length;
  return input.kind === 'text' ? input.codes.length : input.values.length;
}

function numberOf(cell: Cell): number | null {
  if (cell === null || cell === undefined || cell === '') return Number.NaN;
  if (typeof cell === 'number') return cell;
  if (typeof cell === 'boolean') return cell ? 1 : 0;
  if (typeof cell === 'bigint') return Number(cell);
  return null;
}

/** A column as float64, missing as NaN; booleans as 1 and 0. Text is not guessed to be a number: `invalid` says where. */
export function numbersOf(input: ColumnInput): Numbers {
  if (isColumn(input)) {
    if (input.kind !== 'text') return { values: input.values, invalid: -1 };
    const asNumber = input.levels.map((level) => (level === 'true' ? 1 : level === 'false' ? 0 : Number.NaN));
    const values = Float64Array.from(input.codes, (code) => asNumber[code] ?? Number.NaN);
    const isInvalid = (code: number): boolean => code >= 0 && Number.isNaN(asNumber[code]);
    const spoiler = input.codes.some(isInvalid) ? firstNotNumber(input) : -1;
    // A column of digits that is text (beyond 2^53) has no worse cell than its first.
    const invalid =
      spoiler >= 0 && isInvalid(input.codes[spoiler]!) ? spoiler : input.codes.findIndex(isInvalid);
    return { values, invalid };
  }
  if (input instanceof Float64Array) return { values: input, invalid: -1 };
  const values = new Float64Array(input.length);
  let invalid = -1;
  for (let i = 0; i < input.length; i++) {
    const cell = input[i];
    const value = typeof cell === 'number' ? cell : numberOf(cell);
    if (value === null && invalid < 0) invalid = i;
    values[i] = value ?? Number.NaN;
  }
  return { values, invalid };
}

function textOf(cell: Cell): string | null {
  if (cell === null || cell === undefined || cell === '' || (typeof cell === 'number' && Number.isNaN(cell)))
    return null;
  return String(cell);
}

/** A column as labels: numbers by their shortest text (1, not 1.0), booleans as true and false. */
export function labelsOf(input: ColumnInput): Labels {
  if (isColumn(input) && input.kind !== 'number') return asText(input);
  const cells: readonly Cell[] | ArrayLike<Cell> = isColumn(input)
    ? (input as { values: Float64Array }).values
    : input;
  const codes = new Int32Array(cells.length);
  const levels: string[] = [];
  const seen = new Map<Cell, number>();
  const byText = new Map<string, number>();
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i];
    let code = seen.get(cell);
    if (code === undefined) {
      const text = textOf(cell);
      code = text === null ? -1 : (byText.get(text) ?? levels.length);
      if (text !== null && code === levels.length) {
        levels.push(text);
        byText.set(text, code);
      }
      seen.set(cell, code);
    }
    codes[i] = code;
  }
  return { codes, levels };
}

/** The text of one cell, for messages; `(missing)` where there is none. */
export function cellText(input: ColumnInput, row: number): string {
  if (!isColumn(input)) return textOf(input[row]) ?? '(missing)';
  if (input.kind === 'text') return input.levels[input.codes[row] ?? -1] ?? '(missing)';
  const value = input.values[row] ?? Number.NaN;
  if (Number.isNaN(value)) return '(missing)';
  return input.kind === 'time' ? new Date(value).toISOString() : String(value);
}
