import { columnFromBigTexts } from '../big-numbers.ts';
import { compactText, MAX_EXACT, numberColumn, timeColumn } from '../columns.ts';
import { lastDecimal, parseDecimal } from '../decimal.ts';
import { Dictionary } from '../dictionary.ts';
import { isBeyondExact, isMissingWord } from '../numbers.ts';
import type { Column, TextColumn } from '../table.ts';
import { parseTimeBytes } from '../time.ts';
import { ESCAPED } from './scan.ts';
import type { CsvScanner } from './scan.ts';

/** `bigint`: whole numbers, some beyond 2^53, kept as text unless a later cell has a fraction. */
export type Kind = 'number' | 'time' | 'boolean' | 'text' | 'bigint';

const SPACE = 32;
const TAB = 9;

function word(bytes: Buffer, start: number, end: number): string {
  return end - start > 8 ? 'too long for a word' : bytes.toString('latin1', start, end);
}

function booleanOf(bytes: Buffer, start: number, end: number): number {
  const text = word(bytes, start, end);
  if (text === 'true' || text === 'True' || text === 'TRUE') return 1;
  return text === 'false' || text === 'False' || text === 'FALSE' ? 0 : -1;
}

/** One column of a CSV file while its blocks are read. Starts as the kind its first cells have; see `addBlock`. */
export class CsvColumn {
  readonly name: string;
  kind: Kind;
  private values: Float64Array;
  private codes: Int32Array;
  private readonly dictionary = new Dictionary();
  private rows = 0;
  private fractions = false;
  private big = false;
  private scratch = Buffer.alloc(64);

  constructor(name: string, kind: Kind, capacity: number) {
    this.name = name;
    this.kind = kind;
    this.values = new Float64Array(kind === 'number' || kind === 'time' ? capacity : 0);
    this.codes = new Int32Array(kind === 'number' || kind === 'time' ? 0 : capacity);
  }

  /**
   * Adds field `field` of all records that the scanner holds. False where a cell is not of the column's kind: the column
   * must then be read again from the start as text.
   */
  addBlock(bytes: Buffer, scanner: CsvScanner, field: number): boolean {
    this.reserve(this.rows + scanner.records);
    switch (this.kind) {
      case 'number':
        return this.addNumbers(bytes, scanner, field);
      case 'time':
        return this.addTimes(bytes, scanner, field);
      case 'boolean':
        return this.addBooleans(bytes, scanner, field);
      case 'text':
      case 'bigint':
        this.addTexts(bytes, scanner, field);
        return true;
    }
  }

  private reserve(rows: number): void {
    if (this.kind === 'number' || this.kind === 'time') {
      if (rows <= this.values.length) return;
      const grown = new Float64Array(Math.max(rows, Math.ceil(this.values.length * 1.6), 1024));
      grown.set(this.values.subarray(0, this.rows));
      this.values = grown;
    } else if (rows > this.codes.length) {
      const grown = new Int32Array(Math.max(rows, Math.ceil(this.codes.length * 1.6), 1024));
      grown.set(this.codes.subarray(0, this.rows));
      this.codes = grown;
    }
  }

  private addNumbers(bytes: Buffer, scanner: CsvScanner, field: number): boolean {
    const { starts, ends, fields, records } = scanner;
    const { values } = this;
    let row = this.rows;
    for (let record = 0, index = field; record < records; record++, index += fields) {
      let start = starts[index]!;
      let end = ends[index]!;
      while (start < end && (bytes[start] === SPACE || bytes[start] === TAB)) start++;
      while (end > start && (bytes[end - 1] === SPACE || bytes[end - 1] === TAB)) end--;
      if (start === end) {
        values[row++] = NaN;
        continue;
      }
      const value = parseDecimal(bytes, start, end);
      if (Number.isNaN(value)) {
        if (!isMissingWord(word(bytes, start, end))) return false;
      } else {
        if (!lastDecimal.integer) this.fractions = true;
        else if (value >= MAX_EXACT || value <= -MAX_EXACT)
          this.big ||= isBeyondExact(bytes.toString('latin1', start, end));
      }
      values[row++] = value;
    }
    this.rows = row;
    return true;
  }

