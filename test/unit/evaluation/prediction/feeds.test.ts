import { describe, expect, it } from 'vitest';

import { InputError } from '../../../../src/contracts/errors.ts';
import { tensorOf } from '../../../../src/evaluation/prediction/batches.ts';
import { planFeeds } from '../../../../src/evaluation/prediction/feeds.ts';
import type { ElementType, TensorSpec } from '../../../../src/evaluation/ports.ts';
import { tableOf, timeColumn } from '../../../../src/table/index.ts';

const FEATURES = tableOf({
  age: [30, 41, null],
  'plan type': ['basic', null, 'plus'],
  member: ['true', 'false', 'true'],
  visits: [3, 4, 5],
});

function spec(name: string, type: ElementType, ...shape: (number | null)[]): TensorSpec {
  return { name, type, shape };
}

function problemsOf(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof InputError) return error.problems.map(({ code, message }) => `${code} ${message}`);
    throw error;
  }
  return [];
}

describe('one input per column', () => {
  it('goes by name, in any order, and leaves other columns out', () => {
    const { feeds } = planFeeds(
      [spec('visits', 'int64', null), spec('age', 'float32', null, 1)],
      FEATURES,
      'm.onnx',
    );

    expect(tensorOf(feeds[0]!, 0, 3)).toEqual({
      type: 'int64',
      shape: [3],
      values: BigInt64Array.of(3n, 4n, 5n),
    });
    expect(tensorOf(feeds[1]!, 0, 3)).toEqual({
      type: 'float32',
      shape: [3, 1],
      values: Float32Array.of(30, 41, NaN),
    });
  });

  it('finds a name that the exporter made an identifier', () => {
    const { feeds } = planFeeds(
      [spec('plan_type', 'string', null, 1), spec('age', 'float64', null, 1)],
      FEATURES,
      'm',
    );

    expect(tensorOf(feeds[0]!, 0, 3)).toEqual({
      type: 'string',
      shape: [3, 1],
      codes: Int32Array.of(1, 0, 2),
      levels: ['', 'basic', 'plus'],
    });
  });

  it('takes true and false as numbers where numbers are asked for', () => {
    const { feeds } = planFeeds(
      [spec('member', 'bool', null), spec('visits', 'uint8', null)],
      FEATURES,
      'm.onnx',
    );

    expect(tensorOf(feeds[0]!, 0, 3)).toMatchObject({ type: 'bool', values: Uint8Array.of(1, 0, 1) });
  });

  it('gives texts to a text input whatever the column holds', () => {
    const { feeds } = planFeeds(
      [spec('visits', 'string', null), spec('member', 'string', null)],
      FEATURES,
      'm.onnx',
    );

    expect(tensorOf(feeds[0]!, 1, 1)).toMatchObject({ codes: Int32Array.of(2), levels: ['', '3', '4', '5'] });
  });

  it('names all inputs without a column, with the nearest name', () => {
    const inputs = [
      spec('ages', 'float32', null, 1),
      spec('weight', 'float32', null, 1),
      spec('visits', 'float32', null, 1),
    ];

    expect(problemsOf(() => planFeeds(inputs, FEATURES, 'm.onnx'))).toEqual([
      'MODEL_INPUT m.onnx: input "ages" has no column of this name (nearest: "age"); found age, plan type, member, visits',
      'MODEL_INPUT m.onnx: input "weight" has no column of this name; found age, plan type, member, visits',
    ]);
  });

  it('refuses cells that an integer input cannot hold, naming column and row', () => {
    const features = tableOf({ a: [1, null, 3], b: [1, 2.5, 3.5], c: [1, 2, 300], d: [0, 1, 2] });
    const inputs = [
      spec('a', 'int64', null),
      spec('b', 'int32', null),
      spec('c', 'uint8', null),
      spec('d', 'bool', null),
    ];

    expect(problemsOf(() => planFeeds(inputs, features, 'm'))).toEqual([
      'MODEL_INPUT m: column "a" is empty in row 2; input "a" takes int64',
      'MODEL_INPUT m: column "b" holds 2.5 in row 2 (and 1 more rows do not fit); input "b" takes int32',
      'MODEL_INPUT m: column "c" holds 300 in row 3; input "c" takes uint8',
      'MODEL_INPUT m: column "d" holds 2 in row 3; input "d" takes bool',
    ]);
  });
});

