import { describe, expect, it } from 'vitest';

import { InputError } from '../../../../src/contracts/errors.ts';
import { judge } from '../../../../src/evaluation/index.ts';
import type { JudgeInput } from '../../../../src/evaluation/index.ts';
import { EvaluateSchema } from '../../../../src/evaluation/schema.ts';
import {
  columnOf,
  dropColumns,
  hashCells,
  hashRows,
  tableOf,
  takeRows,
  timeColumn,
  withColumn,
} from '../../../../src/table/index.ts';
import type { Cell, Table } from '../../../../src/table/index.ts';
import { binaryRows } from '../rows.ts';

function table(columns: Record<string, readonly Cell[]>): Table {
  return tableOf(Object.entries(columns).map(([name, values]) => [name, columnOf(values)] as const));
}

const DAY = 24 * 3_600_000;
const data = binaryRows(600);
const ids = data.target.map((_, i) => i + 1000);
const answers = withColumn(
  table({
    id: ids,
    target: data.target.map((y) => (y === 1 ? 'yes' : 'no')),
    tenure: ids.map((_, i) => i % 12),
    words: ids.map(() => 10),
  }),
  'ts',
  timeColumn(ids.map((_, i) => (i % 40) * DAY + i)),
);
const candidate = table({ score: data.candidate });
const baseline = table({ score: data.baseline });

type Evaluate = Parameters<typeof EvaluateSchema.parse>[0];

function run(
  more: Partial<JudgeInput> = {},
  evaluate: Evaluate = { metrics: ['roc_auc'], gates: [{ metric: 'roc_auc', 'not-worse-by': 0.05 }] },
) {
  return judge({
    task: 'binary',
    answers,
    candidate,
    baseline,
    data: { id: 'id' },
    positive: 'yes',
    evaluate: EvaluateSchema.parse(evaluate),
    ...more,
  });
}

/** What a model keeps of its training rows. */
function trainingHashes(source: Table, id: string) {
  return { ids: hashCells(source.columns.get(id)!).sort(), rows: hashRows(dropColumns(source, [id])).sort() };
}

function upTo(count: number, from = 0): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => from + i);
}

