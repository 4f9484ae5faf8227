import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  limitVerdict,
  marginOnScale,
  orient,
  relativeVerdict,
} from '../../../src/evaluation/decide-metric.ts';
import type { LimitEvidence, RelativeEvidence } from '../../../src/evaluation/decide-metric.ts';

const difference = (low: number, high: number, more: Partial<RelativeEvidence> = {}) =>
  relativeVerdict({
    identical: false,
    withheld: null,
    interval: { low, high },
    margin: null,
    significant: true,
    ...more,
  });

const limit = (
  kind: 'min' | 'max',
  bound: number,
  [low, value, high]: [number, number, number],
  more: Partial<LimitEvidence> = {},
) =>
  limitVerdict({
    kind,
    limit: bound,
    low,
    value,
    high,
    withheld: null,
    noInterval: null,
    notWorse: false,
    ...more,
  });

describe('the verdict on a paired difference', () => {
  it.each([
    // low, high, margin, significant → verdict, reason
    [0.001, 0.02, 0.005, true, 'better', 'BETTER'],
    [0.001, 0.02, null, true, 'better', 'BETTER'],
    [0, 0.02, null, true, 'inconclusive', 'INCONCLUSIVE'],
    [0, 0.02, 0.005, true, 'not-worse', 'NOT_WORSE'],
    [-0.004, 0.02, 0.005, true, 'not-worse', 'NOT_WORSE'],
    [-0.004, -0.001, 0.005, true, 'not-worse', 'NOT_WORSE'],
    [-0.005, 0.02, 0.005, true, 'inconclusive', 'INCONCLUSIVE'],
    [-0.02, -0.001, 0.005, true, 'worse', 'WORSE'],
    [-0.02, -0.001, 0.005, false, 'inconclusive', 'INCONCLUSIVE'],
    [-0.02, 0, 0.005, true, 'inconclusive', 'INCONCLUSIVE'],
    [-0.02, -0.001, null, true, 'worse', 'WORSE'],
    [-0.02, 0.01, null, true, 'inconclusive', 'INCONCLUSIVE'],
    [-0.02, 0.01, 0, true, 'inconclusive', 'INCONCLUSIVE'],
    [0, 0, 0, true, 'inconclusive', 'INCONCLUSIVE'],
  ] as const)(
    'interval [%d, %d], margin %s, significant %s: %s',
    (low, high, margin, significant, verdict, reason) => {
      expect(difference(low, high, { margin, significant })).toEqual({ verdict, reason });
    },
  );

  it('calls identical predictions not worse before anything else is asked', () => {
    expect(difference(Number.NaN, Number.NaN, { identical: true, withheld: 'ONE_CLASS' })).toEqual({
      verdict: 'not-worse',
      reason: 'IDENTICAL',
    });
  });

  it('passes on why data cannot be judged, whatever the interval says', () => {
    expect(difference(0.1, 0.2, { withheld: 'TOO_FEW_EVENTS', margin: 1 })).toEqual({
      verdict: 'inconclusive',
      reason: 'TOO_FEW_EVENTS',
    });
  });

  it.each([
    [Number.NaN, 0.1],
    [0.05, Number.NaN],
  ])('decides nothing on half an interval [%d, %d]', (low, high) => {
    expect(difference(low, high, { margin: 0.5 })).toEqual({
      verdict: 'inconclusive',
      reason: 'NOT_A_NUMBER',
    });
  });

  it('never becomes stricter when the margin grows', () => {
    const rank = { worse: 0, inconclusive: 1, 'not-worse': 2, better: 3 };
    fc.assert(
      fc.property(
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (low, width, a, b) => {
          const [small, large] = a < b ? [a, b] : [b, a];
          const strict = difference(low, low + width, { margin: small }).verdict;
          const lenient = difference(low, low + width, { margin: large }).verdict;
          expect(rank[lenient]).toBeGreaterThanOrEqual(rank[strict]);
        },
      ),
    );
  });
});

