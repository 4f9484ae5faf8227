import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { compare } from '../../../src/evaluation/index.ts';

interface Example {
  readonly input: {
    rows: number;
    positives: number;
    fixed: number;
    broken: number;
    margins: Record<string, number>;
  };
  readonly difference: { value: number; low: number; high: number; method: string };
  readonly verdict: string;
  readonly decision: string;
}

const page = readFileSync(new URL('../../../docs/verdicts.md', import.meta.url), 'utf8');
const [, block = '{}'] = /<!-- example: compare -->\s*```json\n([\s\S]*?)```/.exec(page) ?? [];
const example = JSON.parse(block) as Example;

describe('the example of docs/verdicts.md', () => {
  const { rows, positives, fixed, broken } = example.input;
  const target = Array.from({ length: rows }, (_, i) => (i < positives ? 1 : 0));
  // Rows 0 … fixed-1 are the candidate's gains, the next `broken` its losses.
  const wrong = (from: number, count: number) =>
    target.map((y, i) => (i >= from && i < from + count ? 1 - y : y));
  const input = {
    task: 'binary',
    target,
    candidate: { prediction: wrong(fixed, broken) },
    baseline: { prediction: wrong(0, fixed) },
    metrics: ['accuracy'],
  } as const;

  it('is what compare answers', () => {
    const result = compare({ ...input, margins: example.input.margins });
    const { difference, verdict } = result.metrics[0]!;

    expect(difference?.method).toBe(example.difference.method);
    expect(difference?.value).toBeCloseTo(example.difference.value, 9);
    expect(difference?.low).toBeCloseTo(example.difference.low, 3);
    expect(difference?.high).toBeCloseTo(example.difference.high, 3);
    expect([verdict, result.decision]).toEqual([example.verdict, example.decision]);
    expect(result.changes).toEqual({ fixed, broken, disagree: fixed + broken });
  });

  it('is inconclusive with the tighter margin that it names', () => {
    expect(compare({ ...input, margins: { accuracy: 0.002 } }).decision).toBe('inconclusive');
  });
});
