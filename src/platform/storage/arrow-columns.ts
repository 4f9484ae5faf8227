import { DataType, TimeUnit } from 'apache-arrow';
import type { Data, Field, RecordBatch, Vector } from 'apache-arrow';

import {
  columnFromBigTexts,
  concatColumns,
  Dictionary,
  MAX_EXACT,
  numberColumn,
  textColumn,
  timeColumn,
} from '../../table/index.ts';
import type { Column, TextColumn } from '../../table/index.ts';

const DAY = 86_400_000;

function isValid(data: Data, row: number): boolean {
  if (data.nullCount === 0) return true;
  const at = data.offset + row;
  return (data.nullBitmap[at >> 3]! & (1 << (at & 7))) !== 0;
}

/** Calls `visit` with each chunk of a column and the row it begins at. */
function eachChunk(chunks: readonly Data[], visit: (data: Data, from: number) => void): void {
  let from = 0;
  for (const data of chunks) {
    visit(data, from);
    from += data.length;
  }
}

function numbers(
  chunks: readonly Data[],
  rows: number,
  valueOf: (data: Data, row: number) => number,
): Float64Array {
  const values = new Float64Array(rows);
  eachChunk(chunks, (data, from) => {
    for (let row = 0; row < data.length; row++)
      values[from + row] = isValid(data, row) ? valueOf(data, row) : NaN;
  });
  return values;
}

function texts(
  chunks: readonly Data[],
  rows: number,
  bytesOf: (data: Data, row: number) => readonly [number, number],
): TextColumn {
  const codes = new Int32Array(rows);
  const dictionary = new Dictionary();
  eachChunk(chunks, (data, from) => {
    for (let row = 0; row < data.length; row++) {
      if (!isValid(data, row)) codes[from + row] = -1;
      else {
        const [start, end] = bytesOf(data, row);
        codes[from + row] = start === end ? -1 : dictionary.codeOf(data.values as Uint8Array, start, end);
      }
    }
  });
  return { kind: 'text', codes, levels: dictionary.takeLevels() };
}

/** Milliseconds of one unit of a timestamp. */
function perUnit(unit: TimeUnit): number {
  return unit === TimeUnit.SECOND
    ? 1000
    : unit === TimeUnit.MILLISECOND
      ? 1
      : unit === TimeUnit.MICROSECOND
        ? 1e-3
        : 1e-6;
}

function timestamps(field: Field, chunks: readonly Data[], rows: number): Column {
  if (DataType.isTimestamp(field.type)) {
    const { unit } = field.type;
    const scale = perUnit(unit);
    const whole = BigInt(Math.round(1 / Math.min(scale, 1)));
    // Nanoseconds do not fit a float64: they are cut to milliseconds as whole numbers.
    const valueOf = (data: Data, row: number): number => {
      const value = (data.values as BigInt64Array)[row]!;
      return scale >= 1
        ? Number(value) * scale
        : Number(value >= 0n ? value / whole : -((-value + whole - 1n) / whole));
    };
    return timeColumn(numbers(chunks, rows, valueOf));
  }
  const inDays = DataType.isDate(field.type) && field.type.unit === 0;
  const valueOf = (data: Data, row: number): number =>
    Number((data.values as Int32Array | BigInt64Array)[row]!) * (inDays ? DAY : 1);
  return timeColumn(numbers(chunks, rows, valueOf));
}

function integers64(chunks: readonly Data[], rows: number): Column {
  let big = false;
  const values = numbers(chunks, rows, (data, row) => {
    const value = Number((data.values as BigInt64Array)[row]!);
    if (value > MAX_EXACT || value < -MAX_EXACT) big = true;
    return value;
  });
  if (!big) return numberColumn(values);
  const cells: (string | null)[] = [];
  eachChunk(chunks, (data) => {
    for (let row = 0; row < data.length; row++)
      cells.push(isValid(data, row) ? String((data.values as BigInt64Array)[row]!) : null);
  });
  return textColumn(cells);
}

