import { InputError } from '../../contracts/errors.ts';
import type { Problem } from '../../contracts/errors.ts';
import { columnFromBigTexts } from '../big-numbers.ts';
import { numberColumn, timeColumn } from '../columns.ts';
import type { ByteSource } from '../csv/blocks.ts';
import { parseTime } from '../time.ts';
import { requireColumns, tableOf } from '../tables.ts';
import type { Column, Table, TextColumn } from '../table.ts';
import { linesOf } from './lines.ts';
import { parseLine } from './parse.ts';
import type { JsonValue } from './parse.ts';

const MOST = 20;
const WHOLE = /^-?\d+$/;

/** Cells of one key while lines come in: numbers until another kind of value is met. */
class JsonColumn {
  private numbers = new Float64Array(1024);
  private codes: Int32Array | null = null;
  private readonly levels: string[] = [];
  private readonly codeOf = new Map<string, number>();
  private length = 0;
  /** Texts that are JSON numbers or whole numbers beyond 2^53 only. */
  private onlyNumbers = true;

  /** Cells up to `row` that no line gave are missing. */
  add(row: number, value: JsonValue): void {
    this.fillTo(row);
    if (value === null) return;
    if (typeof value === 'number') this.addNumber(row, value);
    else {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      if (!(typeof value === 'string' && value.length > 15 && WHOLE.test(value))) this.onlyNumbers = false;
      this.addText(row, text);
    }
    this.length = row + 1;
  }

  fillTo(row: number): void {
    if (row >= this.numbers.length && this.codes === null) {
      const grown = new Float64Array(row * 2);
      grown.set(this.numbers.subarray(0, this.length));
      this.numbers = grown;
    }
    if (this.codes !== null && row >= this.codes.length) {
      const grown = new Int32Array(row * 2);
      grown.set(this.codes.subarray(0, this.length));
      this.codes = grown;
    }
    if (this.codes === null) this.numbers.fill(NaN, this.length, row + 1);
    else this.codes.fill(-1, this.length, row + 1);
    this.length = row + 1;
  }

  private addNumber(row: number, value: number): void {
    if (this.codes === null) this.numbers[row] = value;
    else this.addText(row, String(value));
  }

  private addText(row: number, text: string): void {
    this.codes ??= this.numbersAsTexts();
    if (text === '') return;
    this.codes[row] = this.code(text);
  }

  private numbersAsTexts(): Int32Array {
    const codes = new Int32Array(this.numbers.length).fill(-1);
    for (let row = 0; row < this.length; row++) {
      const value = this.numbers[row]!;
      if (!Number.isNaN(value)) codes[row] = this.code(String(value));
    }
    this.numbers = new Float64Array(0);
    return codes;
  }

  private code(text: string): number {
    const known = this.codeOf.get(text);
    if (known !== undefined) return known;
    this.codeOf.set(text, this.levels.length);
    return this.levels.push(text) - 1;
  }

  finish(rows: number, asText: boolean): Column {
    if (rows > 0) this.fillRest(rows);
    if (this.codes === null) return numberColumn(this.numbers.slice(0, rows));
    const column: TextColumn = { kind: 'text', codes: this.codes.slice(0, rows), levels: this.levels };
    if (asText) return column;
    if (this.onlyNumbers) return columnFromBigTexts(column);
    const times = Float64Array.from(this.levels, parseTime);
    if (this.levels.length === 0 || times.some((time) => Number.isNaN(time))) return column;
    return timeColumn(Float64Array.from(column.codes, (code) => (code < 0 ? NaN : times[code]!)));
  }

  private fillRest(rows: number): void {
    if (this.length < rows) this.fillTo(rows - 1);
  }
}

/**
 * Reads JSON Lines files as one table: a column per key in order of first appearance, missing where a line lacks it. Texts that
 * are all ISO 8601 are times; lists and objects are JSON text; `NaN` and `Infinity` as Python writes them are read.
 * Throws InputError FORMAT_BROKEN naming all lines that are no objects (twenty, and the count of the rest), COLUMN_MISSING.
 */
export async function readJsonLines(
  sources: readonly ByteSource[],
  options: { readonly columns?: readonly string[]; readonly asText?: readonly string[] },
): Promise<Table> {
  const columns = new Map<string, JsonColumn>();
  const wanted = options.columns === undefined ? null : new Set(options.columns);
  const problems: Problem[] = [];
  let wrong = 0;
  let rows = 0;
  for (const source of sources) {
    for await (const lines of linesOf(source)) {
      for (const line of lines) {
        const { object, problem } = parseLine(line, source.name);
        if (object === null) {
          wrong++;
          if (problems.length < MOST) problems.push(problem);
          continue;
        }
        for (const [key, value] of Object.entries(object)) {
          if (wanted !== null && !wanted.has(key)) continue;
          let column = columns.get(key);
          if (column === undefined) columns.set(key, (column = new JsonColumn()));
          column.add(rows, value);
        }
        rows++;
      }
    }
  }
  if (wrong > problems.length)
    problems.push({
      code: 'FORMAT_BROKEN',
      message: `${sources[0]!.name}: and ${wrong - problems.length} more lines that are no objects`,
    });
  if (problems.length > 0) throw new InputError(problems);
  const texts = new Set(options.asText ?? []);
  const table = tableOf(
    [...columns].map(([name, column]) => [name, column.finish(rows, texts.has(name))] as const),
  );
  const whole: Table = { rows, columns: table.columns };
  if (options.columns === undefined) return whole;
  requireColumns(whole, options.columns, sources[0]!.name);
  return { rows, columns: new Map(options.columns.map((name) => [name, whole.columns.get(name)!])) };
}
