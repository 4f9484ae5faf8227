import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bonettPrice,
  clusterVariance,
  deleteAGroupJackknife,
  effectiveClusters,
  kish,
  powerAtEquality,
  satterthwaite,
  smallestVisible,
  topShareOfVariance,
  unitsNeeded,
  wilson,
} from '../../../src/stats/index.ts';

describe('wilson', () => {
  it.each([
    [0, 10, 0, 0.27753279986288926],
    [8, 10, 0.49016247153664183, 0.9433178485456247],
    [95, 100, 0.8882495307680808, 0.9784563208456319],
    [38, 38, 0.9081901317744162, 1],
    [100, 200, 0.4313609, 0.5686391],
    [19, 38, 0.348499283643951, 0.651500716356049],
  ])('%i of %i equals statsmodels', (hits, count, low, high) => {
    const [foundLow, foundHigh] = wilson(hits / count, count, 0.05);

    expect(foundLow).toBeCloseTo(low, 7);
    expect(foundHigh).toBeCloseTo(high, 7);
  });

  it('contains the share and stays within [0, 1]', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 1e6 }),
        (share, count) => {
          const [low, high] = wilson(share, count, 0.05);
          return low >= 0 && high <= 1 && low <= share + 1e-12 && high >= share - 1e-12;
        },
      ),
    );
  });

  it('has no bounds without trials', () => {
    expect(wilson(0.5, 0, 0.05)).toEqual([NaN, NaN]);
  });
});

describe('bonettPrice', () => {
  it('equals the adjusted Wald formula', () => {
    const { centre, se, low, high, p } = bonettPrice(121, 59, 314, 0.05);

    expect(centre).toBeCloseTo(62 / 316, 12);
    expect(se).toBeCloseTo(Math.sqrt((182 / 316 - (62 / 316) ** 2) / 316), 12);
    expect((low + high) / 2).toBeCloseTo(centre, 12);
    expect(p).toBeLessThan(1e-5);
  });

  it('has a width where nothing disagrees', () => {
    const { low, high } = bonettPrice(0, 0, 100, 0.05);

    expect(low).toBeLessThan(0);
    expect(high).toBe(-low);
  });

  it('changes sign when the models are swapped', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.nat(50), fc.integer({ min: 100, max: 1000 }), (b, c, n) => {
        const one = bonettPrice(b, c, n, 0.1);
        const two = bonettPrice(c, b, n, 0.1);
        return Math.abs(one.low + two.high) < 1e-12 && Math.abs(one.p - two.p) < 1e-12;
      }),
    );
  });
});

describe('clusters', () => {
  it('counts equal groups fully and unequal ones less', () => {
    expect(effectiveClusters(Float64Array.of(5, 5, 5, 5))).toBeCloseTo(4, 12);
    expect(effectiveClusters(Float64Array.of(9, 1))).toBeCloseTo(100 / 82, 12);
    expect(effectiveClusters(new Float64Array(3))).toBe(0);
  });

  it('sums by group before squaring, with the leverage of each group', () => {
    const influence = Float64Array.of(0.1, 0.2, -0.3);
    const clusters = { of: Int32Array.of(0, 0, 1), count: 2, sizes: Float64Array.of(2, 1) };

    const variance = clusterVariance(influence, clusters);

    expect(variance).toBeCloseTo((0.3 / (1 / 3)) ** 2 + (0.3 / (2 / 3)) ** 2, 12);
  });

  it('is infinite when one group holds everything that varies', () => {
    const clusters = { of: Int32Array.of(0, 0), count: 1, sizes: Float64Array.of(2) };

    expect(clusterVariance(Float64Array.of(0.5, 0.1), clusters)).toBe(Infinity);
  });

  it('weighs as many rows as Kish says', () => {
    expect(kish([1, 1, 1])).toBeCloseTo(3, 12);
    expect(kish([1, 3])).toBeCloseTo(1.6, 12);
    expect(kish([0, 0])).toBe(0);
  });
});

describe('topShareOfVariance', () => {
  it('is the share of the largest hundredth, at least one row', () => {
    expect(topShareOfVariance(Float64Array.of(3, 1, 1, 1))).toBeCloseTo(9 / 12, 12);
    expect(topShareOfVariance(new Float64Array(4))).toBe(0);
  });

  it('equals sorting', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 400 }), (values) => {
        const squares = values.map((v) => v * v).sort((a, b) => b - a);
        const top = Math.max(1, Math.ceil(values.length / 100));
        const total = squares.reduce((a, b) => a + b, 0);
        const expected = total === 0 ? 0 : squares.slice(0, top).reduce((a, b) => a + b, 0) / total;
        return Math.abs(topShareOfVariance(Float64Array.from(values)) - expected) < 1e-12;
      }),
    );
  });
});

describe('power', () => {
  it('needs (1.96 + 0.84)² (SE/d)² as many units', () => {
    expect(unitsNeeded(1000, 0.01, 0.01, 0.05)).toBe(
      Math.ceil(1000 * (1.959963984540054 + 0.8416212335729143) ** 2),
    );
    expect(unitsNeeded(1000, 0.01, 0, 0.05)).toBeNaN();
  });

  it('decides 80 % of equal models at the smallest visible margin', () => {
    expect(powerAtEquality(0.01, smallestVisible(0.01, 0.05), 0.05)).toBeCloseTo(0.8, 6);
  });
});

describe('components of variance', () => {
  it('add up with Satterthwaite’s degrees of freedom', () => {
    expect(satterthwaite([{ variance: 2, df: Infinity }])).toEqual({ variance: 2, df: Infinity });
    const { variance, df } = satterthwaite([
      { variance: 1, df: 4 },
      { variance: 1, df: 4 },
    ]);
    expect(variance).toBe(2);
    expect(df).toBeCloseTo(8, 12);
  });

  it('the jackknife of a mean over equal groups is its variance', () => {
    const { variance, df } = deleteAGroupJackknife([2, 3, 4]);

    expect(variance).toBeCloseTo((2 / 3) * 2, 12);
    expect(df).toBe(2);
    expect(deleteAGroupJackknife([1]).variance).toBeNaN();
  });
});
