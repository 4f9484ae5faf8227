/** Draws as test/golden/*.py do: s ← 48271 s mod (2^31 − 1), u = s / (2^31 − 1), exact in doubles. */
export class Draw {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  uniform(count: number): Float64Array {
    const values = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      this.#state = (this.#state * 48271) % 2147483647;
      values[i] = this.#state / 2147483647;
    }
    return values;
  }
}
