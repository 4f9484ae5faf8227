import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  formatBytes,
  formatCount,
  formatDifference,
  formatDuration,
  formatInterval,
  formatNumber,
  formatP,
  formatPoints,
  formatRoughCount,
  formatShare,
  powerOf,
  precisionOf,
} from '../../../src/report/index.ts';
import { tickPrecision } from '../../../src/report/numbers.ts';

describe('numbers', () => {
  it('have a true minus, no leading zero, and commas', () => {
    expect(formatNumber(0.871)).toBe('.871');
    expect(formatNumber(-0.002)).toBe('−.002');
    expect(formatNumber(1)).toBe('1.000');
    expect(formatNumber(12345.678, { decimals: 1 })).toBe('12,345.7');
    expect(formatNumber(-1234567, { decimals: 0 })).toBe('−1,234,567');
  });

  it('show no sign on what rounds to zero', () => {
    expect(formatNumber(-0.0001)).toBe('.000');
    expect(formatDifference(0.0001)).toBe('.000');
    expect(formatDifference(-0)).toBe('.000');
    expect(formatDifference(0.003)).toBe('+.003');
  });

  it('say what is missing with a dash', () => {
    for (const value of [null, undefined, Number.NaN, Infinity, -Infinity])
      expect(formatNumber(value)).toBe('–');
    expect(formatInterval(null, 0.1)).toBe('–');
    expect(formatInterval(0.1, Number.NaN)).toBe('–');
    expect(formatInterval(-Infinity, 0.1)).toBe('[−∞, .100]');
  });

  it('share one precision: three decimals within one, more for narrow intervals', () => {
    expect(precisionOf(0.874, 0.004)).toEqual({ decimals: 3 });
    expect(precisionOf(0.874, 0.012)).toEqual({ decimals: 3 });
    expect(precisionOf(0.874, 0.0002)).toEqual({ decimals: 4 });
    expect(precisionOf(0.874, Number.NaN)).toEqual({ decimals: 3 });
    expect(precisionOf(13.4, 0.23)).toEqual({ decimals: 2 });
    expect(precisionOf(1340, 23)).toEqual({ decimals: 0 });
    expect(precisionOf(13.4, Number.NaN)).toEqual({ decimals: 1 });
    expect(precisionOf(Number.NaN, 1)).toEqual({ decimals: 3 });
  });

  it('take out a power of ten where they are very large or very small', () => {
    const tiny = precisionOf(1.34e-8, 1.9e-10);
    const huge = precisionOf(1.36e10, 2e8);

    expect(tiny).toEqual({ decimals: 2, exponent: -9 });
    expect(formatNumber(1.339e-8, tiny)).toBe('13.39 × 10⁻⁹');
    expect(formatInterval(-1.83e-9, -1.45e-9, tiny, { signed: true })).toBe('[−1.83, −1.45] × 10⁻⁹');
    expect(formatNumber(1.36e10, huge)).toBe('13.60 × 10⁹');
    expect(formatNumber(1.36e10, huge, true)).toBe('13.60');
    expect(powerOf(huge)).toBe(' × 10⁹');
    expect(powerOf({ decimals: 3 })).toBe('');
  });

  it('write intervals, points, counts, p-values, shares', () => {
    expect(formatInterval(-0.001, 0.007, { decimals: 3 }, { signed: true })).toBe('[−.001, +.007]');
    expect(formatInterval(0.858, 0.884)).toBe('[.858, .884]');
    expect(formatPoints(-0.049)).toBe('−4.9');
    expect(formatPoints(0.0004)).toBe('0.0');
    expect(formatCount(336776)).toBe('336,776');
    expect(formatCount(-12)).toBe('−12');
    expect(formatRoughCount(23_482)).toBe('23,000');
    expect(formatRoughCount(7)).toBe('7');
    expect(formatRoughCount(2.34e12)).toBe('2.3 × 10¹²');
    expect([0.14, 0.003, 0.0004, 1, 0.0996].map(formatP)).toEqual(['.14', '.003', '< .001', '1.0', '.10']);
    expect([0.032, 0.5, 1, 0.1234].map(formatShare)).toEqual(['3.2 %', '50 %', '100 %', '12 %']);
  });

  it('write durations and sizes', () => {
    expect([0, 320, 4210, 59_400, 200_000, 7_500_000, 3_600_000].map(formatDuration)).toEqual([
      '0 ms',
      '320 ms',
      '4.2 s',
      '59 s',
      '3 min 20 s',
      '2 h 5 min',
      '1 h',
    ]);
    expect([640, 12_400, 1_300_000_000, 999_600].map(formatBytes)).toEqual([
      '640 B',
      '12.4 kB',
      '1.3 GB',
      '1.0 MB',
    ]);
  });

  it('give ticks as many decimals as their step has', () => {
    expect(tickPrecision(0.06, 0.01)).toEqual({ decimals: 2 });
    expect(tickPrecision(0.015, 0.005)).toEqual({ decimals: 3 });
    expect(tickPrecision(150, 50)).toEqual({ decimals: 0 });
    expect(tickPrecision(2e9, 5e8)).toEqual({ decimals: 1, exponent: 9 });
    expect(tickPrecision(0, 1)).toEqual({ decimals: 0 });
  });

  it('stay short and say the value to their precision, for any number', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.double({ min: 1e-3, max: 0.5 }),
        (value, share) => {
          const precision = precisionOf(value, Math.abs(value) * share);
          const text = formatNumber(value, precision);
          expect(text.length).toBeLessThan(30);
          expect(text).toMatch(/^−?[\d,]*(?:\.\d+)?(?: × 10⁻?[⁰¹²³⁴-⁹]+)?$/u);
          const bare = Number(formatNumber(value, precision, true).replace('−', '-').replaceAll(',', ''));
          const scale = 10 ** (precision.exponent ?? 0);
          if (Math.abs(value) > 1e-300 && Math.abs(value) < 1e300)
            expect(Math.abs(bare - value / scale)).toBeLessThanOrEqual(
              0.5 * 10 ** -precision.decimals * (1 + 1e-9),
            );
        },
      ),
      { numRuns: 1000, seed: 2 },
    );
  });
});
