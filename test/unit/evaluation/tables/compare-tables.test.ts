import { describe, expect, it } from 'vitest';

import { InputError } from '../../../../src/contracts/errors.ts';
import { compareTables } from '../../../../src/evaluation/index.ts';
import type { CompareTablesInput, TableOptions } from '../../../../src/evaluation/index.ts';
import { columnOf, tableOf, takeRows } from '../../../../src/table/index.ts';
import type { Cell, Table } from '../../../../src/table/index.ts';
import { binaryRows } from '../rows.ts';

function table(columns: Record<string, readonly Cell[]>): Table {
  return tableOf(Object.entries(columns).map(([name, values]) => [name, columnOf(values)] as const));
}

const rows = binaryRows(400);
const ids = rows.target.map((_, i) => `c${i}`);
const baseline = table({
  id: ids,
  target: rows.target,
  score: rows.baseline,
  day: ids.map((_, i) => i % 40),
  region: ids.map((_, i) => ['NE', 'NW'][i % 2]),
});
const candidate = table({ id: ids, target: rows.target, score: rows.candidate });

function run(more: Partial<Omit<CompareTablesInput, 'options'>> & { options?: Partial<TableOptions> } = {}) {
  return compareTables({
    candidate,
    baseline,
    ...more,
    options: {
      task: 'binary',
      metrics: ['roc_auc'],
      files: { candidate: 'a.csv', baseline: 'b.csv' },
      ...more.options,
    },
  });
}