  private addTimes(bytes: Buffer, scanner: CsvScanner, field: number): boolean {
    const { starts, ends, fields, records } = scanner;
    for (let record = 0, index = field; record < records; record++, index += fields) {
      const start = starts[index]!;
      const end = ends[index]!;
      const value = start === end ? NaN : parseTimeBytes(bytes, start, end);
      if (
        Number.isNaN(value) &&
        start < end &&
        !isMissingWord(word(bytes, start, end)) &&
        word(bytes, start, end) !== 'NaT'
      )
        return false;
      this.values[this.rows++] = value;
    }
    return true;
  }

  private addBooleans(bytes: Buffer, scanner: CsvScanner, field: number): boolean {
    const { starts, ends, fields, records } = scanner;
    for (let record = 0, index = field; record < records; record++, index += fields) {
      const start = starts[index]!;
      const end = ends[index]!;
      const value = start === end ? -1 : booleanOf(bytes, start, end);
      if (value < 0 && start < end && !isMissingWord(word(bytes, start, end))) return false;
      this.codes[this.rows++] = value;
    }
    return true;
  }

  private addTexts(bytes: Buffer, scanner: CsvScanner, field: number): void {
    const { starts, ends, flags, fields, records } = scanner;
    const { codes, dictionary } = this;
    let row = this.rows;
    for (let record = 0, index = field; record < records; record++, index += fields) {
      const start = starts[index]!;
      const end = ends[index]!;
      if (start === end) codes[row++] = -1;
      else if (flags[index] === ESCAPED) {
        const length = this.unescape(bytes, start, end);
        codes[row++] = dictionary.codeOf(this.scratch, 0, length);
      } else codes[row++] = dictionary.codeOf(bytes, start, end);
    }
    this.rows = row;
  }

  /** Writes the field with its doubled quotes single into `scratch`; returns its length. */
  private unescape(bytes: Buffer, start: number, end: number): number {
    if (this.scratch.length < end - start) this.scratch = Buffer.alloc((end - start) * 2);
    let length = 0;
    for (let at = start; at < end; at++) {
      this.scratch[length++] = bytes[at]!;
      if (bytes[at] === 34) at++;
    }
    return length;
  }

  /** True where all cells so far are whole numbers and one is beyond 2^53. */
  get beyondExact(): boolean {
    return this.big && !this.fractions;
  }

  /** The column, or null where it must be read again as text: whole numbers beyond 2^53. */
  finish(): Column | null {
    const { kind, rows } = this;
    if (kind === 'number') return this.beyondExact ? null : numberColumn(trimmed(this.values, rows));
    if (kind === 'time') return timeColumn(trimmed(this.values, rows));
    if (kind === 'boolean') return compactText(this.codes.slice(0, rows), ['false', 'true']);
    const codes = this.codes.length > rows * 1.1 ? this.codes.slice(0, rows) : this.codes.subarray(0, rows);
    const column: TextColumn = { kind: 'text', codes, levels: this.dictionary.takeLevels() };
    return kind === 'bigint' ? columnFromBigTexts(column) : column;
  }
}

/** Without the reserve; copied only where the reserve is more than a tenth. */
function trimmed(values: Float64Array, rows: number): Float64Array {
  return values.length > rows * 1.1 ? values.slice(0, rows) : values.subarray(0, rows);
}

/** The kind that all cells of the scanner's records in this field have; number where all are empty. */
export function guessKind(bytes: Buffer, scanner: CsvScanner, field: number): Kind {
  for (const kind of ['number', 'time', 'boolean'] as const) {
    const trial = new CsvColumn('', kind, scanner.records);
    if (trial.addBlock(bytes, scanner, field)) return trial.beyondExact ? 'bigint' : kind;
  }
  return 'text';
}
