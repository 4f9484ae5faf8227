import { createHash } from 'node:crypto';

import { InputError } from '../../contracts/errors.ts';
import type { ByteSource as RandomAccess } from '../../formats/index.ts';
import type { ByteSource } from '../ports.ts';

/** Text as bytes that can be read again and again. */
export function textSource(text: string): ByteSource {
  const bytes = Buffer.from(text);
  return {
    bytes: bytes.length,
    async *read(start = 0) {
      await Promise.resolve();
      if (start < bytes.length) yield bytes.subarray(start);
    },
  };
}

/** `bytes` bytes of a source from `from` on. @throws InputError INPUT_CHANGED where it is shorter by then */
export async function* slice(source: ByteSource, from: number, bytes: number): AsyncIterable<Uint8Array> {
  let left = bytes;
  if (left === 0) return;
  for await (const chunk of source.read(from)) {
    const piece = chunk.length > left ? chunk.subarray(0, left) : chunk;
    left -= piece.length;
    yield piece;
    if (left === 0) return;
  }
  throw new InputError({ code: 'INPUT_CHANGED', message: 'a file became shorter while it was read' });
}

/** Passes bytes on and tells their digest once all were read. */
export function hashed(source: ByteSource): { readonly source: ByteSource; digest(): string | null } {
  let found: string | null = null;
  return {
    digest: () => found,
    source: {
      bytes: source.bytes,
      async *read() {
        found = null;
        const hash = createHash('sha256');
        for await (const chunk of slice(source, 0, source.bytes)) {
          hash.update(chunk);
          yield chunk;
        }
        found = hash.digest('hex');
      },
    },
  };
}

/** SHA-256 of all bytes of a source. */
export async function digestOfSource(source: ByteSource): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of source.read()) hash.update(chunk);
  return hash.digest('hex');
}

/** All bytes of a small source; null where it holds more than `limit`. */
export async function bytesOf(source: ByteSource, limit: number): Promise<Buffer | null> {
  if (source.bytes > limit) return null;
  const chunks: Uint8Array[] = [];
  let held = 0;
  for await (const chunk of source.read()) {
    held += chunk.length;
    if (held > limit) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The same source as formats read it: in pieces. */
export function randomAccess(source: ByteSource): RandomAccess {
  return {
    size: source.bytes,
    read: async (offset, length) => {
      const chunks: Uint8Array[] = [];
      const most = Math.max(0, Math.min(length, source.bytes - offset));
      for await (const chunk of slice(source, offset, most)) chunks.push(chunk);
      return Buffer.concat(chunks);
    },
  };
}
