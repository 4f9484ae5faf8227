import { describe, expect, it } from 'vitest';

import { compare } from '../../../src/evaluation/index.ts';
import type { CompareInput } from '../../../src/evaluation/index.ts';
import { binaryRows } from './rows.ts';

function binary(
  count: number,
  more: Partial<CompareInput> = {},
  options: Parameters<typeof binaryRows>[1] = {},
) {
  const { target, candidate, baseline } = binaryRows(count, options);
  return compare({
    task: 'binary',
    target,
    candidate: { score: candidate },
    baseline: { score: baseline },
    metrics: ['roc_auc'],
    ...more,
  });
}

describe('compare without gates', () => {
  it('informs and decides nothing', () => {
    const result = binary(500);

    expect(result).toMatchObject({
      schema: 'slipway.comparison/1',
      decision: 'skipped',
      reason: 'NO_GATES',
      task: 'binary',
      rows: 500,
      claim: 'artifact',
      look: 1,
      unit: { name: 'row', count: 500, design_effect: 1 },
      gates: [],
    });
    expect(result.message).toMatch(/^No gates declared, nothing is decided\. roc_auc 0\.\d+ → 0\.\d+, /);
  });

  it('says which drops are ruled out where it cannot tell', () => {
    expect(binary(500).message).toMatch(/cannot tell, drops over 0\.\d+ ruled out$/);
  });

  it('calls a clearly better and a clearly worse candidate so', () => {
    expect(binary(2000, {}, { signal: 2, baselineSignal: 1 }).metrics[0]?.verdict).toBe('better');
    expect(binary(2000, {}, { signal: 1, baselineSignal: 2 }).metrics[0]?.verdict).toBe('worse');
  });

  it('has no baseline and no difference for one model alone', () => {
    const result = binary(500, { baseline: null });

    expect(result.metrics[0]).not.toHaveProperty('baseline');
    expect(result.metrics[0]).not.toHaveProperty('difference');
    expect(result.metrics[0]?.verdict).toBeNull();
    expect(result.changes).toBeNull();
  });

  it('counts the rows that are fixed, broken and disagreed on', () => {
    const result = compare({
      task: 'multiclass',
      target: ['a', 'b', 'c', 'a'],
      candidate: { prediction: ['a', 'b', 'a', 'c'] },
      baseline: { prediction: ['a', 'c', 'c', 'b'] },
      metrics: ['accuracy'],
    });

    expect(result.changes).toEqual({ fixed: 1, broken: 1, disagree: 3 });
  });
});

