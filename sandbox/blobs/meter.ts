import { createHash } from 'node:crypto';

/** Passes bytes through while it counts and digests them. */
export interface Meter {
  /** @throws RangeError at the first byte beyond the limit */
  measure(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array>;
  /** What went through, once. */
  result(): { readonly size: number; readonly sha256: string };
}

/** A meter for one blob of at most `limit` bytes. */
export function newMeter(limit: number): Meter {
  const hash = createHash('sha256');
  let size = 0;
  return {
    async *measure(source) {
      for await (const chunk of source) {
        size += chunk.byteLength;
        if (size > limit) throw new RangeError(`more than ${limit} bytes`);
        hash.update(chunk);
        yield chunk;
      }
    },
    result: () => ({ size, sha256: hash.digest('hex') }),
  };
}

/** Size and digest of bytes at hand. */
export function measured(bytes: Uint8Array): { readonly size: number; readonly sha256: string } {
  return { size: bytes.byteLength, sha256: createHash('sha256').update(bytes).digest('hex') };
}
