import { describe, expect, it } from 'vitest';

import { gatePower, seOfInterval } from '../../../src/evaluation/power.ts';
import { unitsNeeded } from '../../../src/stats/index.ts';

// Share of equal models that end inconclusive by rows that disagree, n = 500 / 2,000 / 10,000 (measured by simulation).
const MEASURED: [number, number, [number, number, number]][] = [
  [0.03, 0.01, [76, 25, 0]],
  [0.08, 0.005, [92, 86, 55]],
  [0.08, 0.01, [86, 62, 3]],
  [0.08, 0.02, [64, 9, 0]],
  [0.15, 0.01, [90, 77, 24]],
  [0.15, 0.02, [77, 34, 0]],
];

describe('the power of a not-worse-by gate', () => {
  it.each(MEASURED)('disagreement %d, margin %d: %j', (disagree, margin, shares) => {
    const computed = [500, 2000, 10_000].map(
      (n) => 100 * gatePower(Math.sqrt(disagree / n), margin, 0.05).inconclusive,
    );
    computed.forEach((share, index) => {
      expect(Math.abs(share - shares[index]!)).toBeLessThan(5);
    });
  });

  it('says what a set can hold: 2,000 rows with 8 % disagreement hold 0.018', () => {
    expect(gatePower(Math.sqrt(0.08 / 2000), 0.005, 0.05).holds).toBeCloseTo(0.0177, 4);
  });

  it('asks for about 23,000 more rows where 2,000 with 8 % disagreement meet a margin of 0.005', () => {
    const needed = unitsNeeded(2000, Math.sqrt(0.08 / 2000), 0.005, 0.05);
    expect(needed - 2000).toBeGreaterThan(22_500);
    expect(needed - 2000).toBeLessThan(23_500);
  });

  it('reads the standard error back from a printed interval', () => {
    expect(seOfInterval(-1.959964, 1.959964, 0.05)).toBeCloseTo(1, 6);
    expect(seOfInterval(null, null, 0.05)).toBeNaN();
  });
});
