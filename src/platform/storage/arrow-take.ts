import {
  DataType,
  Field,
  Float64,
  Int64,
  makeBuilder,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  TimestampMillisecond,
  Utf8,
} from 'apache-arrow';
import type { Data, Vector } from 'apache-arrow';

import type { Partition } from '../../data/ports.ts';
import { chunksOf, isValid, textRange } from './arrow-chunks.ts';
import { takeColumn } from '../../table/index.ts';
import type { Column, Table } from '../../table/index.ts';

const BATCH = 65_536;

/** Bits of the cells that are present, or null where all are. */
function bitmap(
  count: number,
  isMissing: (index: number) => boolean,
): { nullBitmap: Uint8Array; nullCount: number } | null {
  const nullBitmap = new Uint8Array(Math.ceil(count / 64) * 8);
  let nullCount = 0;
  for (let index = 0; index < count; index++) {
    if (isMissing(index)) nullCount++;
    else nullBitmap[index >> 3]! |= 1 << (index & 7);
  }
  return nullCount === 0 ? null : { nullBitmap, nullCount };
}

function utf8Data(length: number, bytesAt: (index: number) => Uint8Array | null): Data<Utf8> {
  const pieces: Uint8Array[] = [];
  const valueOffsets = new Int32Array(length + 1);
  for (let index = 0; index < length; index++) {
    const bytes = bytesAt(index);
    if (bytes !== null) pieces.push(bytes);
    valueOffsets[index + 1] = valueOffsets[index]! + (bytes?.length ?? 0);
  }
  const missing = bitmap(length, (index) => bytesAt(index) === null);
  return makeData({
    type: new Utf8(),
    length,
    valueOffsets,
    data: Buffer.concat(pieces),
    ...(missing ?? {}),
  });
}

/** A column of ours as Arrow data: text Utf8, whole numbers Int64, others Float64, times timestamps in milliseconds. */
function dataOf(column: Column): Data {
  if (column.kind === 'text') {
    const bytes = column.levels.map((level) => Buffer.from(level));
    return utf8Data(column.codes.length, (index) => bytes[column.codes[index]!] ?? null);
  }
  const { values } = column;
  const length = values.length;
  const missing = bitmap(length, (index) => Number.isNaN(values[index])) ?? {};
  const whole = (): BigInt64Array =>
    BigInt64Array.from(values, (value) => (Number.isNaN(value) ? 0n : BigInt(Math.round(value))));
  if (column.kind === 'time')
    return makeData({ type: new TimestampMillisecond(), length, data: whole(), ...missing });
  if (column.integer) return makeData({ type: new Int64(), length, data: whole(), ...missing });
  return makeData({ type: new Float64(), length, data: values, ...missing });
}

function slice(column: Column, from: number, to: number): Column {
  if (column.kind === 'text') return { ...column, codes: column.codes.subarray(from, to) };
  return { ...column, values: column.values.subarray(from, to) };
}

function typeOf(column: Column): DataType {
  return dataOf(slice(column, 0, 0)).type;
}

function batch(schema: Schema, length: number, children: Data[]): RecordBatch {
  return new RecordBatch(
    schema,
    makeData({ type: new Struct(schema.fields), length, nullCount: 0, children }),
  );
}

/** A table as record batches of 65,536 rows. */
export function batchesOf(table: Table): { schema: Schema; batches: Generator<RecordBatch> } {
  const schema = new Schema(
    [...table.columns].map(([name, column]) => new Field(name, typeOf(column), true)),
  );
  function* all(): Generator<RecordBatch> {
    for (let from = 0; from < table.rows; from += BATCH) {
      const to = Math.min(table.rows, from + BATCH);
      yield batch(
        schema,
        to - from,
        [...table.columns.values()].map((column) => dataOf(slice(column, from, to))),
      );
    }
  }
  return { schema, batches: all() };
}

/** The schema of what is copied: without dropped columns, with the added one. */
export function schemaOf(schema: Schema, { drop, append }: Partition): Schema {
  const fields = schema.fields.filter((field) => !(drop ?? []).includes(field.name));
  if (append !== undefined) fields.push(new Field(append.name, typeOf(append.column), true));
  return new Schema(fields, schema.metadata);
}

function isFixedWidth(type: DataType): boolean {
  const isNumber = DataType.isInt(type) || DataType.isFloat(type);
  const isMoment = DataType.isDate(type) || DataType.isTimestamp(type) || DataType.isTime(type);
  return isNumber || isMoment || DataType.isDictionary(type);
}

/** Cells of the given rows, of the same type. */
function takeData(vector: Vector, rows: Int32Array, trim: boolean): Data {
  const type = vector.type as DataType;
  const chunk = chunksOf(vector)[0];
  const length = rows.length;
  if (chunk === undefined) return takeByBuilder(vector, rows);
  if (DataType.isUtf8(type)) {
    return utf8Data(length, (index) => {
      const row = rows[index]!;
      if (!isValid(chunk, row)) return null;
      const bytes = (chunk.values as Uint8Array).subarray(...textRange(chunk, row));
      return trim ? Buffer.from(Buffer.from(bytes).toString().trim()) : bytes;
    });
  }
  if (!isFixedWidth(type)) return takeByBuilder(vector, rows);
  const from = chunk.values as Float64Array;
  const values = new (from.constructor as Float64ArrayConstructor)(length);
  for (let index = 0; index < length; index++) values[index] = from[rows[index]!]!;
  const missing = bitmap(length, (index) => !isValid(chunk, rows[index]!)) ?? {};
  const dictionary = DataType.isDictionary(type) ? { dictionary: chunk.dictionary } : {};
  // The type is what the column has; only its values are new.
  const props: unknown = { type, length, data: values, ...missing, ...dictionary };
  return makeData(props as Parameters<typeof makeData>[0]);
}

function takeByBuilder(vector: Vector, rows: Int32Array): Data {
  const builder = makeBuilder({ type: vector.type as DataType, nullValues: [null, undefined] });
  for (const row of rows) builder.append(vector.get(row));
  return builder.finish().flush() as Data;
}

/** The rows of a batch that belong to one part. `firstRow` is the batch's first row in the source. */
export function takeBatch(
  from: RecordBatch,
  parts: Uint8Array,
  part: number,
  firstRow: number,
  partition: Partition,
  trim: boolean,
): RecordBatch {
  const { append } = partition;
  const rows = Int32Array.from([...parts.keys()].filter((row) => parts[row] === part));
  const schema = schemaOf(from.schema, partition);
  const children: Data[] = [];
  from.schema.fields.forEach((field, index) => {
    if ((partition.drop ?? []).includes(field.name)) return;
    children.push(takeData(from.getChildAt(index)!, rows, trim));
  });
  if (append !== undefined)
    children.push(
      dataOf(
        takeColumn(
          append.column,
          rows.map((row) => row + firstRow),
        ),
      ),
    );
  return batch(schema, rows.length, children);
}
