import { zstdDecompressSync } from 'node:zlib';

import { compressionRegistry, CompressionType } from 'apache-arrow';

import { unpackLz4 } from './lz4-frame.ts';

/** Lets apache-arrow read LZ4 (what pyarrow.feather writes by default) and ZSTD. Done once, may be repeated. */
export function registerCodecs(): void {
  compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: unpackLz4 });
  compressionRegistry.set(CompressionType.ZSTD, { decode: (bytes) => zstdDecompressSync(bytes) });
}
