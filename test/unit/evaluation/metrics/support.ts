import type { Answers, Context, Outputs, Units } from '../../../../src/evaluation/metrics/index.ts';
import { createRandom, effectiveClusters } from '../../../../src/stats/index.ts';

export const BY_ROW: Context = { units: null, alpha: 0.05, seed: 1 };

export interface World {
  readonly answers: Answers;
  readonly candidate: Outputs;
  readonly baseline: Outputs;
}

/** A binary test set whose two models share part of their noise; the candidate separates a little better. */
export function binaryWorld(rows: number, share = 0.3, seed = 1, weight: Float64Array | null = null): World {
  const random = createRandom(seed);
  const y = new Uint8Array(rows);
  const candidate = new Float64Array(rows);
  const baseline = new Float64Array(rows);
  const squash = (x: number): number => 1 / (1 + Math.exp(-x));
  for (let i = 0; i < rows; i++) {
    y[i] = random.uniform() < share ? 1 : 0;
    const shared = random.normal();
    candidate[i] = squash(1.3 * (y[i]! - 0.5) + 0.7 * shared + 0.6 * random.normal());
    baseline[i] = squash(1 * (y[i]! - 0.5) + 0.7 * shared + 0.6 * random.normal());
  }
  return {
    answers: { task: 'binary', y, rows, weight },
    candidate: { score: candidate },
    baseline: { score: baseline },
  };
}

/** A regression whose two models share part of their error. */
export function regressionWorld(rows: number, seed = 1): World {
  const random = createRandom(seed);
  const y = Float64Array.from({ length: rows }, () => 5 + random.normal());
  const shared = y.map(() => random.normal());
  const predict = (noise: number): Float64Array =>
    y.map((v, i) => v + 0.5 * shared[i]! + noise * random.normal());
  return {
    answers: { task: 'regression', y, rows, weight: null },
    candidate: { prediction: predict(0.5) },
    baseline: { prediction: predict(0.7) },
  };
}

/** A multiclass test set. */
export function multiclassWorld(rows: number, shares: readonly number[], seed = 1): World {
  const random = createRandom(seed);
  const classes = shares.map((_, k) => `c${k}`);
  const y = Int32Array.from({ length: rows }, () => {
    let rest = random.uniform();
    return Math.max(
      0,
      shares.findIndex((share) => (rest -= share) < 0),
    );
  });
  const predict = (signal: number): Float64Array[] => {
    const raw = classes.map((_, k) =>
      Float64Array.from(y, (code) => Math.exp((code === k ? signal : 0) + random.normal())),
    );
    return raw.map((column) =>
      column.map((value, i) => value / raw.reduce((sum, other) => sum + other[i]!, 0)),
    );
  };
  return {
    answers: { task: 'multiclass', y, classes, rows, weight: null },
    candidate: { scores: predict(1.2) },
    baseline: { scores: predict(1) },
  };
}

/** Units from the unit of each row. */
export function unitsOf(of: Int32Array, count: number): Units {
  const sizes = new Float64Array(count);
  for (const unit of of) sizes[unit]!++;
  return { name: 'unit', of, count, sizes, effective: effectiveClusters(sizes) };
}