describe('gates', () => {
  it('passes not-worse-by where the interval lies above minus the margin', () => {
    const result = binary(2000, { gates: [{ metric: 'roc_auc', 'not-worse-by': 0.05 }] });

    expect(result).toMatchObject({ decision: 'pass', reason: 'ALL_GATES_PASS' });
    expect(result.gates[0]).toMatchObject({
      gate: 'roc_auc not-worse-by 0.05',
      verdict: 'pass',
      reason: 'NOT_WORSE',
    });
    expect(result.metrics[0]).toMatchObject({ margin: 0.05, verdict: 'not-worse', units_needed: null });
  });

  it('reads a margin as a gate', () => {
    expect(binary(2000, { margins: { roc_auc: 0.05 } }).gates[0]?.gate).toBe('roc_auc not-worse-by 0.05');
  });

  it('is inconclusive where the data cannot tell, and says how many rows would', () => {
    const result = binary(300, { margins: { roc_auc: 0.001 } });

    expect(result).toMatchObject({ decision: 'inconclusive', reason: 'GATE_INCONCLUSIVE' });
    expect(result.metrics[0]?.units_needed).toBeGreaterThan(300);
    expect(result.gates[0]?.message).toMatch(
      /300 rows cannot tell this from the tolerated 0\.001; if truly equal, about [\d,]+ rows would decide/,
    );
  });

  it('fails a worse model', () => {
    expect(binary(2000, { margins: { roc_auc: 0.005 } }, { signal: 1, baselineSignal: 2 })).toMatchObject({
      decision: 'fail',
      reason: 'GATE_FAILED',
      gates: [{ verdict: 'fail', reason: 'WORSE' }],
    });
  });

  it('needs Holm-adjusted significance over the gates to call a metric worse', () => {
    const options = { seed: 9, signal: 1.35, baselineSignal: 1.5, noise: 0.7 };
    const one = binary(900, { margins: { roc_auc: 0 } }, options);
    const p = one.metrics[0]?.difference?.p ?? 1;
    const gates = Array.from({ length: Math.ceil(0.05 / p) + 1 }, () => ({
      metric: 'roc_auc',
      'not-worse-by': 0,
    }));

    expect(one.metrics[0]?.verdict).toBe('worse');
    expect(binary(900, { gates }, options)).toMatchObject({
      decision: 'inconclusive',
      metrics: [{ verdict: 'inconclusive' }],
    });
  });

  it('understands lower-is-better metrics: a smaller loss is better, a larger one worse', () => {
    const margins = { log_loss: 0.001 };
    const better = binary(2000, { metrics: ['log_loss'], margins }, { signal: 2, baselineSignal: 1 });
    const worse = binary(2000, { metrics: ['log_loss'], margins }, { signal: 1, baselineSignal: 2 });

    expect(better.metrics[0]).toMatchObject({ direction: 'lower', verdict: 'better' });
    expect(better.metrics[0]?.difference?.value).toBeLessThan(0);
    expect(worse.metrics[0]).toMatchObject({ verdict: 'worse' });
    expect(worse.decision).toBe('fail');
  });

  it('reads limits against the interval of the candidate', () => {
    const gate = (limit: object) => binary(1000, { gates: [{ metric: 'roc_auc', ...limit }] }).gates[0];

    expect(gate({ min: 0.6 })).toMatchObject({
      verdict: 'pass',
      reason: 'FLOOR_REACHED',
      gate: 'roc_auc min 0.6',
    });
    expect(gate({ min: 0.95 })).toMatchObject({ verdict: 'fail', reason: 'FLOOR_MISSED' });
    expect(gate({ max: 0.6 })).toMatchObject({ verdict: 'fail', reason: 'FLOOR_MISSED' });
    expect(gate({ min: 0.83 })).toMatchObject({ verdict: 'inconclusive', reason: 'INCONCLUSIVE' });
  });

  it('passes a limit by FLOOR where the value reaches it and the same metric is not worse', () => {
    const value = binary(1000).metrics[0]?.candidate.value ?? 0;
    const gates = [
      { metric: 'roc_auc', min: value - 0.001 },
      { metric: 'roc_auc', 'not-worse-by': 0.05 },
    ];

    expect(binary(1000, { gates }).gates[0]).toMatchObject({ verdict: 'pass', reason: 'FLOOR' });
    expect(binary(1000, { gates: gates.slice(0, 1) }).decision).toBe('inconclusive');
  });

  it('skips relative gates on a first version; without a limit nothing passes', () => {
    const relative = { metric: 'roc_auc', 'not-worse-by': 0.01 };
    const alone = binary(500, { baseline: null, gates: [relative] });
    const withLimit = binary(500, { baseline: null, gates: [relative, { metric: 'roc_auc', min: 0.6 }] });

    expect(alone).toMatchObject({
      decision: 'inconclusive',
      reason: 'FIRST_VERSION',
      gates: [{ verdict: 'skipped', reason: 'FIRST_VERSION' }],
    });
    expect(withLimit).toMatchObject({
      decision: 'pass',
      gates: [{ verdict: 'skipped' }, { verdict: 'pass' }],
    });
  });

  it('does not judge latency yet, says so, and never passes by it alone', () => {
    const result = binary(500, { gates: [{ metric: 'latency', 'not-worse-by': '20%' }] });

    expect(result).toMatchObject({
      decision: 'inconclusive',
      reason: 'NOT_ACTIVE',
      gates: [{ gate: 'latency not-worse-by 20%', verdict: 'skipped' }],
    });
  });

  it('may leave out the direction of a metric, and are called by its name', () => {
    const ndcg = Array.from({ length: 200 }, (_, i) => (i % 10) / 10);
    const ask = (metric: string) =>
      compare({
        task: 'scores',
        candidate: { columns: { ndcg: ndcg.map((value) => value + 0.1) } },
        baseline: { columns: { ndcg } },
        metrics: ['mean(ndcg):higher'],
        gates: [{ metric, 'not-worse-by': 0.01 }],
      });

    expect(ask('mean(ndcg)').gates).toMatchObject([
      { gate: 'mean(ndcg) not-worse-by 0.01', verdict: 'pass' },
    ]);
    expect(ask('mean(ndcg):higher').gates).toEqual(ask('mean(ndcg)').gates);
  });

  it('gives a hint where another metric than the first is better', () => {
    const result = binary(2000, { metrics: ['accuracy', 'roc_auc'] }, { signal: 2, baselineSignal: 1 });

    expect(result.warnings).toEqual([
      expect.objectContaining({
        code: 'BETTER_ELSEWHERE',
        message: expect.stringContaining('roc_auc is better too'),
      }),
    ]);
  });
});