describe('judging a run', () => {
  it('reads predictions row by row beside the answers, or by id', () => {
    const withIds = takeRows(withColumn(candidate, 'id', columnOf(ids)), upTo(600).reverse());

    expect(run().comparison.decision).toBe('pass');
    expect(run({ candidate: withIds }).comparison).toEqual(run().comparison);
  });

  it('judges by days where the unit is a block of time', () => {
    const { unit } = run({ data: { id: 'id', unit: { time: 'ts', block: DAY } } }).comparison;

    expect(unit).toMatchObject({ name: 'day', count: 40 });
  });

  it('tests declared slices, by column and by expression', () => {
    const { comparison } = run(
      {},
      {
        metrics: ['roc_auc'],
        slices: ['tenure < 6'],
        gates: [{ slices: 'declared', metric: 'recall', 'max-drop': 0.2 }],
      },
    );

    expect(comparison.slices.map(({ name, metric }) => [name, metric])).toEqual([
      ['tenure < 6', 'roc_auc'],
      ['tenure < 6', 'recall'],
    ]);
    expect(comparison.gates).toMatchObject([{ verdict: 'pass', reason: 'SLICES_HOLD' }]);
  });

  it('fails a candidate that leaves a row out', () => {
    const short = takeRows(candidate, upTo(599));
    const unknown = withColumn(candidate, 'id', columnOf([...ids.slice(1), 5]));

    expect(run({ candidate: short }).comparison).toMatchObject({
      decision: 'fail',
      reason: 'PREDICTIONS_INCOMPLETE',
    });
    expect(run({ candidate: unknown }).comparison).toMatchObject({
      decision: 'fail',
      reason: 'PREDICTIONS_INCOMPLETE',
    });
  });

  it('gives each model its own threshold', () => {
    const metrics = { metrics: ['accuracy'] };
    const strict = run({ threshold: { candidate: 0.9, baseline: 0.5 } }, metrics).comparison.metrics[0];
    const same = run({ threshold: 0.5 }, metrics).comparison.metrics[0];

    expect(strict?.baseline).toEqual(same?.baseline);
    expect(strict?.candidate).not.toEqual(same?.candidate);
  });

  it('computes custom metrics over columns of the predictions and of the data', () => {
    const predictions = (edits: number) => table({ edits: ids.map((_, i) => edits + (i % 3)) });
    const { comparison } = run(
      { task: 'scores', candidate: predictions(1), baseline: predictions(2) },
      {
        metrics: [{ name: 'wer', ratio: ['edits', 'words'], direction: 'lower' }],
        gates: [{ metric: 'wer', 'not-worse-by': 0.01 }],
      },
    );

    expect(comparison.metrics[0]).toMatchObject({
      name: 'wer',
      candidate: { value: expect.closeTo(0.2, 12) },
      baseline: { value: expect.closeTo(0.3, 12) },
      verdict: 'better',
    });
  });

  it('says that a metric with a command is not judged, and skips its gates', () => {
    const { comparison } = run(
      {},
      {
        metrics: ['roc_auc', { name: 'map50', run: 'python map.py', direction: 'higher' }],
        gates: [
          { metric: 'map50', min: 0.5 },
          { metric: 'roc_auc', min: 0.6 },
        ],
      },
    );

    expect(comparison.gates.map(({ verdict, reason }) => [verdict, reason])).toEqual([
      ['skipped', 'NOT_ACTIVE'],
      ['pass', 'FLOOR_REACHED'],
    ]);
    expect(comparison.warnings).toContainEqual({
      code: 'NOT_ACTIVE',
      message: expect.stringContaining('map50'),
    });
  });

  it('judges suites by the class that a score means', () => {
    const suite = (target: string[], score: number[]) => ({
      golden: { answers: table({ id: [1, 2], target }), candidate: table({ score }) },
    });
    const gates = { metrics: ['roc_auc'], gates: [{ suite: 'golden' }] };

    expect(run({ suites: suite(['yes', 'no'], [0.9, 0.1]) }, gates).comparison.decision).toBe('pass');
    expect(run({ suites: suite(['yes', 'yes'], [0.9, 0.8]) }, gates).comparison.decision).toBe('pass');
    expect(run({ suites: suite(['yes', 'yes'], [0.9, 0.1]) }, gates).comparison).toMatchObject({
      decision: 'fail',
      gates: [{ message: expect.stringContaining('2: expected yes, predicted') }],
    });
  });

  it('takes the threshold of recall@fpr from the validation rows', () => {
    const validation = { answers, candidate, baseline };
    const name = 'recall@fpr<=5%';
    const own = run({}, { metrics: [name] });
    const given = run({ validation }, { metrics: [name] });

    expect(given.rows.candidate?.thresholds?.get(name)).toBeTypeOf('number');
    expect(own.rows.candidate).not.toHaveProperty('thresholds');
    expect(given.comparison.metrics[0]?.candidate.value).toBeCloseTo(
      own.comparison.metrics[0]?.candidate.value ?? 0,
      9,
    );
  });

  it('refuses columns that do not exist, all at once', () => {
    let found: string[] = [];
    try {
      run(
        { data: { id: 'id', target: 'tarket', unit: 'tenur', weight: 'w' } },
        { metrics: ['roc_auc'], slices: ['tenuer < 3'] },
      );
    } catch (error) {
      found =
        error instanceof InputError ? error.problems.map(({ message }) => message.split(':')[0] ?? '') : [];
    }

    expect(found).toEqual([expect.stringContaining('tarket'), 'unit', 'slice "tenuer < 3"', 'weight']);
  });

  it('states what the set can hold, and warns of a gate that is too tight for it', () => {
    const { power, comparison } = run(
      {},
      { metrics: ['roc_auc'], gates: [{ metric: 'roc_auc', 'not-worse-by': 0.001 }] },
    );

    expect(power).toMatchObject([{ gate: 'roc_auc not-worse-by 0.001' }]);
    expect(power[0]!.inconclusive).toBeGreaterThan(0.8);
    expect(comparison.warnings).toContainEqual({
      code: 'GATE_TOO_TIGHT',
      message: expect.stringMatching(
        /ends inconclusive for 9\d % of harmless changes; this set can hold 0\.0\d+$/,
      ),
    });
  });

  it('states what the set can hold as a share where the margin is one', () => {
    const { comparison } = run(
      {},
      { metrics: ['log_loss'], gates: [{ metric: 'log_loss', 'not-worse-by': '0.1%' }] },
    );

    expect(comparison.warnings.find(({ code }) => code === 'GATE_TOO_TIGHT')?.message).toMatch(
      /this set can hold \d+(?:\.\d+)?%$/,
    );
  });

  it('finds how many wrong labels would turn the verdict', () => {
    const { turning } = run();

    expect(turning).toMatchObject({ metric: 'roc_auc', verdict: 'not-worse' });
    expect(turning!.labels).toBeGreaterThan(0);
    expect(turning!.labels).toBeLessThan(60);
  });
});

