import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { benjaminiHochberg, createRandom, holm, signFlipMaxT } from '../../../src/stats/index.ts';

const P = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216];
const probabilities = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 });

describe('benjaminiHochberg', () => {
  it('equals statsmodels', () => {
    const expected = [0.01, 0.04, 0.084, 0.084, 0.084, 0.1, 0.105714286, 0.216, 0.216, 0.216];

    benjaminiHochberg(P).forEach((q, i) => {
      expect(q).toBeCloseTo(expected[i]!, 8);
    });
  });

  it('lies between p and Holm’s, whatever the order', () => {
    fc.assert(
      fc.property(probabilities, (p) => {
        const strict = holm(p);
        return benjaminiHochberg(p).every((q, i) => q >= p[i]! - 1e-15 && q <= strict[i]! + 1e-12);
      }),
    );
  });
});

describe('holm', () => {
  it('steps down', () => {
    expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
    expect(holm([])).toEqual([]);
    expect(holm([0.6, 0.9])).toEqual([1, 1]);
  });

  it('does not depend on the order', () => {
    fc.assert(
      fc.property(probabilities, (p) => {
        const reversed = holm([...p].reverse()).reverse();
        return holm(p).every((value, i) => Math.abs(value - reversed[i]!) < 1e-12);
      }),
    );
  });
});

describe('signFlipMaxT', () => {
  it('finds a difference among hypotheses that have none', () => {
    const random = createRandom(5);
    const noise = (): Float64Array => Float64Array.from({ length: 200 }, () => random.normal());
    const shifted = noise().map((d) => d + 0.6);

    const { adjusted } = signFlipMaxT([noise(), shifted, noise()], 500, createRandom(1));

    expect(adjusted[1]).toBeLessThan(0.01);
  });

  it('alarms over all hypotheses together as often as its level says', () => {
    const random = createRandom(11);
    let alarms = 0;

    for (let trial = 0; trial < 400; trial++) {
      const slices = Array.from({ length: 5 }, () =>
        Float64Array.from({ length: 40 }, () => random.normal()),
      );
      if (Math.min(...signFlipMaxT(slices, 99, random).adjusted) <= 0.1) alarms++;
    }

    expect(alarms / 400).toBeGreaterThan(0.05);
    expect(alarms / 400).toBeLessThan(0.15);
  });

  it('says p = 1 where nothing differs and is the same for the same seed', () => {
    const flat = [new Float64Array(40), Float64Array.from({ length: 40 }, (_, i) => (i % 3) - 1)];

    const first = signFlipMaxT(flat, 200, createRandom(9));

    expect(first.adjusted[0]).toBe(1);
    expect(signFlipMaxT(flat, 200, createRandom(9))).toEqual(first);
  });
});