function dictionaryColumn(field: Field, vectors: readonly Vector[]): Column {
  // A category of texts is renumbered chunk by chunk; other categories are looked up cell by cell.
  const columns = vectors.map((vector) => {
    const [data] = vector.data;
    const levels = columnOfVector({ ...field, type: data!.dictionary!.type } as Field, [data!.dictionary!]);
    const codes = data!.values as Int32Array;
    if (levels.kind !== 'text') {
      const values = Float64Array.from({ length: data!.length }, (_, row) =>
        isValid(data!, row) ? levels.values[Number(codes[row]!)]! : NaN,
      );
      return levels.kind === 'time' ? timeColumn(values) : numberColumn(values);
    }
    const own = Int32Array.from({ length: data!.length }, (_, row) =>
      isValid(data!, row) ? levels.codes[Number(codes[row]!)]! : -1,
    );
    return { kind: 'text' as const, codes: own, levels: levels.levels };
  });
  return columns.length === 1 ? columns[0]! : concatColumns(columns);
}

function plainTexts(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'object')
    return JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each));
  return String(value as number);
}

/** Decimals as their digits with the point in place. */
function decimals(chunks: readonly Data[], rows: number, scale: number, words: number): Column {
  const cells: (string | null)[] = [];
  eachChunk(chunks, (data) => {
    const values = data.values as Uint32Array;
    for (let row = 0; row < data.length; row++)
      cells.push(
        isValid(data, row) ? decimalText(values.subarray(row * words, (row + 1) * words), scale) : null,
      );
  });
  return rows === 0 ? numberColumn([]) : columnFromBigTexts(textColumn(cells));
}

function decimalText(words: Uint32Array, scale: number): string {
  let value = words.reduceRight((sum, word) => (sum << 32n) | BigInt(word), 0n);
  value = BigInt.asIntN(words.length * 32, value);
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0');
  const sign = value < 0n ? '-' : '';
  return scale > 0 ? `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}` : sign + digits;
}

function columnOfVector(field: Field, vectors: readonly Vector[]): Column {
  const { type } = field;
  const chunks = vectors.flatMap((vector) => vector.data as Data[]);
  const rows = chunks.reduce((sum, data) => sum + data.length, 0);
  if (DataType.isDictionary(type)) return dictionaryColumn(field, vectors);
  if (DataType.isNull(type)) return numberColumn(new Float64Array(rows).fill(NaN));
  if (DataType.isInt(type) && type.bitWidth === 64) return integers64(chunks, rows);
  if (DataType.isFloat(type) && type.precision === 0) return numberColumn(floats16(vectors, rows));
  if (DataType.isInt(type) || DataType.isFloat(type))
    return numberColumn(numbers(chunks, rows, (data, row) => (data.values as Float64Array)[row]!));
  if (DataType.isTimestamp(type) || DataType.isDate(type)) return timestamps(field, chunks, rows);
  if (DataType.isUtf8(type))
    return texts(chunks, rows, ({ valueOffsets }, row) => [valueOffsets[row]!, valueOffsets[row + 1]!]);
  if (DataType.isLargeUtf8(type)) {
    return texts(chunks, rows, ({ valueOffsets }, row) => {
      const offsets = valueOffsets as unknown as BigInt64Array;
      return [Number(offsets[row]!), Number(offsets[row + 1]!)];
    });
  }
  if (DataType.isDecimal(type)) return decimals(chunks, rows, type.scale, type.bitWidth / 32);
  return textColumn(vectors.flatMap((vector) => Array.from(vector as Iterable<unknown>, plainTexts)));
}

function floats16(vectors: readonly Vector[], rows: number): Float64Array {
  const values = new Float64Array(rows);
  let row = 0;
  for (const vector of vectors)
    for (const value of vector as Iterable<number | null>) values[row++] = value ?? NaN;
  return values;
}

/** Column number `index` of record batches, cell for cell: see `readArrowFiles`. */
export function columnOfBatches(batches: readonly RecordBatch[], field: Field, index: number): Column {
  const vectors = batches.map((batch) => batch.getChildAt(index)!);
  return columnOfVector(field, vectors);
}