describe('rows met in training', () => {
  it('are taken out and counted, by id', () => {
    const training = [trainingHashes(takeRows(answers, upTo(10)), 'id')];
    const judged = run({ training });

    expect(judged.leaks).toMatchObject({ removed: 10, byId: 10, share: 10 / 600 });
    expect(judged.comparison).toMatchObject({ rows: 590, decision: 'pass' });
    expect(judged.rows.positions[0]).toBe(10);
    expect(judged.comparison.warnings).toContainEqual({
      code: 'LEAKS_REMOVED',
      message: expect.stringContaining('10 of 600 test rows (1.7 %)'),
    });
  });

  it('are found by their content where the id says nothing', () => {
    const others = withColumn(takeRows(answers, upTo(10)), 'id', columnOf(upTo(10)));

    expect(run({ training: [trainingHashes(others, 'id')] }).leaks).toMatchObject({
      removed: 10,
      byId: 0,
      byContent: 10,
    });
  });

  it('prove nothing by content where rows repeat anyway', () => {
    const small = table({ id: ids, target: data.target, a: ids.map((_, i) => i % 4) });
    const training = [trainingHashes(withColumn(small, 'id', columnOf(upTo(600))), 'id')];

    expect(run({ answers: small, positive: 1, training }).leaks.removed).toBe(0);
  });

  it('make the verdict LEAKED above 5 %', () => {
    const judged = run({ training: [trainingHashes(takeRows(answers, upTo(60)), 'id')] });

    expect(judged.comparison).toMatchObject({ decision: 'inconclusive', reason: 'LEAKED', rows: 540 });
  });
});

describe('a test set that differs from the base’s', () => {
  const old = {
    answers: takeRows(answers, upTo(400)),
    candidate: takeRows(candidate, upTo(400)),
    baseline: takeRows(baseline, upTo(400)),
  };

  it('lets the old one decide and shows the added rows apart', () => {
    const judged = run({ testSet: { status: 'changed', old } });

    expect(judged.comparison).toMatchObject({ rows: 400, decision: 'pass' });
    expect(judged.beside).toMatchObject({ what: 'added rows', comparison: { rows: 200 } });
  });

  it('shows the whole new set beside the old one where it is another', () => {
    const elsewhere = { ...old, answers: withColumn(old.answers, 'id', columnOf(upTo(400))) };

    expect(run({ testSet: { status: 'changed', old: elsewhere } }).beside).toMatchObject({
      what: 'new test set',
      comparison: { rows: 600 },
    });
  });

  it('passes nothing where the old one could not be judged', () => {
    expect(run({ testSet: { status: 'changed', old: null } }).comparison).toMatchObject({
      decision: 'inconclusive',
      reason: 'TEST_CHANGED',
    });
  });

  it('lets the new one decide where the window only moved on', () => {
    const judged = run({ testSet: { status: 'rolled', old } });

    expect(judged.comparison).toMatchObject({ rows: 600, decision: 'pass' });
    expect(judged.comparison.warnings).toContainEqual(expect.objectContaining({ code: 'TEST_ROLLED' }));
  });
});
