import { DataType } from 'apache-arrow';
import type { Vector } from 'apache-arrow';

/**
 * One stretch of a column as apache-arrow holds it. The library types these fields by conditional types over every Arrow type;
 * this is what all of them have in common. `values` and `valueOffsets` depend on the column's type.
 */
export interface Chunk {
  readonly type: DataType;
  readonly length: number;
  readonly offset: number;
  readonly nullCount: number;
  readonly nullBitmap: Uint8Array;
  readonly values: unknown;
  readonly valueOffsets: Int32Array | BigInt64Array;
  readonly dictionary: Vector | undefined;
}

/** Whether the buffers of a stretch hold as many cells as it says: a damaged file may say billions. */
function isWhole({ length, nullBitmap, nullCount, type, values, valueOffsets }: Chunk): boolean {
  // A column of nulls has no buffers at all.
  if (DataType.isNull(type)) return true;
  if (nullCount > 0 && nullBitmap.length * 8 < length) return false;
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) {
    return valueOffsets.length > length && Number(valueOffsets[length] ?? 0) <= (values as Uint8Array).length;
  }
  if (DataType.isBool(type)) return (values as Uint8Array).length * 8 >= length;
  const isPlain =
    DataType.isInt(type) || DataType.isFloat(type) || DataType.isDate(type) || DataType.isTimestamp(type);
  return !(isPlain || DataType.isDictionary(type)) || (values as Float64Array).length >= length;
}

/** The stretches of a column. Throws Error where a buffer is shorter than it must be. */
export function chunksOf(vector: Vector): readonly Chunk[] {
  const chunks = vector.data as readonly unknown[] as readonly Chunk[];
  if (!chunks.every(isWhole)) throw new RangeError('a buffer is shorter than its column');
  return chunks;
}

/** True where the cell is present. */
export function isValid(chunk: Chunk, row: number): boolean {
  if (chunk.nullCount === 0) return true;
  const at = chunk.offset + row;
  return (chunk.nullBitmap[at >> 3]! & (1 << (at & 7))) !== 0;
}

/** Bytes of a text cell: the place of its first and of the one behind its last. */
export function textRange(chunk: Chunk, row: number): readonly [number, number] {
  const { valueOffsets } = chunk;
  return [Number(valueOffsets[row]!), Number(valueOffsets[row + 1]!)];
}
