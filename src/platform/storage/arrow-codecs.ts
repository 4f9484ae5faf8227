import { zstdDecompressSync } from 'node:zlib';

import { compressionRegistry, CompressionType } from 'apache-arrow';
import { ByteBuffer } from 'flatbuffers';

import { unpackLz4 } from './lz4-frame.ts';

const vectorLength: (this: ByteBuffer, offset: number) => number = Reflect.get(
  ByteBuffer.prototype,
  '__vector_len',
);

/**
 * apache-arrow trusts the lengths of its metadata and reads zeros beyond their end: a damaged one would be walked for
 * billions of entries. No list has more entries than the file has bytes.
 */
function checkedLength(this: ByteBuffer, offset: number): number {
  const length = vectorLength.call(this, offset);
  if (length >= 0 && length <= this.capacity()) return length;
  throw new RangeError(`a list of ${length} entries in ${this.capacity()} bytes`);
}

/** Lets apache-arrow read LZ4 (what pyarrow.feather writes by default) and ZSTD. Done once, may be repeated. */
export function registerCodecs(): void {
  ByteBuffer.prototype.__vector_len = checkedLength;
  compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: unpackLz4 });
  compressionRegistry.set(CompressionType.ZSTD, { decode: (bytes) => zstdDecompressSync(bytes) });
}
