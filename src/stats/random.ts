/** A stream of pseudo-random numbers; the same seed gives the same stream on every machine. */
export interface Random {
  /** Uniform 32-bit unsigned integer. */
  uint32(): number;
  /** Uniform in [0, 1) with 53 bits. */
  uniform(): number;
  /** Uniform whole number in [0, count); bias below count / 2^32. */
  below(count: number): number;
  /** Standard normal (Marsaglia's polar method). */
  normal(): number;
}

/**
 * xoshiro128** (Blackman and Vigna 2021, "Scrambled linear pseudorandom number generators"), its state filled from
 * the seed by SplitMix32. `seed` is any finite number; its 64-bit pattern's halves are mixed.
 */
export function createRandom(seed: number): Random {
  const next = createUint32(seed);
  const uniform = (): number => ((next() >>> 5) * 67_108_864 + (next() >>> 6)) / 9_007_199_254_740_992;
  let spare = NaN;
  function normal(): number {
    if (!Number.isNaN(spare)) {
      const value = spare;
      spare = NaN;
      return value;
    }
    for (;;) {
      const u = 2 * uniform() - 1;
      const v = 2 * uniform() - 1;
      const square = u * u + v * v;
      if (square > 0 && square < 1) {
        const factor = Math.sqrt((-2 * Math.log(square)) / square);
        spare = v * factor;
        return u * factor;
      }
    }
  }
  return { uint32: next, uniform, below: (count) => Math.floor((next() / 4_294_967_296) * count), normal };
}

function createUint32(seed: number): () => number {
  const halves = new Uint32Array(new Float64Array([seed + 0]).buffer);
  let mix = (halves[0]! ^ Math.imul(halves[1]!, 0x9e3779b1)) >>> 0;
  const splitMix = (): number => {
    mix = (mix + 0x9e3779b9) >>> 0;
    let z = mix;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  let a = splitMix();
  let b = splitMix();
  let c = splitMix();
  let d = splitMix();
  return () => {
    const five = Math.imul(b, 5);
    const result = Math.imul((five << 7) | (five >>> 25), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    return result;
  };
}
