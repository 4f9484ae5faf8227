import { DataType, DateUnit, Precision, TimeUnit } from 'apache-arrow';
import type { RecordBatch, Vector } from 'apache-arrow';

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
import { chunksOf, isValid, textRange } from './arrow-chunks.ts';
import type { Chunk } from './arrow-chunks.ts';

const DAY = 86_400_000;

/** Numbers of all chunks one after the other, NaN where missing. */
function numbers(chunks: readonly Chunk[], valueOf: (chunk: Chunk, row: number) => number): Float64Array {
  const values = new Float64Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    for (let row = 0; row < chunk.length; row++)
      values[at++] = isValid(chunk, row) ? valueOf(chunk, row) : NaN;
  }
  return values;
}

function plainNumbers(chunks: readonly Chunk[]): Float64Array {
  return numbers(chunks, (chunk, row) => (chunk.values as Float64Array)[row]!);
}

function texts(chunks: readonly Chunk[]): TextColumn {
  const codes = new Int32Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  const dictionary = new Dictionary();
  let at = 0;
  for (const chunk of chunks) {
    const bytes = chunk.values as Uint8Array;
    for (let row = 0; row < chunk.length; row++) {
      const [start, end] = isValid(chunk, row) ? textRange(chunk, row) : [0, 0];
      codes[at++] = start === end ? -1 : dictionary.codeOf(bytes, start, end);
    }
  }
  return { kind: 'text', codes, levels: dictionary.takeLevels() };
}

/** Cells as texts, missing ones null. */
function cells(chunks: readonly Chunk[], textOf: (chunk: Chunk, row: number) => string): (string | null)[] {
  return chunks.flatMap((chunk) =>
    Array.from({ length: chunk.length }, (_, row) => (isValid(chunk, row) ? textOf(chunk, row) : null)),
  );
}

/** Units of a timestamp in a millisecond; 0.001 for seconds. */
function perMillisecond(unit: TimeUnit): number {
  switch (unit) {
    case TimeUnit.SECOND:
      return 0.001;
    case TimeUnit.MILLISECOND:
      return 1;
    case TimeUnit.MICROSECOND:
      return 1000;
    case TimeUnit.NANOSECOND:
      return 1_000_000;
  }
}

function timestamps(chunks: readonly Chunk[], unit: TimeUnit): Float64Array {
  const scale = perMillisecond(unit);
  if (scale <= 1)
    return numbers(chunks, (chunk, row) => Number((chunk.values as BigInt64Array)[row]!) / scale);
  const whole = BigInt(scale);
  // Nanoseconds do not fit a float64: they are cut to milliseconds as whole numbers, downwards.
  return numbers(chunks, (chunk, row) => {
    const value = (chunk.values as BigInt64Array)[row]!;
    return Number((value - (((value % whole) + whole) % whole)) / whole);
  });
}

function dates(chunks: readonly Chunk[], unit: DateUnit): Float64Array {
  if (unit === DateUnit.DAY) return numbers(chunks, (chunk, row) => (chunk.values as Int32Array)[row]! * DAY);
  return numbers(chunks, (chunk, row) => Number((chunk.values as BigInt64Array)[row]!));
}

/** 64-bit whole numbers: text where one is beyond 2^53. */
function integers64(chunks: readonly Chunk[]): Column {
  const limit = { passed: false };
  const values = numbers(chunks, (chunk, row) => {
    const value = (chunk.values as BigInt64Array)[row]!;
    const float = Number(value);
    if (Math.abs(float) >= MAX_EXACT) limit.passed ||= value > MAX_EXACT || value < -MAX_EXACT;
    return float;
  });
  if (!limit.passed) return numberColumn(values);
  return textColumn(cells(chunks, (chunk, row) => String((chunk.values as BigInt64Array)[row]!)));
}

/** A decimal's digits with the point in place; 32-bit words, the lowest first, two's complement. */
function decimalText(words: Uint32Array, scale: number): string {
  const unsigned = words.reduceRight((sum, word) => (sum << 32n) | BigInt(word), 0n);
  const value = BigInt.asIntN(words.length * 32, unsigned);
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0');
  const sign = value < 0n ? '-' : '';
  return scale > 0 ? `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}` : sign + digits;
}

function decimals(chunks: readonly Chunk[], scale: number, words: number): Column {
  const textOf = (chunk: Chunk, row: number): string =>
    decimalText((chunk.values as Uint32Array).subarray(row * words, (row + 1) * words), scale);
  return columnFromBigTexts(textColumn(cells(chunks, textOf)));
}

/** Categories: each chunk looks its codes up in its own dictionary. */
function categories(chunks: readonly Chunk[]): Column {
  const columns = chunks.map((chunk): Column => {
    const levels = columnOfVectors(chunk.dictionary === undefined ? [] : [chunk.dictionary]);
    const codes = chunk.values as Int32Array;
    if (levels.kind === 'text') {
      const own = Int32Array.from({ length: chunk.length }, (_, row) =>
        isValid(chunk, row) ? levels.codes[codes[row]!]! : -1,
      );
      return { kind: 'text', codes: own, levels: levels.levels };
    }
    const values = numbers([chunk], (_, row) => levels.values[codes[row]!]!);
    return levels.kind === 'time' ? timeColumn(values) : numberColumn(values);
  });
  return columns.length === 1 ? columns[0]! : concatColumns(columns);
}

function plainText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'bigint')
    return String(value);
  return JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each));
}

/** Whatever has no column kind of its own, cell by cell: booleans, half floats, binary, lists, structs. */
function anything(vectors: readonly Vector[], type: DataType): Column {
  const values = vectors.flatMap((vector) => [...(vector as Iterable<unknown>)]);
  if (DataType.isFloat(type))
    return numberColumn(Float64Array.from(values, (value) => (value === null ? NaN : Number(value))));
  return textColumn(values.map(plainText));
}

function columnOfVectors(vectors: readonly Vector[]): Column {
  const first = vectors[0];
  if (first === undefined) return numberColumn([]);
  const type: DataType = first.type as DataType;
  const chunks = vectors.flatMap(chunksOf);
  if (DataType.isDictionary(type)) return categories(chunks);
  if (DataType.isNull(type))
    return numberColumn(new Float64Array(vectors.reduce((sum, vector) => sum + vector.length, 0)).fill(NaN));
  if (DataType.isInt(type))
    return type.bitWidth === 64 ? integers64(chunks) : numberColumn(plainNumbers(chunks));
  if (DataType.isFloat(type) && type.precision !== Precision.HALF) return numberColumn(plainNumbers(chunks));
  if (DataType.isTimestamp(type)) return timeColumn(timestamps(chunks, type.unit));
  if (DataType.isDate(type)) return timeColumn(dates(chunks, type.unit));
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) return texts(chunks);
  if (DataType.isDecimal(type)) return decimals(chunks, type.scale, type.bitWidth / 32);
  return anything(vectors, type);
}

/** Column number `index` of record batches, cell for cell. */
export function columnOfBatches(batches: readonly RecordBatch[], index: number): Column {
  return columnOfVectors(batches.map((batch) => batch.getChildAt(index)).filter((vector) => vector !== null));
}
