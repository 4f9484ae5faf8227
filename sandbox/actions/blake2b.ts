/** BLAKE2b without key (RFC 7693), of any length up to 64 bytes: OpenSSL has only that of 64. */
const IV = [
  ...[0x6a09e667f3bcc908n, 0xbb67ae8584caa73bn, 0x3c6ef372fe94f82bn, 0xa54ff53a5f1d36f1n],
  ...[0x510e527fade682d1n, 0x9b05688c2b3e6c1fn, 0x1f83d9abfb41bd6bn, 0x5be0cd19137e2179n],
];
/** Order of the message words in each round, a hexadecimal digit each (§2.7). */
const SIGMA = [
  '0123456789abcdef',
  'ea489fd61c02b753',
  'b8c052fdae367194',
  '7931dcbe265a40f8',
  '905724afe1bc683d',
  '2c6a0b834d75fe19',
  'c51fed4a0763928b',
  'db7ec13950f4862a',
  '6fe9b308c2d714a5',
  'a2847615fb9e3cd0',
].map((row) => Array.from({ length: 16 }, (_, at) => Number.parseInt(row.charAt(at), 16)));
/** Words that are mixed with each other: columns, then diagonals. */
const QUARTERS = [
  ...[
    [0, 4, 8, 12],
    [1, 5, 9, 13],
    [2, 6, 10, 14],
    [3, 7, 11, 15],
  ],
  ...[
    [0, 5, 10, 15],
    [1, 6, 11, 12],
    [2, 7, 8, 13],
    [3, 4, 9, 14],
  ],
];
const BLOCK = 128;
const ROUNDS = 12;
const MASK = (1n << 64n) - 1n;

const rotate = (word: bigint, bits: bigint): bigint => (word >> bits) | ((word << (64n - bits)) & MASK);

/** The digest of `length` bytes. */
export function blake2b(message: Uint8Array, length: number): Buffer {
  const state = [...IV];
  state[0] = state[0]! ^ 0x01010000n ^ BigInt(length);
  const blocks = Math.max(1, Math.ceil(message.length / BLOCK));
  for (let at = 0; at < blocks; at++) {
    const block = Buffer.alloc(BLOCK);
    block.set(message.subarray(at * BLOCK, (at + 1) * BLOCK));
    const last = at === blocks - 1;
    compress(state, block, BigInt(last ? message.length : (at + 1) * BLOCK), last);
  }
  const digest = Buffer.alloc(64);
  for (const [at, word] of state.entries()) digest.writeBigUInt64LE(word, at * 8);
  return digest.subarray(0, length);
}

function compress(state: bigint[], block: Buffer, count: bigint, last: boolean): void {
  const v = [...state, ...IV];
  v[12] = v[12]! ^ count;
  if (last) v[14] = v[14]! ^ MASK;
  const m = Array.from({ length: 16 }, (_, at) => block.readBigUInt64LE(at * 8));
  for (let round = 0; round < ROUNDS; round++) {
    const order = SIGMA[round % SIGMA.length]!;
    for (const [at, [a, b, c, d]] of (QUARTERS as [number, number, number, number][]).entries()) {
      v[a] = (v[a]! + v[b]! + m[order[2 * at]!]!) & MASK;
      v[d] = rotate(v[d]! ^ v[a], 32n);
      v[c] = (v[c]! + v[d]) & MASK;
      v[b] = rotate(v[b]! ^ v[c], 24n);
      v[a] = (v[a] + v[b] + m[order[2 * at + 1]!]!) & MASK;
      v[d] = rotate(v[d] ^ v[a], 16n);
      v[c] = (v[c] + v[d]) & MASK;
      v[b] = rotate(v[b] ^ v[c], 63n);
    }
  }
  for (let at = 0; at < 8; at++) state[at] = state[at]! ^ v[at]! ^ v[at + 8]!;
}