describe('orient and margins', () => {
  it('mirrors the interval of a metric where lower is better', () => {
    expect(orient(-0.3, 0.1, 'lower')).toEqual({ low: -0.1, high: 0.3 });
    expect(orient(-0.3, 0.1, 'higher')).toEqual({ low: -0.3, high: 0.1 });
  });

  it('puts a share of the baseline on the log ratio, in the direction of the loss', () => {
    expect(marginOnScale({ value: 0.2, relative: true }, 'higher')).toBeCloseTo(-Math.log(0.8), 12);
    expect(marginOnScale({ value: 0.2, relative: true }, 'lower')).toBeCloseTo(Math.log(1.2), 12);
    expect(marginOnScale({ value: 1, relative: true }, 'higher')).toBe(Number.POSITIVE_INFINITY);
    expect(marginOnScale({ value: 1.5, relative: true }, 'higher')).toBe(Number.POSITIVE_INFINITY);
    expect(marginOnScale({ value: 1.5, relative: true }, 'lower')).toBeCloseTo(Math.log(2.5), 12);
    expect(marginOnScale({ value: 0.2, relative: false }, 'lower')).toBe(0.2);
  });
});

describe('the verdict on a limit', () => {
  it.each([
    ['min', 0.8, [0.8, 0.85, 0.9], 'pass', 'FLOOR_REACHED'],
    ['min', 0.8, [0.7, 0.75, 0.79], 'fail', 'FLOOR_MISSED'],
    ['min', 0.8, [0.7, 0.75, 0.8], 'inconclusive', 'INCONCLUSIVE'],
    ['min', 0.8, [0.79, 0.85, 0.9], 'inconclusive', 'INCONCLUSIVE'],
    ['max', 0.3, [0.1, 0.2, 0.3], 'pass', 'FLOOR_REACHED'],
    ['max', 0.3, [0.31, 0.4, 0.5], 'fail', 'FLOOR_MISSED'],
    ['max', 0.3, [0.3, 0.4, 0.5], 'inconclusive', 'INCONCLUSIVE'],
    ['max', 0.3, [0.1, 0.2, 0.31], 'inconclusive', 'INCONCLUSIVE'],
  ] as const)('%s %d against %j: %s', (kind, bound, [low, value, high], verdict, reason) => {
    expect(limit(kind, bound, [low, value, high])).toEqual({ verdict, reason });
  });

  it('passes by FLOOR where the value reaches the limit and the same metric is not worse', () => {
    expect(limit('min', 0.8, [0.79, 0.8, 0.9], { notWorse: true })).toEqual({
      verdict: 'pass',
      reason: 'FLOOR',
    });
    expect(limit('max', 0.3, [0.1, 0.3, 0.4], { notWorse: true })).toEqual({
      verdict: 'pass',
      reason: 'FLOOR',
    });
    expect(limit('min', 0.8, [0.7, 0.79, 0.9], { notWorse: true }).verdict).toBe('inconclusive');
    expect(limit('max', 0.3, [0.1, 0.31, 0.4], { notWorse: true }).verdict).toBe('inconclusive');
  });

  it('reads FLOOR also where only the interval is withheld', () => {
    const none: [number, number, number] = [Number.NaN, 0.99, Number.NaN];
    expect(limit('min', 0.8, none, { noInterval: 'TOO_FEW_EVENTS', notWorse: true })).toEqual({
      verdict: 'pass',
      reason: 'FLOOR',
    });
    expect(limit('min', 0.8, none, { noInterval: 'TOO_FEW_EVENTS' })).toEqual({
      verdict: 'inconclusive',
      reason: 'TOO_FEW_EVENTS',
    });
  });

  it('decides nothing below the data floor or without a value', () => {
    expect(limit('min', 0, [0.5, 0.6, 0.7], { withheld: 'TOO_FEW_UNITS', notWorse: true })).toEqual({
      verdict: 'inconclusive',
      reason: 'TOO_FEW_UNITS',
    });
    expect(limit('min', 0, [0.5, Number.NaN, 0.7])).toEqual({
      verdict: 'inconclusive',
      reason: 'NOT_A_NUMBER',
    });
  });
});
