/**
 * Sealed boxes, in which clients send secrets: X25519, XSalsa20-Poly1305 and a nonce by BLAKE2b.
 * https://doc.libsodium.org/public-key_cryptography/sealed_boxes, https://docs.github.com/rest/guides/encrypting-secrets-for-the-rest-api
 */
import { createPrivateKey, createPublicKey, diffieHellman, timingSafeEqual } from 'node:crypto';

import { blake2b } from './blake2b.ts';

const SIGMA = Buffer.from('expand 32-byte k');
const OVERHEAD = 48;
/** Encodings of X25519 keys, without the key itself (RFC 8410). */
const PRIVATE_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex');
const PUBLIC_PREFIX = Buffer.from('302a300506032b656e032100', 'hex');

function privateKey(secret: Uint8Array) {
  return createPrivateKey({ key: Buffer.concat([PRIVATE_PREFIX, secret]), format: 'der', type: 'pkcs8' });
}

/** The public half of a private key of 32 bytes. */
export function publicKeyOf(secret: Uint8Array): Buffer {
  const spki = createPublicKey(privateKey(secret)).export({ format: 'der', type: 'spki' });
  return spki.subarray(PUBLIC_PREFIX.length);
}

/** Opens a box that was sealed for the private key's other half; undefined for anything else. */
export function openSealedBox(box: Uint8Array, secret: Uint8Array): Buffer | undefined {
  if (box.length < OVERHEAD) return undefined;
  const sender = box.subarray(0, 32);
  const nonce = blake2b(Buffer.concat([sender, publicKeyOf(secret)]), 24);
  const other = createPublicKey({ key: Buffer.concat([PUBLIC_PREFIX, sender]), format: 'der', type: 'spki' });
  let shared: Buffer;
  try {
    shared = diffieHellman({ privateKey: privateKey(secret), publicKey: other });
  } catch {
    // A point of low order: nobody seals with it.
    return undefined;
  }
  const key = hsalsa20(hsalsa20(shared, Buffer.alloc(16)), nonce.subarray(0, 16));
  return openSecretBox(box.subarray(32), nonce.subarray(16), key);
}

/** XSalsa20-Poly1305: the first 32 bytes of the key stream authenticate, the rest encrypts. */
function openSecretBox(box: Uint8Array, nonce: Uint8Array, key: Uint8Array): Buffer | undefined {
  const [tag, text] = [box.subarray(0, 16), box.subarray(16)];
  const stream = keyStream(key, nonce, 32 + text.length);
  if (!timingSafeEqual(poly1305(text, stream.subarray(0, 32)), tag)) return undefined;
  return Buffer.from(text.map((byte, at) => byte ^ stream[32 + at]!));
}

function keyStream(key: Uint8Array, nonce: Uint8Array, length: number): Buffer {
  const blocks: Buffer[] = [];
  for (let counter = 0; counter * 64 < length; counter++) {
    const input = Buffer.alloc(16);
    input.set(nonce);
    input.writeUInt32LE(counter, 8);
    const state = salsaState(key, input);
    const mixed = doubleRounds(state);
    blocks.push(words(mixed.map((word, at) => (word + state[at]!) >>> 0)));
  }
  return Buffer.concat(blocks);
}

/** A key of a key and 16 bytes: https://cr.yp.to/snuffle/xsalsa-20110204.pdf §2 */
function hsalsa20(key: Uint8Array, input: Uint8Array): Buffer {
  const mixed = doubleRounds(salsaState(key, input));
  return words([0, 5, 10, 15, 6, 7, 8, 9].map((at) => mixed[at]!));
}

function salsaState(key: Uint8Array, input: Uint8Array): number[] {
  const bytes = Buffer.concat([
    ...[SIGMA.subarray(0, 4), key.subarray(0, 16), SIGMA.subarray(4, 8), input],
    ...[SIGMA.subarray(8, 12), key.subarray(16), SIGMA.subarray(12)],
  ]);
  return Array.from({ length: 16 }, (_, at) => bytes.readUInt32LE(at * 4));
}

/** Columns, then rows, of the square of 16 words. */
const QUARTERS = [
  ...[
    [0, 4, 8, 12],
    [5, 9, 13, 1],
    [10, 14, 2, 6],
    [15, 3, 7, 11],
  ],
  ...[
    [0, 1, 2, 3],
    [5, 6, 7, 4],
    [10, 11, 8, 9],
    [15, 12, 13, 14],
  ],
] as const;

function doubleRounds(state: readonly number[]): number[] {
  const x = [...state];
  const step = (to: number, one: number, other: number, bits: number): void => {
    const sum = (x[one]! + x[other]!) >>> 0;
    x[to] = (x[to]! ^ ((sum << bits) | (sum >>> (32 - bits)))) >>> 0;
  };
  for (let round = 0; round < 10; round++) {
    for (const [a, b, c, d] of QUARTERS as readonly (readonly number[])[]) {
      step(b!, a!, d!, 7);
      step(c!, b!, a!, 9);
      step(d!, c!, b!, 13);
      step(a!, d!, c!, 18);
    }
  }
  return x;
}

function words(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [at, value] of values.entries()) bytes.writeUInt32LE(value, at * 4);
  return bytes;
}

/** RFC 8439 §2.5. */
function poly1305(text: Uint8Array, key: Uint8Array): Buffer {
  const number = (bytes: Uint8Array): bigint =>
    bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const r = number(key.subarray(0, 16)) & 0x0ffffffc0ffffffc0ffffffc0fffffffn;
  let sum = 0n;
  for (let at = 0; at < text.length; at += 16) {
    const block = text.subarray(at, at + 16);
    sum = ((sum + number(block) + (1n << BigInt(8 * block.length))) * r) % ((1n << 130n) - 5n);
  }
  sum += number(key.subarray(16, 32));
  return Buffer.from(Array.from({ length: 16 }, (_, at) => Number((sum >> BigInt(8 * at)) & 0xffn)));
}
