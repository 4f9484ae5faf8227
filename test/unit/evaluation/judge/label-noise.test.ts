import { describe, expect, it } from 'vitest';

import { labelSuspects, turningPoint } from '../../../../src/evaluation/judge/label-noise.ts';
import { resolveMetric } from '../../../../src/evaluation/metrics/index.ts';
import type { Answers } from '../../../../src/evaluation/metrics/index.ts';

const context = { units: null, alpha: 0.05, seed: 0 };

describe('the number of wrong labels that turns a verdict', () => {
  const y = Uint8Array.from({ length: 400 }, (_, i) => i % 2);
  const answers: Answers = { task: 'binary', y, rows: 400, weight: null };
  const right = Float64Array.from(y);
  const wrongIn = (count: number) => ({
    prediction: right.map((value, i) => (i < count ? 1 - value : value)),
  });
  const metric = resolveMetric('accuracy', 'binary', { threshold: 0.5 });
  const turn = (ours: number, theirs: number, margin: number | null) =>
    turningPoint({
      metric,
      margin: margin === null ? null : { value: margin, relative: false },
      answers,
      candidate: wrongIn(ours),
      baseline: wrongIn(theirs),
      context,
    });

  it('is the smallest one', () => {
    const found = turn(0, 30, null);

    expect(found).toMatchObject({ metric: 'accuracy', verdict: 'better' });
    // 30 rows are won; with k of them mislabelled 30 - k are won and k lost: Bonett-Price's interval reaches 0 at k = 10: (30 - 2k) ≤ 1.96·√(32 - (30 - 2k)²/402).
    expect(found!.labels).toBe(10);
  });

  it('turns a worse verdict too', () => {
    expect(turn(30, 0, null)).toEqual({ metric: 'accuracy', verdict: 'worse', labels: 10 });
  });

  it('is not asked where the verdict is open', () => {
    expect(turn(5, 4, null)).toBeNull();
  });
});

describe('suspect labels', () => {
  it('are rows that both models confidently contradict, the most contradicted first', () => {
    const answers: Answers = { task: 'binary', y: Uint8Array.of(1, 0, 1, 0), rows: 4, weight: null };
    const ours = { score: Float64Array.of(0.05, 0.95, 0.02, 0.5) };
    const theirs = { score: Float64Array.of(0.08, 0.97, 0.5, 0.1) };

    expect(labelSuspects(answers, ours, theirs).map(({ row }) => row)).toEqual([1, 0]);
  });

  it('are not guessed from scores that are no probabilities', () => {
    const answers: Answers = { task: 'binary', y: Uint8Array.of(1, 0), rows: 2, weight: null };

    expect(
      labelSuspects(answers, { score: Float64Array.of(-3, 4) }, { score: Float64Array.of(-3, 4) }),
    ).toEqual([]);
  });
});
