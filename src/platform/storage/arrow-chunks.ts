import type { DataType, Vector } from 'apache-arrow';

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

/** The stretches of a column. */
export function chunksOf(vector: Vector): readonly Chunk[] {
  return vector.data as readonly unknown[] as readonly Chunk[];
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
