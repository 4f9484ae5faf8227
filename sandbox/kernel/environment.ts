import { createHash, randomBytes } from 'node:crypto';

/** What the outside world gives the core; everything else follows from the requests. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}

export interface Randomness {
  bytes(count: number): Buffer;
}

/** The machine's clock. */
export const realClock: Clock = { now: () => Date.now() };

/** A clock that stands still until it is moved: same inputs, same bytes. */
export function manualClock(start = '2026-01-01T00:00:00Z'): Clock & { advance(ms: number): void } {
  let now = Date.parse(start);
  return {
    now: () => now,
    advance: (ms) => {
      now += ms;
    },
  };
}

/** Unguessable bytes. */
export const realRandomness: Randomness = { bytes: (count) => randomBytes(count) };

/** Bytes that only the seed decides: SHA-256 of seed and counter. */
export function seededRandomness(seed: number): Randomness {
  let counter = 0;
  const block = () => createHash('sha256').update(`sandbox/${seed}/${counter++}`).digest();
  return {
    bytes: (count) => {
      const blocks: Buffer[] = [];
      for (let have = 0; have < count; have += 32) blocks.push(block());
      return Buffer.concat(blocks).subarray(0, count);
    },
  };
}

/** ISO time with seconds, as GitHub writes it. */
export function isoTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
