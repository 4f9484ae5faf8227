import { createHash, type Hash } from 'node:crypto';

import canonicalize from 'canonicalize';

/** Lower-case hex SHA-256, 64 characters, without a prefix. */
export type Digest = string & { readonly __digest?: never };

/** SHA-256 of bytes or of UTF-8 text, as lower-case hex. */
export function sha256(content: string | Uint8Array): Digest {
  return createHash('sha256').update(content).digest('hex');
}

/**
 * RFC 8785 canonical JSON: the same value always gives the same text, whatever the order of its keys.
 * `undefined` members are left out. Throws TypeError on values JSON has no form for (NaN, functions).
 */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('value has no JSON form');
  return text;
}

/** SHA-256 of the canonical JSON of a value. */
export function digestOf(value: unknown): Digest {
  return sha256(canonicalJson(value));
}

/** The id git gives to a file's content: SHA-1 of `blob <bytes>`, NUL, content (gitformat-object), lower-case hex. */
export function gitBlobId(content: string | Uint8Array): string {
  if (typeof content !== 'string') return blobHash(content.length).update(content).digest('hex');
  const bytes = Buffer.byteLength(content);
  // ASCII is copied rather than encoded.
  const encoding = bytes === content.length ? 'latin1' : 'utf8';
  return blobHash(bytes).update(content, encoding).digest('hex');
}

function blobHash(bytes: number): Hash {
  return createHash('sha1').update(`blob ${bytes}\0`);
}
