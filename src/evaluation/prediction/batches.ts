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
} as const;

/**
 * Rows `from` … `from + rows` of a feed as one row-major tensor [rows, F] (or [rows]). Rows beyond the data repeat the
 * last one: a model with a fixed batch dimension is fed whole batches.
 */
export function tensorOf(feed: Feed, from: number, rows: number): Tensor {
  const shape = feed.rank === 1 ? [rows] : [rows, feed.columns.length];
  if (feed.type === 'string') {
    const codes = new Int32Array(rows * feed.columns.length);
    interleave(codes, feed.columns, from, rows);
    return { type: 'string', shape, codes, levels: feed.levels };
  }
  const values: NumericArray = new ARRAYS[feed.type](rows * feed.columns.length);
  if (values instanceof BigInt64Array || values instanceof BigUint64Array)
    interleaveBig(values, feed.columns, from, rows);
  else interleave(values, feed.columns, from, rows);
  return { type: feed.type, shape, values };
}

type Plain = Exclude<NumericArray, BigInt64Array | BigUint64Array>;

/** Blocks of rows keep the row-major target in the cache while column after column is written. */
const BLOCK_ROWS = 256;

function interleave(
  into: Plain,
  columns: readonly (Float64Array | Int32Array)[],
  from: number,
  rows: number,
): void {
  const width = columns.length;
  for (let block = 0; block < rows; block += BLOCK_ROWS) {
    const end = Math.min(block + BLOCK_ROWS, rows);
    for (let column = 0; column < width; column++) {
      const source = columns[column]!;
      const last = source.length - 1;
      for (let row = block; row < end; row++)
        into[row * width + column] = source[Math.min(from + row, last)]!;
    }
  }
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
