import { Readable } from 'node:stream';
import { measured, newMeter } from './meter.ts';
import { BlobMissing, type BlobStore, checkKey } from './store.ts';

const PIECE = 256 * 1024;

/** Blobs kept in memory, for tests and simulations. */
export function memoryBlobs(): BlobStore {
  const blobs = new Map<string, Uint8Array>();
  const get = (key: string): Uint8Array => {
    const bytes = blobs.get(checkKey(key));
    if (bytes === undefined) throw new BlobMissing(key);
    return bytes;
  };

  return {
    async write(key, source, limit) {
      checkKey(key);
      const meter = newMeter(limit);
      const chunks: Uint8Array[] = [];
      for await (const chunk of meter.measure(source)) chunks.push(chunk);
      blobs.set(key, Buffer.concat(chunks));
      return meter.info();
    },
    put(key, bytes) {
      blobs.set(checkKey(key), Uint8Array.from(bytes));
      return measured(bytes);
    },
    size: (key) => blobs.get(checkKey(key))?.byteLength,
    read(key, range) {
      const bytes = get(key);
      return Readable.from(
        range === undefined ? pieces(bytes) : pieces(bytes.subarray(range.start, range.end + 1)),
        {
          objectMode: false,
        },
      );
    },
    bytes: get,
    remove: (key) => void blobs.delete(checkKey(key)),
  };
}

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += PIECE) yield bytes.subarray(at, at + PIECE);
}
