import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ascendingOrder,
  bootstrapReplicates,
  createRandom,
  midranks,
  percentileInterval,
  resamplesFor,
  sortedQuantile,
} from '../../../src/stats/index.ts';

describe('createRandom', () => {
  it('gives the same stream for the same seed and another for another', () => {
    const first = createRandom(7);
    const again = createRandom(7);
    const other = createRandom(8);

    const draws = Array.from({ length: 5 }, () => first.uint32());

    expect(Array.from({ length: 5 }, () => again.uint32())).toEqual(draws);
    expect(Array.from({ length: 5 }, () => other.uint32())).not.toEqual(draws);
  });

  it('has the moments of its distributions', () => {
    const random = createRandom(1);
    const uniforms = Array.from({ length: 20_000 }, () => random.uniform());
    const normals = Array.from({ length: 20_000 }, () => random.normal());
    const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

    expect(mean(uniforms)).toBeCloseTo(0.5, 1);
    expect(mean(uniforms.map((u) => u * u))).toBeCloseTo(1 / 3, 1);
    expect(mean(normals)).toBeCloseTo(0, 1);
    expect(mean(normals.map((z) => z * z))).toBeCloseTo(1, 1);
  });

  it('draws whole numbers below the count', () => {
    const random = createRandom(3);

    const seen = new Set(Array.from({ length: 200 }, () => random.below(4)));

    expect([...seen].sort()).toEqual([0, 1, 2, 3]);
  });
});

describe('ascendingOrder', () => {
  const reference = (values: number[]): number[] =>
    values.map((_, i) => i).sort((i, j) => values[i]! - values[j]! || i - j);

  it('is stable and takes infinities and both zeros', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true }), { maxLength: 50 }), (values) => {
        expect([...ascendingOrder(Float64Array.from(values))]).toEqual(reference(values));
      }),
    );
  });

  it('sorts many values by radix as a comparison does', () => {
    const random = createRandom(2);
    const special = [0, -0, Infinity, -Infinity, 5e-324, -5e-324, Number.MAX_VALUE];
    const values = Array.from(
      { length: 6000 },
      (_, i) => special[i % 50] ?? Math.round(random.normal() * 1000) / 8,
    );

    expect([...ascendingOrder(Float64Array.from(values))]).toEqual(reference(values));
  });
});

describe('midranks', () => {
  it('sum to n (n + 1) / 2 whatever the ties', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 60 }), (values) => {
        const sum = midranks(Float64Array.from(values)).reduce((a, b) => a + b, 0);
        return sum === (values.length * (values.length + 1)) / 2;
      }),
    );
  });
});

describe('bootstrap', () => {
  it('takes as many resamples as the level asks', () => {
    expect(resamplesFor(0.05)).toBe(2000);
    expect(resamplesFor(0.1 / 3)).toBe(3000);
  });

  it('draws the same rows for the same seed, as many as there are', () => {
    const totals: number[] = [];
    const statistic = (counts: Uint32Array): number => {
      totals.push(counts.reduce((a, b) => a + b, 0));
      return counts[0]!;
    };

    const first = bootstrapReplicates(30, 20, 4, statistic);

    expect(bootstrapReplicates(30, 20, 4, (counts) => counts[0]!)).toEqual(first);
    expect(new Set(totals)).toEqual(new Set([30]));
  });

  it('the percentile interval leaves out what has no value, and gives up when most have none', () => {
    const { low, high, undefinedShare } = percentileInterval(Float64Array.of(1, 2, 3, NaN, 4, 5), 0.5);

    expect([low, high]).toEqual([2, 4]);
    expect(undefinedShare).toBeCloseTo(1 / 6, 12);
    expect(percentileInterval(Float64Array.of(NaN, NaN, 1), 0.05).low).toBeNaN();
  });

  it('quantiles are numpy’s', () => {
    expect(sortedQuantile([1, 2, 4, 8], 0.5)).toBe(3);
    expect(sortedQuantile([1, 2, 4, 8], 1)).toBe(8);
    expect(sortedQuantile([], 0.5)).toBeNaN();
  });
});