describe('identical models', () => {
  const { target, candidate } = binaryRows(40, { rate: 0.1 });
  const input = {
    task: 'binary',
    target,
    candidate: { score: candidate },
    baseline: { score: [...candidate] },
    metrics: ['roc_auc'],
  } as const;

  it('are not worse, even below the data floor', () => {
    expect(compare({ ...input, margins: { roc_auc: 0.001 } })).toMatchObject({
      decision: 'pass',
      gates: [{ verdict: 'pass', reason: 'IDENTICAL' }],
      metrics: [
        { verdict: 'not-worse', reason: 'IDENTICAL', difference: { value: 0, low: 0, high: 0, p: 1 } },
      ],
    });
  });

  it('still miss or leave open a limit', () => {
    expect(compare({ ...input, gates: [{ metric: 'roc_auc', min: 0.5 }] })).toMatchObject({
      decision: 'inconclusive',
      reason: 'TOO_FEW_EVENTS',
    });
  });
});

describe('data that cannot be judged', () => {
  it('is inconclusive with the code, and withholds interval and p', () => {
    const result = binary(60, { margins: { roc_auc: 0.5 } }, { rate: 0.05, seed: 4 });

    expect(result).toMatchObject({ decision: 'inconclusive', reason: 'TOO_FEW_EVENTS' });
    expect(result.metrics[0]).toMatchObject({
      verdict: 'inconclusive',
      reason: 'TOO_FEW_EVENTS',
      difference: { low: null, high: null, p: null },
      candidate: { low: null, high: null },
    });
    expect(result.metrics[0]?.difference?.value).toBeTypeOf('number');
  });

  it('has no AUC on one class', () => {
    const result = compare({
      task: 'binary',
      target: new Array<number>(100).fill(0),
      candidate: { score: new Float64Array(100).fill(0.1) },
      baseline: { score: new Float64Array(100).fill(0.2) },
      metrics: ['roc_auc'],
      margins: { roc_auc: 0.1 },
    });

    expect(result).toMatchObject({
      decision: 'inconclusive',
      reason: 'ONE_CLASS',
      metrics: [{ candidate: { value: null }, difference: { value: null } }],
    });
  });

  it('needs ten units', () => {
    const unit = Array.from({ length: 500 }, (_, i) => i % 9);

    expect(binary(500, { unit: { name: 'day', values: unit }, margins: { roc_auc: 0.5 } })).toMatchObject({
      decision: 'inconclusive',
      reason: 'TOO_FEW_UNITS',
      unit: { name: 'day', count: 9 },
    });
  });

  it('fails a candidate that leaves rows out, with or without gates', () => {
    const { target, candidate, baseline } = binaryRows(200);
    const holes: (number | null)[] = [...candidate];
    holes[7] = null;
    holes[8] = Number.POSITIVE_INFINITY;
    const input = {
      task: 'binary',
      target,
      candidate: { score: holes },
      baseline: { score: baseline },
      metrics: ['roc_auc'],
    } as const;

    expect(compare(input)).toMatchObject({
      decision: 'fail',
      reason: 'PREDICTIONS_INCOMPLETE',
      message:
        'Fail: the candidate has no finite prediction for 2 of 200 rows; a model that leaves rows out cannot be judged',
    });
    expect(compare({ ...input, margins: { roc_auc: 0.5 } })).toMatchObject({
      decision: 'fail',
      gates: [{ verdict: 'fail', reason: 'PREDICTIONS_INCOMPLETE' }],
      metrics: [{ verdict: 'fail', reason: 'PREDICTIONS_INCOMPLETE' }],
    });
  });

  it('cannot tell beside a baseline that is not finite, and still reads limits', () => {
    const { target, candidate, baseline } = binaryRows(500);
    baseline[3] = Number.NaN;
    const input = {
      task: 'binary',
      target,
      candidate: { score: candidate },
      baseline: { score: baseline },
      metrics: ['roc_auc'],
    } as const;

    expect(compare({ ...input, margins: { roc_auc: 0.5 } })).toMatchObject({
      decision: 'inconclusive',
      reason: 'BASELINE_NOT_FINITE',
    });
    expect(compare({ ...input, gates: [{ metric: 'roc_auc', min: 0.99 }] })).toMatchObject({
      decision: 'fail',
    });
    expect(compare({ ...input, gates: [{ metric: 'roc_auc', min: 0.5 }] })).toMatchObject({
      decision: 'inconclusive',
    });
  });
});

