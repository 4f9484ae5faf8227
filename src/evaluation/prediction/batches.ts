import type { NumericArray, Tensor } from '../ports.ts';
import type { Feed } from './feeds.ts';

const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  bool: Uint8Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  /** Codes. */
  string: Int32Array,
} as const;

/**
 * Rows `from` … `from + rows` of a feed as one row-major tensor [rows, F] (or [rows]). Rows beyond the data repeat the
 * last one: a model with a fixed batch dimension is fed whole batches. The values lie at the start of `memory`.
 */
export function tensorOf(feed: Feed, from: number, rows: number, memory = memoryOf(feed, rows)): Tensor {
  const shape = feed.rank === 1 ? [rows] : [rows, feed.columns.length];
  const size = rows * feed.columns.length;
  if (feed.type === 'string') {
    const codes = new Int32Array(memory, 0, size);
    interleave(codes, feed.columns, from, rows);
    return { type: 'string', shape, codes, levels: feed.levels };
  }
  const values: NumericArray = new ARRAYS[feed.type](memory, 0, size);
  if (values instanceof BigInt64Array || values instanceof BigUint64Array)
    interleaveBig(values, feed.columns, from, rows);
  else interleave(values, feed.columns, from, rows);
  return { type: feed.type, shape, values };
}

/** Memory for tensors of at most so many rows. */
export function memoryOf(feed: Feed, rows: number): ArrayBuffer {
  return new ArrayBuffer(rows * feed.columns.length * ARRAYS[feed.type].BYTES_PER_ELEMENT);
}

type Plain = Exclude<NumericArray, BigInt64Array | BigUint64Array>;

/** Blocks of rows keep the row-major target in the cache while column after column is written. */
const BLOCK_ROWS = 64;

function interleave(
  into: Plain,
  columns: readonly (Float64Array | Int32Array)[],
  from: number,
  rows: number,
): void {
  const width = columns.length;
  const present = Math.min(rows, (columns[0]?.length ?? 0) - from);
  for (let block = 0; block < present; block += BLOCK_ROWS) {
    const end = from + Math.min(block + BLOCK_ROWS, present);
    for (let column = 0; column < width; column++) {
      const source = columns[column]!;
      let to = block * width + column;
      for (let row = from + block; row < end; row++) {
        into[to] = source[row]!;
        to += width;
      }
    }
  }
  for (let row = present; row < rows; row++)
    into.copyWithin(row * width, (present - 1) * width, present * width);
}

function interleaveBig(
  into: BigInt64Array | BigUint64Array,
  columns: readonly Float64Array[],
  from: number,
  rows: number,
): void {
  columns.forEach((source, column) => {
    const last = source.length - 1;
    for (let row = 0; row < rows; row++)
      into[row * columns.length + column] = BigInt(source[Math.min(from + row, last)]!);
  });
}
