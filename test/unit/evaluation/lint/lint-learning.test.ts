import { describe, expect, it } from 'vitest';

import { judge, lintLearning } from '../../../../src/evaluation/index.ts';
import { EvaluateSchema } from '../../../../src/evaluation/schema.ts';
import { createRandom } from '../../../../src/stats/index.ts';
import { columnOf, tableOf, takeRows } from '../../../../src/table/index.ts';
import type { Cell, Table } from '../../../../src/table/index.ts';

const random = createRandom(5);
const ids = Array.from({ length: 400 }, (_, i) => i);
const target = ids.map(() => (random.uniform() < 0.3 ? 1 : 0));
const noise = ids.map(() => random.normal());

function table(columns: Record<string, readonly Cell[]>): Table {
  return tableOf(Object.entries(columns).map(([name, values]) => [name, columnOf(values)] as const));
}

const all = table({ id: ids, x: noise, plan: ids.map((_, i) => `p${i % 5}`), target });
const train = takeRows(all, ids.slice(0, 200));
const test = takeRows(all, ids.slice(200));
const testTarget = target.slice(200);

function lint(
  more: object = {},
  predictions: Record<string, readonly Cell[]> | null = null,
  task: 'binary' | 'regression' = 'binary',
) {
  const base = { task, data: { id: 'id' }, train, test, judgement: null, ...more };
  const judgement =
    predictions &&
    judge({
      task,
      answers: base.test,
      candidate: table(predictions),
      baseline: null,
      data: base.data,
      evaluate: EvaluateSchema.parse({ metrics: [task === 'binary' ? 'accuracy' : 'mae'] }),
    });
  return lintLearning({ ...base, judgement });
}

const codes = (warnings: { code: string }[]) => warnings.map(({ code }) => code);

describe('lints of the learning', () => {
  it('say nothing of a sound model on sound data', () => {
    expect(lint({}, { score: testTarget.map((y) => 0.2 + 0.6 * y) })).toEqual([]);
    expect(lint({}, { prediction: testTarget })).toEqual([]);
  });

  it('tell a score that does not rank from one that does', () => {
    const found = lint({}, { score: noise.slice(200).map((x) => 1 / (1 + Math.exp(-x))) });

    expect(found).toMatchObject([
      { code: 'NOT_BETTER_THAN_CONSTANT', message: expect.stringMatching(/^roc_auc 0\.\d+ \[/) },
    ]);
  });

  it('tell a model that always says the largest class', () => {
    expect(lint({}, { prediction: testTarget.map(() => 0) })).toMatchObject([
      { code: 'NOT_BETTER_THAN_MAJORITY', message: expect.stringContaining('always saying 0 has 0.') },
    ]);
  });

  it('tell a regression that only knows the mean', () => {
    const numbers = table({ id: ids, x: noise, target: ids.map((i) => Math.sin(i) * 5) });
    const rest = { train: takeRows(numbers, ids.slice(0, 200)), test: takeRows(numbers, ids.slice(200)) };

    expect(
      codes(lint(rest, { prediction: ids.slice(200).map((_, i) => (i % 2) / 100) }, 'regression')),
    ).toEqual(['NOT_BETTER_THAN_MEAN']);
    expect(lint(rest, { prediction: ids.slice(200).map((i) => Math.sin(i) * 4) }, 'regression')).toEqual([]);
  });

  it('tell test rows that were trained on, by id and by content', () => {
    const found = lint({ train: takeRows(all, ids.slice(0, 250)) });

    expect(codes(found)).toEqual(['SCORED_ON_TRAINING_ROWS', 'TEST_EQUALS_TRAINING']);
    expect(found[0]?.message).toBe('50 of 200 test rows (25.0 %) have the id of a training row');
    expect(found[1]?.message).toContain('50 of 200 test rows (25.0 %) equal a training row in all 3 columns');
  });

  it('do not take a row number for an identity', () => {
    const numbered = (source: Table) => ({
      ...source,
      columns: new Map([...source.columns].filter(([name]) => name !== 'id')),
    });

    expect(lint({ data: { id: 'row' }, train: numbered(train), test: numbered(test) })).toEqual([]);
  });

  it.each([
    ['a copy of the target', ids.map((i) => target[i]! * 7)],
    ['one cut of a number', ids.map((i) => target[i]! + random.uniform())],
    ['levels that tell', ids.map((i) => `${target[i] === 1 ? 'left' : 'stays'}-${i % 3}`)],
  ])('tell a feature that gives the target away: %s', (_, leak) => {
    const leaky = table({ id: ids, x: noise, leak, target });

    expect(lint({ train: takeRows(leaky, ids.slice(0, 200)) })).toMatchObject([
      { code: 'TARGET_GIVEN_AWAY', message: expect.stringContaining('leak alone determines target') },
    ]);
  });

  it('do not accuse ids, rare coincidences or informative features', () => {
    const honest = table({
      id: ids,
      name: ids.map((i) => `n${i}`),
      x: ids.map((i) => target[i]! + 0.5 * noise[i]!),
      flag: ids.map((i) => (i === 3 ? 1 : 0)),
      target,
    });

    expect(lint({ train: takeRows(honest, ids.slice(0, 200)) })).toEqual([]);
  });

  it('tell a linear copy of a regression target', () => {
    const numbers = table({ id: ids, celsius: noise, target: noise.map((x) => 32 + 1.8 * x) });

    expect(codes(lint({ train: numbers, test: numbers, data: { id: 'row' } }, null, 'regression'))).toContain(
      'TARGET_GIVEN_AWAY',
    );
  });
});