describe('one tensor for all columns', () => {
  const numbers = tableOf({ x: [1, 2, 3], y: [10, 20, null] });

  it('takes the columns in the table’s order, row by row', () => {
    const { feeds } = planFeeds([spec('input', 'float32', null, 2)], numbers, 'm.onnx');

    expect(tensorOf(feeds[0]!, 1, 2)).toEqual({
      type: 'float32',
      shape: [2, 2],
      values: Float32Array.of(2, 20, 3, NaN),
    });
  });

  it('says what was expected and found when the count differs', () => {
    expect(problemsOf(() => planFeeds([spec('input', 'float32', null, 30)], numbers, 'm.onnx'))).toEqual([
      'MODEL_INPUT m.onnx: input "input" takes 30 columns, found 2: x, y',
    ]);
  });

  it('names every column that holds text or times', () => {
    const features = tableOf({ day: timeColumn([0, 1, 2]), x: [1, 2, 3], city: ['a', 'b', 'c'] });

    expect(problemsOf(() => planFeeds([spec('input', 'float32', null, 3)], features, 'm.onnx'))).toEqual([
      'MODEL_INPUT m.onnx: column "day" holds times, which ONNX has no type for; input "input" takes float32',
      'MODEL_INPUT m.onnx: column "city" holds text, first "a" in row 1; input "input" takes float32',
    ]);
  });

  it('accepts any number of columns where the model does not say', () => {
    const { feeds } = planFeeds([spec('input', 'float64', null, null)], numbers, 'm.onnx');

    expect(feeds[0]?.columns).toHaveLength(2);
  });

  it('fills one dictionary from several text columns', () => {
    const texts = tableOf({ a: ['u', 'v'], b: ['v', null] });
    const { feeds } = planFeeds([spec('input', 'string', null, 2)], texts, 'm.onnx');

    const tensor = tensorOf(feeds[0]!, 0, 2);

    const spelled = tensor.type === 'string' ? Array.from(tensor.codes, (code) => tensor.levels[code]) : [];
    expect(spelled).toEqual(['u', 'v', 'v', '']);
  });
});

describe('a fixed batch', () => {
  it('is found, and whole batches repeat the last row', () => {
    const features = tableOf({ x: [1, 2, 3] });
    const { feeds, fixedBatch } = planFeeds([spec('x', 'float32', 2, 1)], features, 'm.onnx');

    expect(fixedBatch).toBe(2);
    expect(tensorOf(feeds[0]!, 2, 2)).toMatchObject({ values: Float32Array.of(3, 3) });
  });

  it('must be one for all inputs', () => {
    const inputs = [spec('age', 'float32', 1, 1), spec('visits', 'float32', 8, 1)];

    expect(problemsOf(() => planFeeds(inputs, FEATURES, 'm'))).toEqual([
      'MODEL_INPUT m: its inputs take 1 and 8 rows at a time',
    ]);
  });
});

describe('inputs that no table fills', () => {
  it.each([
    ['images', [spec('image', 'float32', null, 3, 224, 224)], 'takes float32 [N, 3, 224, 224]'],
    ['sequences', [{ name: 'tokens', type: null, shape: [] }], 'is no tensor'],
    ['nothing', [], 'has no inputs'],
    [
      'wide tensors beside others',
      [spec('a', 'float32', null, 2), spec('b', 'float32', null, 1)],
      'not known which columns',
    ],
  ])('%s are refused with a way out', (_, inputs, reason) => {
    const problems = problemsOf(() => planFeeds(inputs, FEATURES, 'm.onnx'));

    expect(problems.join('\n')).toContain(reason);
  });
});