function problemsOf(action: () => unknown) {
  try {
    action();
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('what is said of broken predictions', () => {
  it('names the cell that is no number, not the first of its column', () => {
    const scores = rows.candidate.map((score, i) => (i === 7 ? 'abc' : i === 3 ? 'NaN' : String(score)));

    const problems = problemsOf(() =>
      run({ candidate: table({ id: ids, target: rows.target, score: scores }) }),
    );

    expect(problems).toMatchObject([
      { code: 'COLUMN_TYPE', message: 'a.csv: column score must hold numbers, row 8 holds abc' },
    ]);
  });

  it('takes rows that are not there as left out, not as another answer', () => {
    const part = takeRows(
      candidate,
      ids.slice(0, 300).map((_, i) => i),
    );

    const comparison = run({ candidate: part, baseline: null, data: baseline });

    expect(comparison).toMatchObject({ decision: 'fail', reason: 'PREDICTIONS_INCOMPLETE' });
  });
});

describe('joining two predictions files', () => {
  it('goes by id, not by the order of the rows', () => {
    const reversed = takeRows(
      candidate,
      ids.map((_, i) => ids.length - 1 - i),
    );

    expect(run({ candidate: reversed }).metrics).toEqual(run().metrics);
  });

  it('joins ids that are numbers in one file and text in the other', () => {
    const text = table({ id: ids.map((_, i) => String(i)), target: rows.target, score: rows.candidate });
    const numbers = table({ id: ids.map((_, i) => i), target: rows.target, score: rows.baseline });

    expect(run({ candidate: text, baseline: numbers }).metrics).toEqual(run().metrics);
  });

  it('joins row by row when asked to', () => {
    const without = (source: Table) => ({
      ...source,
      columns: new Map([...source.columns].filter(([name]) => name !== 'id')),
    });

    expect(
      run({ candidate: without(candidate), baseline: without(baseline), options: { id: 'row' } }).metrics,
    ).toEqual(run().metrics);
  });

  it('weighs rows by a column called weight without being told', () => {
    const weighted = tableOf([
      ...baseline.columns,
      ['weight', columnOf(ids.map((_, i) => 1 + (i % 3)))] as const,
    ]);
    const named = run({ baseline: weighted, options: { weight: 'weight' } });
    expect(run({ baseline: weighted })).toEqual(named);
    expect(named.metrics[0]!.candidate.value).not.toBe(run().metrics[0]!.candidate.value);
  });

  it('takes a feature called weight in the data for a feature', () => {
    const data = tableOf([
      ...baseline.columns,
      ['weight', columnOf(ids.map((_, i) => 1 + (i % 3)))] as const,
    ]);
    expect(run({ data }).metrics).toEqual(run().metrics);
  });

  it('reads unit, weight and slices from the baseline’s file', () => {
    const result = run({ options: { unit: 'day', slices: ['region', 'day < 10'] } });

    expect(result.unit).toMatchObject({ name: 'day', count: 40 });
    expect(result.slices.map(({ name, rows: count }) => [name, count])).toEqual([
      ['region=NE', 200],
      ['region=NW', 200],
      ['day < 10', 100],
    ]);
  });

  it('looks at one file alone, even without ids', () => {
    const alone = table({ target: rows.target, score: rows.candidate });

    expect(run({ candidate: alone, baseline: null }).metrics[0]).toEqual({
      ...run().metrics[0],
      baseline: undefined,
      difference: undefined,
      verdict: null,
    });
  });

  it('renames columns', () => {
    const renamed = (score: number[]) => table({ key: ids, y: rows.target, p: score });
    const result = run({
      candidate: renamed(rows.candidate),
      baseline: renamed(rows.baseline),
      options: { id: 'key', target: 'y', score: 'p' },
    });

    expect(result.metrics).toEqual(run().metrics);
  });
});

describe('answers from a data file', () => {
  const data = table({ id: ids, target: rows.target, day: ids.map((_, i) => i % 40) });
  const predictions = table({ id: ids, score: rows.candidate });

  it('need no target in the predictions', () => {
    expect(run({ candidate: predictions, baseline: null, data, options: { unit: 'day' } }).unit.count).toBe(
      40,
    );
  });

  it('fail a candidate that leaves rows out or adds some', () => {
    const fewer = takeRows(predictions, ids.map((_, i) => i).slice(1));
    const more = table({ id: [...ids, 'new'], score: [...rows.candidate, 0.5] });

    expect(run({ candidate: fewer, baseline: null, data })).toMatchObject({
      decision: 'fail',
      reason: 'PREDICTIONS_INCOMPLETE',
    });
    expect(run({ candidate: more, baseline: null, data })).toMatchObject({
      decision: 'fail',
      message: expect.stringContaining('predicts 1 row that the test set does not hold'),
    });
  });

  it('take what a model just predicted from them row by row', () => {
    const predicted = table({ score: rows.candidate });

    expect(run({ candidate: predicted, baseline: null, data, inDataOrder: ['candidate'] }).decision).toBe(
      'skipped',
    );
  });
});

describe('two files that do not belong together', () => {
  it('are refused when their ids differ, naming some', () => {
    const other = takeRows(candidate, ids.map((_, i) => i).slice(3));
    const problems = problemsOf(() => run({ candidate: other }));

    expect(problems).toMatchObject([
      { code: 'ID_MISMATCH', message: '3 rows of b.csv are not in a.csv (c0, c1, c2)', file: 'a.csv' },
    ]);
  });

  it('are refused when a target differs', () => {
    const other = table({
      id: ids,
      target: rows.target.map((y, i) => (i === 5 ? 1 - y : y)),
      score: rows.candidate,
    });

    expect(problemsOf(() => run({ candidate: other }))).toMatchObject([
      {
        code: 'TARGET_MISMATCH',
        message: expect.stringMatching(/on target in 1 row; first at id c5: [01] in b\.csv, [01] in a\.csv/),
      },
    ]);
  });

  it('are refused when a unit or slice column differs', () => {
    const other = table({ id: ids, target: rows.target, score: rows.candidate, day: ids.map(() => 1) });

    expect(problemsOf(() => run({ candidate: other, options: { unit: 'day' } }))).toMatchObject([
      { code: 'COLUMN_MISMATCH' },
    ]);
  });
});

describe('broken files', () => {
  it('are refused with every problem at once', () => {
    const broken = table({ id: ['a', 'a', 'b', null], target: [0, 1, 0, 1], skore: [0.1, 0.2, 0.3, 0.4] });
    const problems = problemsOf(() =>
      run({ candidate: broken, options: { unit: 'dya', slices: ['regin'], metrics: ['roc_acu'] } }),
    );

    expect(problems.map(({ code }) => code)).toEqual([
      'COLUMN_MISSING',
      'COLUMN_MISSING',
      'ID_MISSING',
      'ID_DUPLICATE',
      'COLUMN_MISSING',
      'METRIC_UNKNOWN',
    ]);
    expect(problems[0]).toMatchObject({ file: 'b.csv', hint: expect.stringContaining('day') });
    expect(problems[1]).toMatchObject({
      message: expect.stringContaining('slice regin'),
      hint: expect.stringContaining('region'),
    });
    expect(problems[2]?.message).toBe('a.csv: id is empty in 1 row, first in row 4');
    expect(problems[3]?.message).toBe('a.csv: id a occurs in rows 1 and 2');
    expect(problems[4]?.message).toContain('a.csv has neither a column score nor a column prediction');
  });

  it.each([
    [{ options: { target: 'y' } }, 'COLUMN_MISSING'],
    [{ options: { score: 'nope' } }, 'COLUMN_MISSING'],
    [{ options: { id: 'nope' } }, 'COLUMN_MISSING'],
    [{ candidate: table({ id: ids, target: rows.target, score: ids }) }, 'COLUMN_TYPE'],
    [{ candidate: table({ id: [], target: [], score: [] }) }, 'NO_ROWS'],
    [{ options: { slices: ['region =='] } }, 'CONFIG_INVALID'],
    [{ options: { metrics: ['mae'] } }, 'METRIC_NOT_FOR_TASK'],
  ] as [Parameters<typeof run>[0], string][])('%#: %s', (more, code) => {
    expect(problemsOf(() => run(more)).map((problem) => problem.code)).toContain(code);
  });

  it('are refused when the ids of the only file repeat', () => {
    const doubled = table({ id: ['a', 'a', 'b'], target: [0, 1, 0], score: [0.1, 0.2, 0.3] });

    expect(problemsOf(() => run({ candidate: doubled, baseline: null }))).toMatchObject([
      { code: 'ID_DUPLICATE' },
    ]);
  });

  it('lists the classes when the positive one is not known', () => {
    const words = (score: number[]) =>
      table({ id: ids, target: rows.target.map((y) => (y === 1 ? 'churned' : 'stayed')), score });
    const input = { candidate: words(rows.candidate), baseline: words(rows.baseline) };

    expect(problemsOf(() => run(input))).toMatchObject([
      { code: 'POSITIVE_UNKNOWN', message: expect.stringContaining('churned, stayed') },
    ]);
    expect(run({ ...input, options: { positive: 'churned' } }).metrics).toEqual(run().metrics);
  });
});

describe('multiclass and scores', () => {
  const classes = ['setosa', 'versicolor', 'virginica'];
  const target = ids.map((_, i) => classes[i % 3]);
  const scores = (sharp: number) =>
    Object.fromEntries(
      classes.map((name, k) => [`score_${name}`, ids.map((_, i) => (i % 3 === k ? sharp : (1 - sharp) / 2))]),
    );

  it('reads one score column per class', () => {
    const file = (sharp: number) => table({ id: ids, target, ...scores(sharp) });
    const result = run({
      candidate: file(0.8),
      baseline: file(0.7),
      options: { task: 'multiclass', metrics: ['accuracy', 'log_loss'] },
    });

    expect(result.metrics.map(({ candidate: { value } }) => value)).toEqual([
      1,
      expect.closeTo(-Math.log(0.8), 12),
    ]);
  });

  it('refuses scores that leave a class out', () => {
    const rest = Object.fromEntries(Object.entries(scores(0.8)).filter(([name]) => name !== 'score_setosa'));
    const file = (columns: object) => table({ id: ids, target, ...(columns as Record<string, number[]>) });

    expect(
      problemsOf(() =>
        run({
          candidate: file(rest),
          baseline: file(scores(0.7)),
          options: { task: 'multiclass', metrics: ['accuracy'] },
        }),
      ),
    ).toMatchObject([{ code: 'CLASS_UNKNOWN', message: expect.stringContaining('none for setosa') }]);
  });

  it('compares any per-row score by its mean', () => {
    const file = (shift: number) =>
      table({
        id: ids,
        wer: ids.map((_, i) => shift + (i % 7) / 10),
        note: ids.map((_, i) => (i === 0 ? Number.NaN : 1)),
      });
    const result = run({
      candidate: file(0),
      baseline: file(0.1),
      options: { task: 'scores', metrics: ['mean(wer):lower'] },
    });

    expect(result.metrics).toMatchObject([
      { direction: 'lower', verdict: 'better', difference: { value: expect.closeTo(-0.1, 12) } },
    ]);
  });

  it('names the nearest column where a metric reads one that is not there', () => {
    const file = table({ id: ids, wer: ids.map((_, i) => i) });

    expect(
      problemsOf(() =>
        run({ candidate: file, baseline: file, options: { task: 'scores', metrics: ['mean(wre):lower'] } }),
      )[0],
    ).toMatchObject({ hint: expect.stringContaining('wer') });
  });
});
