/**
 * Where bytes too large for a table live: artifacts, caches, logs, release assets.
 * Rows name them by key and keep their size and digest; the store knows bytes only.
 */
import type { Readable } from 'node:stream';

/** What was written: rows keep it. */
export interface BlobInfo {
  readonly size: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** First and last byte, both included, as in HTTP's `Range` (RFC 9110 §14.1.2). */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface BlobStore {
  /** Streams `source` under `key`, whole or not at all; more than `limit` bytes → BlobTooLarge. Replaces what was there. */
  write(key: string, source: AsyncIterable<Uint8Array>, limit?: number): Promise<BlobInfo>;
  /** Writes a small blob at once. */
  put(key: string, bytes: Uint8Array): BlobInfo;
  /** Bytes of the blob, or undefined where there is none. */
  size(key: string): number | undefined;
  /** The blob, or a range of it, as a stream; an unknown key → BlobMissing. */
  read(key: string, range?: ByteRange): Readable;
  /** A small blob at once; an unknown key → BlobMissing. */
  bytes(key: string): Uint8Array;
  /** Removes the blob; an unknown key is no error. */
  remove(key: string): void;
}

/** More bytes came than the caller allows. */
export class BlobTooLarge extends Error {
  readonly limit: number;
  constructor(limit: number) {
    super(`more than ${limit} bytes`);
    this.limit = limit;
  }
}

/** There is no blob of that key. */
export class BlobMissing extends Error {
  constructor(key: string) {
    super(`no blob ${key}`);
  }
}

/** Keys are file names: letters, digits, dot, dash and underscore, not starting with a dot. */
export function checkKey(key: string): string {
  if (!/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/.test(key)) throw new Error(`not a blob key: ${key}`);
  return key;
}
