import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Answers, Outputs } from '../../../../src/evaluation/metrics/index.ts';
import { resolveMetric } from '../../../../src/evaluation/metrics/index.ts';
import { Draw } from '../../../golden/draw.ts';

type Case = { values: Record<string, number | null>; seed: number; n: number; weighted: boolean } & (
  | { task: 'binary'; share: number; grid: number }
  | { task: 'multiclass'; shares: number[]; grid: number }
  | { task: 'regression'; kind: string }
);

const cases = JSON.parse(
  readFileSync(new URL('../../../golden/data/metrics.json', import.meta.url), 'utf8'),
) as Case[];

describe('values equal scikit-learn’s', () => {
  it.each(cases.map((c) => [`${c.task} seed ${c.seed}, ${c.n} rows`, c] as const))('%s', (_, golden) => {
    const { answers, outputs, classes } = draw(golden);

    for (const [name, expected] of Object.entries(golden.values)) {
      const options = { threshold: 0.5, ...(classes === undefined ? {} : { classes }) };
      const { value, reason } = resolveMetric(name, golden.task, options).value(answers, outputs);
      if (expected === null) {
        expect(value, name).toBeNaN();
        expect(reason, name).not.toBeNull();
      } else {
        expect(reason, name).toBeNull();
        expect(Math.abs(value - expected), `${name}: ${value} ≠ ${expected}`).toBeLessThanOrEqual(
          1e-9 * Math.max(1e-3, Math.abs(expected)),
        );
      }
    }
  });
});

function draw(golden: Case): { answers: Answers; outputs: Outputs; classes?: string[] } {
  const random = new Draw(golden.seed);
  const { n } = golden;
  if (golden.task === 'binary') {
    const y = Uint8Array.from(random.uniform(n), (u) => (u < golden.share ? 1 : 0));
    const first = random.uniform(n);
    const second = random.uniform(n);
    let score = first.map((u, i) => u * 0.6 + y[i]! * 0.4 * second[i]!);
    if (golden.grid > 0) score = score.map((s) => Math.floor(s * golden.grid) / golden.grid);
    const weight = golden.weighted ? random.uniform(n).map((u) => Math.floor(u * 8) / 4) : null;
    return { answers: { task: 'binary', y, rows: n, weight }, outputs: { score } };
  }
  if (golden.task === 'multiclass') return drawClasses(golden, random);
  let y = random.uniform(n).map((u) => u * 10 + 0.5);
  if (golden.kind === 'constant') y = y.map(() => 3.7);
  if (golden.kind === 'lognormal') y = random.uniform(n).map((u) => Math.exp(4 * u));
  if (golden.kind === 'grid') y = y.map(Math.floor);
  let prediction = random.uniform(n).map((u, i) => y[i]! + (u - 0.45));
  if (golden.kind === 'grid') prediction = prediction.map((p) => Math.floor(p * 2) / 2);
  const weight = golden.weighted ? random.uniform(n).map((u) => Math.floor(u * 8) / 4) : null;
  return { answers: { task: 'regression', y, rows: n, weight }, outputs: { prediction } };
}

function drawClasses(golden: Case & { task: 'multiclass' }, random: Draw) {
  const { n, shares, grid } = golden;
  const edges: number[] = [];
  for (const share of shares.slice(0, -1)) edges.push((edges.at(-1) ?? 0) + share);
  const y = Int32Array.from(random.uniform(n), (u) => edges.filter((edge) => edge <= u).length);
  let raw = shares.map((_, k) => {
    const first = random.uniform(n);
    const second = random.uniform(n);
    return first.map((u, i) => u + (y[i] === k ? 1 : 0) * 0.5 * second[i]!);
  });
  if (grid > 0) raw = raw.map((column) => column.map((u) => Math.floor(u * grid) / grid + 1 / 64));
  const sums = raw[0]!.map((_, i) => raw.reduce((sum, column) => sum + column[i]!, 0));
  const scores = raw.map((column) => column.map((u, i) => u / sums[i]!));
  const weight = golden.weighted ? random.uniform(n).map((u) => Math.floor(u * 8) / 4 + 0.25) : null;
  const classes = shares.map((_, k) => `c${k}`);
  const answers: Answers = { task: 'multiclass', y, classes, rows: n, weight };
  return { answers, outputs: { scores }, classes };
}
