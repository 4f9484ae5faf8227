import { describe, expect, it } from 'vitest';

import { InputError } from '../../../src/contracts/errors.ts';
import { compare } from '../../../src/evaluation/index.ts';
import type { CompareInput } from '../../../src/evaluation/index.ts';

function problemsOf(run: () => unknown) {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('a level finer than can be resampled', () => {
  it('is refused instead of taking for ever', () => {
    const problems = problemsOf(() =>
      compare({ task: 'binary', target: [0, 1], candidate: { score: [0, 1] }, look: 1_000_000 }),
    );

    expect(problems).toMatchObject([
      { code: 'VALUE_INVALID', message: expect.stringContaining('alpha/look') },
    ]);
  });
});

describe('other tasks', () => {
  it('compares regressions', () => {
    const target = Array.from({ length: 400 }, (_, i) => Math.sin(i) * 10);
    const noisy = (scale: number) => target.map((value, i) => value + scale * Math.cos(i * 7.3));
    const result = compare({
      task: 'regression',
      target,
      candidate: { prediction: noisy(1) },
      baseline: { prediction: noisy(2) },
      margins: { mae: 0.1 },
    });

    expect(result.metrics.map(({ name }) => name)).toEqual(['mae', 'rmse', 'r2']);
    expect(result).toMatchObject({ decision: 'pass', changes: null });
    expect(result.metrics.map(({ verdict }) => verdict)).toEqual(['better', 'better', 'better']);
  });

  it('refuses ranking and says what to do instead', () => {
    const [problem] = problemsOf(() => compare({ task: 'ranking', candidate: { score: [1] } }));

    expect(problem).toMatchObject({
      code: 'METRIC_NOT_FOR_TASK',
      hint: expect.stringContaining('task scores'),
    });
  });
});

describe('suites', () => {
  const base = {
    task: 'binary',
    target: [0, 1],
    candidate: { score: [0.1, 0.9] },
    metrics: ['accuracy'],
    gates: [{ suite: 'golden', expect: 'all' }],
  } as const;

  it('pass when every prediction is as expected', () => {
    expect(
      compare({ ...base, suites: { golden: { target: ['yes', 'no'], prediction: ['yes', 'no'] } } }),
    ).toMatchObject({
      decision: 'pass',
      gates: [{ gate: 'suite golden expect all', reason: 'SUITE_PASSED' }],
    });
  });

  it('fail on one wrong or missing prediction and name it', () => {
    const result = compare({
      ...base,
      suites: {
        golden: { target: ['yes', 'no', 'no'], prediction: ['yes', 'yes', null], id: ['a', 'b', 'c'] },
      },
    });

    expect(result).toMatchObject({ decision: 'fail', gates: [{ reason: 'SUITE_FAILED' }] });
    expect(result.gates[0]?.message).toContain(
      'b: expected no, predicted yes; c: expected no, predicted (missing)',
    );
  });

  it('are inconclusive when they were not evaluated', () => {
    expect(compare(base)).toMatchObject({ decision: 'inconclusive', reason: 'SUITE_MISSING' });
  });

  it('tolerate small differences of a regression', () => {
    const input = {
      task: 'regression',
      target: [1, 2],
      candidate: { prediction: [1, 2] },
      suites: { golden: { target: [1, 2], prediction: [1.01, 2] } },
    } as const;
    const gate = (tolerance?: number) =>
      compare({
        ...input,
        gates: [{ suite: 'golden', expect: 'all', ...(tolerance === undefined ? {} : { tolerance }) }],
      }).decision;

    expect([gate(0.02), gate(0.005), gate()]).toEqual(['pass', 'fail', 'fail']);
  });
});

describe('wrong input', () => {
  it('is refused with every problem at once', () => {
    const problems = problemsOf(() =>
      compare({
        task: 'binary',
        target: [0, 1, 0],
        candidate: { score: [0.1, 0.2, 0.3] },
        baseline: { score: [0.1, 0.2] },
        metrics: ['roc_acu'],
        margins: { accuracy: 'much' },
        alpha: 2,
        unit: [1, 2],
      }),
    );

    expect(problems.map(({ code }) => code).sort()).toEqual([
      'CONFIG_INVALID',
      'METRIC_UNKNOWN',
      'VALUE_INVALID',
      'VALUE_INVALID',
      'VALUE_INVALID',
    ]);
  });

  it.each([
    [{ target: ['a', 'b', 'a', 'b'] }, 'POSITIVE_UNKNOWN'],
    [{ target: ['a', 'b', 'a', 'b'], positive: 'c' }, 'POSITIVE_UNKNOWN'],
    [{ target: ['a', 'b', 'c', 'b'], positive: 'a' }, 'VALUE_INVALID'],
    [{ target: [0, 1, null, 1] }, 'TARGET_MISSING'],
    [{ target: [] as number[] }, 'NO_ROWS'],
    [{ weight: [1, 1, -1, 1] }, 'VALUE_INVALID'],
    [{ candidate: { prediction: [0, 1, 2, 1] } }, 'CLASS_UNKNOWN'],
    [{ candidate: { score: ['a', 'b', 'c', 'd'] } }, 'COLUMN_TYPE'],
    [{ candidate: {} }, 'COLUMN_MISSING'],
    [{ metrics: ['mae'] }, 'METRIC_NOT_FOR_TASK'],
    [{ candidate: { prediction: [0, 1, 0, 1] }, metrics: ['roc_auc'] }, 'METRIC_NOT_FOR_TASK'],
    [{ gates: [{ slices: 'declared', metric: 'recall', 'max-drop': 0.1 }] }, 'CONFIG_REFERENCE'],
    [{ gates: [{ metric: 'accuracy' }] }, 'CONFIG_INVALID'],
    [{ gates: [{ metric: 'mcc', 'not-worse-by': '5%' }] }, 'METRIC_NOT_FOR_TASK'],
    [{ slices: { id: ['a', 'b'] } }, 'VALUE_INVALID'],
  ] as [Partial<CompareInput>, string][])('%j: %s', (more, code) => {
    const base: CompareInput = {
      task: 'binary',
      target: [0, 1, 0, 1],
      candidate: { score: [0.1, 0.9, 0.2, 0.8] },
    };

    expect(problemsOf(() => compare({ ...base, ...more })).map((problem) => problem.code)).toContain(code);
  });

  it('takes the target in every usual spelling of yes and no', () => {
    const scores = { score: [0.1, 0.9, 0.2, 0.8] };
    const auc = (target: CompareInput['target'], positive?: string) =>
      compare({
        task: 'binary',
        target: target!,
        candidate: scores,
        metrics: ['roc_auc'],
        ...(positive === undefined ? {} : { positive }),
      }).metrics[0]?.candidate.value;

    expect(auc([0, 1, 0, 1])).toBe(1);
    expect(auc(['0', '1', '0', '1'])).toBe(1);
    expect(auc([false, true, false, true])).toBe(1);
    expect(auc(['False', 'True', 'False', 'True'])).toBe(1);
    expect(auc([-1, 1, -1, 1])).toBe(1);
    expect(auc(new Uint8Array([0, 1, 0, 1]))).toBe(1);
    expect(auc(['no', 'yes', 'no', 'yes'], 'yes')).toBe(1);
    expect(auc(['no', 'yes', 'no', 'yes'], 'no')).toBe(0);
  });
});
