import { createRequire } from 'node:module';
import { zstdDecompressSync } from 'node:zlib';

import { compressionRegistry, CompressionType } from 'apache-arrow';

/** lz4js ships no types; this is what is used of it. */
interface Lz4 {
  decompress(bytes: Uint8Array): Uint8Array;
}

const lz4 = createRequire(import.meta.url)('lz4js') as Lz4;

/** Lets apache-arrow read LZ4 (what pyarrow.feather writes by default) and ZSTD. Done once, may be repeated. */
export function registerCodecs(): void {
  compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: (bytes) => lz4.decompress(bytes) });
  compressionRegistry.set(CompressionType.ZSTD, { decode: (bytes) => zstdDecompressSync(bytes) });
}