describe('units and looks', () => {
  it('widens the interval where rows of a unit move together', () => {
    const { target, candidate, baseline } = binaryRows(60);
    const times = 20;
    const repeat = (values: number[]) => values.flatMap((value) => new Array<number>(times).fill(value));
    const unit = target.flatMap((_, i) => new Array<number>(times).fill(i));
    const input = {
      task: 'binary',
      target: repeat(target),
      candidate: { score: repeat(candidate) },
      baseline: { score: repeat(baseline) },
      metrics: ['roc_auc'],
    } as const;
    const byRow = compare(input);
    const byUnit = compare({ ...input, unit });
    const width = ({ metrics }: typeof byRow) =>
      (metrics[0]?.difference?.high ?? 0) - (metrics[0]?.difference?.low ?? 0);

    expect(width(byUnit) / width(byRow)).toBeGreaterThan(4);
    expect(byUnit.unit).toMatchObject({ name: 'unit', count: 60 });
    expect(byUnit.unit.design_effect).toBeGreaterThan(15);
  });

  it('treats units of one row as rows', () => {
    const unit = { name: 'customer', values: Array.from({ length: 300 }, (_, i) => `c${i}`) };
    const [a, b] = [binary(300, { unit }), binary(300)];

    expect(a.metrics).toEqual(b.metrics);
    expect(a.unit).toEqual({ name: 'customer', count: 300, design_effect: 1 });
  });

  it('pays for every look with a wider interval', () => {
    const width = (look: number) => {
      const { difference } = binary(500, { look }).metrics[0]!;
      return difference!.high! - difference!.low!;
    };
    // z(1 - 0.05/20) / z(1 - 0.05/2)
    expect(width(10) / width(1)).toBeCloseTo(2.807 / 1.96, 2);
  });
});

describe('repeats', () => {
  const { target, candidate, baseline } = binaryRows(600);
  const jitter = (scores: number[], by: number) => ({
    score: scores.map((score, i) => Math.min(1, Math.max(0, score + (i % 2 === 0 ? by : -by)))),
  });
  const seeds = (scores: number[], count: number) =>
    Array.from({ length: count }, (_, i) => jitter(scores, 0.03 * i));
  const input = {
    task: 'binary',
    target,
    candidate: { score: candidate },
    baseline: { score: baseline },
    metrics: ['roc_auc'],
  } as const;

  it('support a claim about the change from three on each side', () => {
    const result = compare({
      ...input,
      repeats: { candidate: seeds(candidate, 3), baseline: seeds(baseline, 4) },
    });

    expect(result.claim).toBe('change');
    expect(result.change).toMatchObject({ metric: 'roc_auc', runs: { candidate: 3, baseline: 4 } });
    expect(result.change!.seed_sd).toBeGreaterThan(0);
    const { difference } = result.metrics[0]!;
    expect(result.change!.high - result.change!.low).toBeGreaterThan(difference!.high! - difference!.low!);
  });

  it('support none with two', () => {
    const result = compare({
      ...input,
      repeats: { candidate: seeds(candidate, 2), baseline: seeds(baseline, 4) },
    });

    expect(result).toMatchObject({ claim: 'artifact' });
    expect(result).not.toHaveProperty('change');
  });
});
