import { createRandom } from '../../../src/stats/index.ts';

/** Rows of a binary task: a score with some signal, and a second one with a little more noise. */
export interface BinaryRows {
  readonly target: number[];
  readonly candidate: number[];
  readonly baseline: number[];
}

/** Seeded binary rows; `signal` moves the candidate's scores of positives up, `noise` is what the models do not share. */
export function binaryRows(
  count: number,
  options: { seed?: number; rate?: number; signal?: number; baselineSignal?: number; noise?: number } = {},
): BinaryRows {
  const { seed = 1, rate = 0.3, signal = 1.5, baselineSignal = signal, noise = 0.5 } = options;
  const random = createRandom(seed);
  const squash = (x: number): number => 1 / (1 + Math.exp(-(x - signal / 2)));
  const rows: BinaryRows = { target: [], candidate: [], baseline: [] };
  for (let i = 0; i < count; i++) {
    const y = random.uniform() < rate ? 1 : 0;
    const shared = random.normal();
    rows.target.push(y);
    rows.candidate.push(squash(signal * y + shared + noise * random.normal()));
    rows.baseline.push(squash(baselineSignal * y + shared + noise * random.normal()));
  }
  return rows;
}
