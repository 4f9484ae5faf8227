import { describe, expect, it } from 'vitest';

import { isRelative, marginText, parseGates, parseMargin } from '../../../src/evaluation/gates.ts';
import { collectProblems } from '../../../src/evaluation/input/problems.ts';
import type { AnyGate } from '../../../src/evaluation/index.ts';

function parse(
  gates: readonly AnyGate[],
  margins: Record<string, number | string> = {},
  inactive: string[] = [],
) {
  const problems = collectProblems();
  return {
    gates: parseGates(gates, margins, inactive, problems),
    problems: problems.found.map(({ message }) => message),
  };
}

describe('margins', () => {
  it.each([
    [0.005, 0.005, false],
    ['0.005', 0.005, false],
    [' 20% ', 0.2, true],
    ['.5 %', 0.005, true],
    ['1e-3', 0.001, false],
    [0, 0, false],
    [{ value: 0.3, relative: true }, 0.3, true],
  ])('%j', (text, value, relative) => {
    expect(parseMargin(text)).toEqual({ value, relative });
  });

  it.each(['-1', '5%%', 'much', '', '%', '1 2', 'x5%', -0.1, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses %j',
    (text) => {
      expect(parseMargin(text)).toBeNull();
    },
  );

  it('are written as they were given', () => {
    expect([
      marginText({ value: 0.005, relative: false }),
      marginText({ value: 0.2, relative: true }),
      marginText({ value: 0.07, relative: true }),
    ]).toEqual(['0.005', '20%', '7%']);
  });
});

describe('gates', () => {
  it('have one condition each, in the order they were written', () => {
    const { gates, problems } = parse(
      [
        { metric: 'f1', min: 0.5, max: 0.9, 'not-worse-by': 0.01 },
        { suite: 'golden', expect: 'all', tolerance: 0.5 },
      ],
      { mcc: '5%' },
    );

    expect(problems).toEqual([]);
    expect(gates).toEqual([
      { kind: 'min', metric: 'f1', limit: 0.5, label: 'f1 min 0.5' },
      { kind: 'max', metric: 'f1', limit: 0.9, label: 'f1 max 0.9' },
      {
        kind: 'not-worse',
        metric: 'f1',
        margin: { value: 0.01, relative: false },
        label: 'f1 not-worse-by 0.01',
      },
      { kind: 'suite', suite: 'golden', tolerance: 0.5, label: 'suite golden expect all' },
      {
        kind: 'not-worse',
        metric: 'mcc',
        margin: { value: 0.05, relative: true },
        label: 'mcc not-worse-by 5%',
      },
    ]);
    expect(gates.map(isRelative)).toEqual([false, false, true, false, true]);
  });

  it('guard all declared slices, or some', () => {
    const { gates } = parse([
      { slices: 'declared', metric: 'recall', 'max-drop': 0.03 },
      { slices: ['region', 'plan'], metric: 'recall', 'max-drop': 0.05 },
    ]);

    expect(gates).toEqual([
      {
        kind: 'guard',
        metric: 'recall',
        maxDrop: 0.03,
        only: null,
        label: 'declared slices: recall max-drop 0.03',
      },
      {
        kind: 'guard',
        metric: 'recall',
        maxDrop: 0.05,
        only: ['region', 'plan'],
        label: 'region, plan: recall max-drop 0.05',
      },
    ]);
    expect(gates.map(isRelative)).toEqual([true, true]);
  });

  it('that are not judged yet are kept as inactive', () => {
    const { gates } = parse(
      [
        { metric: 'latency', 'not-worse-by': '20%' },
        { slices: 'declared', metric: 'recall', 'max-gap-increase': 0.02 },
        { metric: 'map50', min: 0.3 },
        { metric: 'f1', min: 0.3 },
      ],
      {},
      ['map50'],
    );

    expect(gates.map(({ kind, label }) => [kind, label])).toEqual([
      ['inactive', 'latency not-worse-by 20%'],
      ['inactive', 'declared slices: recall max-gap-increase 0.02'],
      ['inactive', 'map50 min 0.3'],
      ['min', 'f1 min 0.3'],
    ]);
  });

  it.each([
    [{ metric: 'f1' }, 'gate 1 (f1) has no condition: expected min, max or not-worse-by'],
    [{}, 'gate 1 names neither a metric, nor slices, nor a suite'],
    [{ metric: 'f1', min: 'high' as unknown as number }, 'gate 1: min is high: expected a number'],
    [{ metric: 'f1', max: Number.NaN }, 'gate 1: max is NaN: expected a number'],
    [
      { metric: 'f1', 'not-worse-by': '-3' },
      'gate 1: not-worse-by is -3: expected an amount of 0 or more such as 0.005, or a share of the baseline such as "20%"',
    ],
    [
      { slices: 'declared', metric: 'f1', 'max-drop': 0 },
      'gate 1: max-drop is 0: expected an amount above 0',
    ],
    [{ slices: 'declared', 'max-drop': 0.1 }, 'gate 1: a gate on slices needs a metric'],
    [
      { suite: 'golden', tolerance: 'some' as unknown as number },
      'gate 1: tolerance is some: expected a number',
    ],
  ] as [AnyGate, string][])('%j is refused', (gate, message) => {
    expect(parse([gate]).problems).toEqual([message]);
  });

  it('say which margin is wrong', () => {
    expect(parse([], { f1: 'much' }).problems[0]).toContain('margin of f1: not-worse-by is much');
  });
});
