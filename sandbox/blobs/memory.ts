import { createHash } from 'node:crypto';

import type { BlobStore } from '../kernel/message.ts';

/** Keeps blobs in memory: for tests and simulations with small files. */
export function memoryBlobs(): BlobStore {
  const kept = new Map<string, Uint8Array>();
  let last = 0;
  const read: BlobStore['read'] = (blob, range) => {
    const bytes = kept.get(blob);
    if (bytes === undefined) throw new Error(`there is no blob ${blob}`);
    return range === undefined ? bytes : bytes.subarray(range.start, range.end);
  };
  const put: BlobStore['put'] = (bytes) => {
    const blob = String(++last);
    kept.set(blob, bytes);
    return { blob, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  };
  return {
    put,
    read,
    receive: async (stream, limit) => {
      const parts: Uint8Array[] = [];
      let size = 0;
      for await (const part of stream) {
        size += part.length;
        if (size > limit) throw new RangeError(`more than ${limit} bytes`);
        parts.push(part);
      }
      return put(Buffer.concat(parts));
    },
    stream: async function* (blob, range) {
      yield await Promise.resolve(read(blob, range));
    },
    remove: (blob) => {
      kept.delete(blob);
    },
  };
}
