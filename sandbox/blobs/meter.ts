import { createHash } from 'node:crypto';
import { type BlobInfo, BlobTooLarge } from './store.ts';

/** Passes bytes through while it counts and digests them; more than `limit` → BlobTooLarge. */
export interface Meter {
  measure(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array>;
  info(): BlobInfo;
}

/** A meter for one blob. */
export function newMeter(limit = Infinity): Meter {
  const hash = createHash('sha256');
  let size = 0;
  return {
    async *measure(source) {
      for await (const chunk of source) {
        size += chunk.byteLength;
        if (size > limit) throw new BlobTooLarge(limit);
        hash.update(chunk);
        yield chunk;
      }
    },
    info: () => ({ size, sha256: hash.digest('hex') }),
  };
}

/** Size and digest of bytes at hand. */
export function measured(bytes: Uint8Array): BlobInfo {
  return { size: bytes.byteLength, sha256: createHash('sha256').update(bytes).digest('hex') };
}
