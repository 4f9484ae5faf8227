import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { decideGates, gateOfRelative, guardVerdict } from '../../../src/evaluation/decide-gates.ts';
import type { GuardedSlice } from '../../../src/evaluation/decide-gates.ts';
import type { GateResult } from '../../../src/contracts/comparison.ts';

type Gate = Pick<GateResult, 'verdict' | 'reason'>;

const pass: Gate = { verdict: 'pass', reason: 'NOT_WORSE' };
const fail: Gate = { verdict: 'fail', reason: 'WORSE' };
const open: Gate = { verdict: 'inconclusive', reason: 'INCONCLUSIVE' };
const first: Gate = { verdict: 'skipped', reason: 'FIRST_VERSION' };
const inactive: Gate = { verdict: 'skipped', reason: 'NOT_ACTIVE' };

describe('the decision of several gates', () => {
  it.each([
    [[], 'skipped', 'NO_GATES'],
    [[pass], 'pass', 'ALL_GATES_PASS'],
    [[pass, pass], 'pass', 'ALL_GATES_PASS'],
    [[pass, open, fail], 'fail', 'GATE_FAILED'],
    [[pass, open], 'inconclusive', 'GATE_INCONCLUSIVE'],
    [[first], 'inconclusive', 'FIRST_VERSION'],
    [[inactive, first], 'inconclusive', 'FIRST_VERSION'],
    [[first, pass], 'pass', 'ALL_GATES_PASS'],
    [[first, fail], 'fail', 'GATE_FAILED'],
    [[inactive], 'inconclusive', 'NOT_ACTIVE'],
    [[inactive, pass], 'pass', 'ALL_GATES_PASS'],
  ] as [Gate[], string, string][])('%j: %s, %s', (gates, decision, reason) => {
    expect(decideGates(gates, null)).toEqual({ decision, reason });
  });

  it('names the code that all inconclusive gates share, and only then', () => {
    const few: Gate = { verdict: 'inconclusive', reason: 'TOO_FEW_UNITS' };
    expect(decideGates([few, pass, few], null).reason).toBe('TOO_FEW_UNITS');
    expect(decideGates([few, open], null).reason).toBe('GATE_INCONCLUSIVE');
    expect(decideGates([few, { verdict: 'inconclusive', reason: 'ONE_CLASS' }], null).reason).toBe(
      'GATE_INCONCLUSIVE',
    );
  });

  it('fails on incomplete predictions whatever the gates say, with or without them', () => {
    expect(decideGates([pass], 'PREDICTIONS_INCOMPLETE')).toEqual({
      decision: 'fail',
      reason: 'PREDICTIONS_INCOMPLETE',
    });
    expect(decideGates([], 'PREDICTIONS_INCOMPLETE').decision).toBe('fail');
  });

  it('is inconclusive on a broken baseline, unless a limit is missed', () => {
    expect(decideGates([pass], 'BASELINE_NOT_FINITE')).toEqual({
      decision: 'inconclusive',
      reason: 'BASELINE_NOT_FINITE',
    });
    expect(decideGates([], 'BASELINE_NOT_FINITE').decision).toBe('inconclusive');
    expect(decideGates([fail], 'BASELINE_NOT_FINITE').decision).toBe('fail');
  });

  it('passes only when some gate passes and none fails or is open', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(pass, fail, open, first, inactive), { maxLength: 6 }), (gates) => {
        const { decision } = decideGates(gates, null);
        const may =
          gates.some((gate) => gate.verdict === 'pass') &&
          gates.every((gate) => gate.verdict === 'pass' || gate.verdict === 'skipped');
        expect(decision === 'pass').toBe(may);
      }),
    );
  });
});

describe('a not-worse-by gate', () => {
  it('fails on worse, passes on better and not-worse, and is open on inconclusive', () => {
    expect((['worse', 'better', 'not-worse', 'inconclusive'] as const).map(gateOfRelative)).toEqual([
      'fail',
      'pass',
      'pass',
      'inconclusive',
    ]);
  });
});

describe('a guard over slices', () => {
  const slice = (
    gain: number,
    adjusted: number,
    withheld: GuardedSlice['withheld'] = null,
    name = 's',
  ): GuardedSlice => ({ name, gain, adjusted, withheld });

  it('fails only on a drop that reaches the limit and is significant', () => {
    expect(guardVerdict([slice(-0.05, 0.01), slice(0.1, 1)], 0.03, 0.05)).toMatchObject({
      verdict: 'fail',
      reason: 'SLICE_DROPPED',
    });
    expect(guardVerdict([slice(-0.03, 0.01)], 0.03, 0.05).verdict).toBe('fail');
    expect(guardVerdict([slice(-0.029, 0.001)], 0.03, 0.05).verdict).toBe('pass');
    expect(guardVerdict([slice(-0.5, 0.05)], 0.03, 0.05)).toMatchObject({
      verdict: 'pass',
      reason: 'SLICES_HOLD',
    });
    expect(guardVerdict([slice(0.5, 0.001)], 0.03, 0.05).verdict).toBe('pass');
  });

  it('lists the dropped slices, worst first, and counts those too small to test', () => {
    const verdict = guardVerdict(
      [
        slice(-0.05, 0, null, 'a'),
        slice(-0.1, 0, null, 'd'),
        slice(-0.2, 0, null, 'b'),
        slice(-0.9, 0, 'TOO_FEW_UNITS', 'c'),
      ],
      0.03,
      0.05,
    );
    expect(verdict.dropped.map(({ name }) => name)).toEqual(['b', 'd', 'a']);
    expect(verdict.unseen).toBe(1);
  });

  it('is inconclusive where no slice can be tested', () => {
    expect(guardVerdict([slice(-0.9, 0, 'TOO_FEW_EVENTS')], 0.03, 0.05)).toMatchObject({
      verdict: 'inconclusive',
      reason: 'TOO_FEW_EVENTS',
    });
    expect(guardVerdict([], 0.03, 0.05)).toMatchObject({ verdict: 'inconclusive', reason: 'TOO_FEW_ROWS' });
  });
});
