import { describe, expect, it } from 'vitest';

import type { Task, Warning } from '../../../../src/contracts/comparison.ts';
import { InputError } from '../../../../src/contracts/errors.ts';
import { sortedClasses } from '../../../../src/evaluation/prediction/class-labels.ts';
import { predictOnnx } from '../../../../src/evaluation/prediction/index.ts';
import type { OnnxRuntime, Tensor, TensorSpec } from '../../../../src/evaluation/ports.ts';
import type { Column, Table } from '../../../../src/table/index.ts';
import { tableOf, textAt } from '../../../../src/table/index.ts';
import { modelFile } from './model-file.ts';

type Rows = readonly (readonly number[])[];

/** A runtime whose model gives these outputs, whatever it is fed. */
function runtimeOf(
  outputs: Readonly<Record<string, Rows | readonly string[] | readonly bigint[]>>,
  file = modelFile([]),
): OnnxRuntime {
  const tensors = new Map(Object.entries(outputs).map(([name, values]) => [name, tensorOf(values)]));
  const specs = [...tensors].map(([name, { type, shape }]): TensorSpec => ({
    name,
    type,
    shape: [null, ...shape.slice(1)],
  }));
  return {
    head: () => Promise.resolve(file),
    read: () => Promise.resolve(file),
    open: () =>
      Promise.resolve({
        inputs: [{ name: 'X', type: 'float32', shape: [null, 1] }],
        outputs: specs,
        run: ({ fetches }) => Promise.resolve(new Map(fetches.map((name) => [name, tensors.get(name)!]))),
        close: () => Promise.resolve(),
      }),
  };
}

function tensorOf(values: Rows | readonly string[] | readonly bigint[]): Tensor {
  const first = values[0];
  if (typeof first === 'string') {
    const levels = [...new Set(values as readonly string[])];
    return {
      type: 'string',
      shape: [values.length],
      codes: Int32Array.from(values as readonly string[], (text) => levels.indexOf(text)),
      levels,
    };
  }
  if (typeof first === 'bigint')
    return { type: 'int64', shape: [values.length], values: BigInt64Array.from(values as readonly bigint[]) };
  const rows = values as Rows;
  return { type: 'float32', shape: [rows.length, rows[0]!.length], values: Float32Array.from(rows.flat()) };
}

interface Options {
  readonly positive?: string;
  readonly classes?: readonly string[];
  readonly columns?: Readonly<Record<string, string>>;
  readonly rows?: number;
}

async function predict(
  runtime: OnnxRuntime,
  task: Task,
  options: Options = {},
): Promise<{ table: Table; warnings: string[] }> {
  const warnings: string[] = [];
  const warn = (warning: Warning): void => void warnings.push(warning.code);
  const features = tableOf({ x: Array.from({ length: options.rows ?? 3 }, (_, row) => row) });
  const table = await predictOnnx(
    { model: '/models/m.onnx', features, task, ...options, warn },
    { onnx: runtime },
  );
  return { table, warnings };
}

function cells(column: Column | undefined): unknown[] {
  if (column === undefined) return [];
  return column.kind === 'text'
    ? Array.from(column.codes, (_, row) => textAt(column, row))
    : [...column.values];
}

async function refusal(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'no refusal',
    (error: unknown) => {
      if (error instanceof InputError) return `${error.code} ${error.message}`;
      throw error;
    },
  );
}

const TWO: Rows = [[0.75, 0.25], [0.5, 0.5], [0.25, 0.75]]; // prettier-ignore

describe('binary', () => {
  it('without labels takes the second of two scores', async () => {
    const { table } = await predict(runtimeOf({ probabilities: TWO }), 'binary');

    expect(cells(table.columns.get('score'))).toEqual([0.25, 0.5, 0.75]);
  });

  it.each([
    ['yes', [0.25, 0.5, 0.75]],
    ['no', [0.75, 0.5, 0.25]],
  ])('reads off the rows which score is that of %s', async (positive, scores) => {
    const { table } = await predict(runtimeOf({ label: ['no', 'no', 'yes'], probabilities: TWO }), 'binary', {
      positive,
    });

    expect(cells(table.columns.get('score'))).toEqual(scores);
    expect(cells(table.columns.get('prediction'))).toEqual(['no', 'no', 'yes']);
  });

  it('knows the positive class by elimination where it never wins', async () => {
    const scores: Rows = [[0.25, 0.75], [0.5, 0.5], [0.25, 0.75]]; // prettier-ignore
    const { table } = await predict(runtimeOf({ label: ['b', 'b', 'b'], p: scores }), 'binary', {
      positive: 'a',
    });

    expect(cells(table.columns.get('score'))).toEqual([0.25, 0.5, 0.25]);
  });

  it('takes 1 for the positive class where the model counts and the data has names', async () => {
    const runtime = runtimeOf({ label: [0n, 0n, 1n], probabilities: TWO });

    const named = await predict(runtime, 'binary', { positive: 'yes', classes: ['no', 'yes'] });
    const unnamed = await predict(runtime, 'binary', { positive: 'yes' });

    expect(cells(named.table.columns.get('score'))).toEqual([0.25, 0.5, 0.75]);
    expect(cells(named.table.columns.get('prediction'))).toEqual(['no', 'no', 'yes']);
    expect([...unnamed.table.columns.keys()]).toEqual(['score']);
  });

  it('refuses to guess between two classes of other names', async () => {
    const runtime = runtimeOf({ label: ['no', 'no', 'yes'], probabilities: TWO });

    expect(await refusal(predict(runtime, 'binary'))).toBe(
      'POSITIVE_UNKNOWN m.onnx: the model knows the classes no, yes; the positive class is not given',
    );
    expect(await refusal(predict(runtime, 'binary', { positive: 'true' }))).toContain('POSITIVE_UNKNOWN');
  });

  it('says that logits are no probabilities, and leaves them as they are', async () => {
    const { table, warnings } = await predict(runtimeOf({ output: [[-2], [0], [3]] }), 'binary');

    expect(cells(table.columns.get('score'))).toEqual([-2, 0, 3]);
    expect(warnings).toEqual(['SCORES_NOT_PROBABILITIES']);
  });

  it('keeps values that are not finite', async () => {
    const { table } = await predict(runtimeOf({ output: [[NaN], [0.5], [Infinity]] }), 'binary');

    expect(cells(table.columns.get('score'))).toEqual([NaN, 0.5, Infinity]);
  });

  it('refuses three scores a row', async () => {
    expect(
      await refusal(
        predict(
          runtimeOf({
            p: [
              [1, 0, 0],
              [1, 0, 0],
              [1, 0, 0],
            ],
          }),
          'binary',
        ),
      ),
    ).toContain(
      // prettier-ignore
      'MODEL_INPUT m.onnx: the model gives 3 scores a row, task binary takes one or two',
    );
  });

  it('gives labels alone where the model has no scores', async () => {
    const { table } = await predict(runtimeOf({ label: [0n, 1n, 0n] }), 'binary');

    expect(cells(table.columns.get('prediction'))).toEqual([0, 1, 0]);
  });
});

describe('multiclass', () => {
  const scores: Rows = [[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.2, 0.1, 0.7]]; // prettier-ignore

  it('reads off the rows which score is whose', async () => {
    const { table } = await predict(runtimeOf({ label: ['c', 'a', 'b'], p: scores }), 'multiclass');

    expect([...table.columns.keys()]).toEqual(['score_c', 'score_a', 'score_b', 'prediction']);
  });

  it('names a class that never wins by elimination', async () => {
    const never: Rows = [[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.6, 0.3, 0.1]]; // prettier-ignore
    const { table } = await predict(runtimeOf({ label: ['c', 'a', 'c'], p: never }), 'multiclass', {
      classes: ['a', 'b', 'c'],
    });

    expect([...table.columns.keys()]).toEqual(['score_c', 'score_a', 'score_b', 'prediction']);
  });

  it('does not read an order off labels that are no argmax', async () => {
    const runtime = runtimeOf({ label: ['a', 'a', 'a'], p: scores });

    expect(await refusal(predict(runtime, 'multiclass'))).toContain('does not say which class each is');
  });

  it('takes the given classes where the model has no labels at all', async () => {
    const { table } = await predict(runtimeOf({ p: scores }), 'multiclass', { classes: ['x', 'y', 'z'] });

    expect([...table.columns.keys()]).toEqual(['score_x', 'score_y', 'score_z']);
  });

  it('refuses when nothing names the classes, or not as many', async () => {
    expect(await refusal(predict(runtimeOf({ p: scores }), 'multiclass'))).toContain(
      'MODEL_INPUT m.onnx: the model gives 3 scores a row',
    );
    expect(await refusal(predict(runtimeOf({ p: scores }), 'multiclass', { classes: ['x', 'y'] }))).toContain(
      'MODEL_INPUT',
    );
  });

  it('says how numbers were read as names', async () => {
    const { table, warnings } = await predict(runtimeOf({ label: [0n, 1n, 2n], p: scores }), 'multiclass', {
      classes: ['x', 'y', 'z'],
    });

    expect([...table.columns.keys()]).toEqual(['score_x', 'score_y', 'score_z', 'prediction']);
    expect(cells(table.columns.get('prediction'))).toEqual(['x', 'y', 'z']);
    expect(warnings).toEqual(['CLASSES_ENCODED']);
  });
});

describe('the order of classes that the model does not name', () => {
  it.each([
    [
      ['b', 'é', 'a', 'Z'],
      ['Z', 'a', 'b', 'é'],
    ],
    [
      ['10', '9', '-1'],
      ['-1', '9', '10'],
    ],
    [
      ['\u{1f600}', '\uffee'],
      ['\uffee', '\u{1f600}'],
    ],
  ])('%j is scikit-learn’s', (classes, sorted) => {
    expect(sortedClasses(classes)).toEqual(sorted);
  });
});

describe('one value a row', () => {
  it.each([
    ['regression', 'prediction'],
    ['ranking', 'score'],
  ] as const)('%s gives %s', async (task, column) => {
    const { table } = await predict(runtimeOf({ out: [[1], [2], [3]] }), task);

    expect(cells(table.columns.get(column))).toEqual([1, 2, 3]);
  });

  it('refuses several values, and several outputs that could be it', async () => {
    expect(await refusal(predict(runtimeOf({ out: TWO }), 'regression'))).toContain('gives 2 values a row');
    expect(
      await refusal(predict(runtimeOf({ first: [[1]], second: [[2]] }), 'regression', { rows: 1 })),
    ).toContain(
      'has 2 float outputs, so it is not known which holds the values; its outputs: first (float32 [N, 1]), second (float32 [N, 1])',
    );
  });

  it('takes the output that is named', async () => {
    const runtime = runtimeOf({ first: [[1]], second: [[2]] });

    const { table } = await predict(runtime, 'regression', { rows: 1, columns: { prediction: 'second' } });

    expect(cells(table.columns.get('prediction'))).toEqual([2]);
    expect(await refusal(predict(runtime, 'regression', { columns: { prediction: 'secnod' } }))).toContain(
      'nearest: "second"',
    );
  });
});

describe('scores', () => {
  it('gives every numeric output by its name', async () => {
    const { table } = await predict(
      runtimeOf({ edits: [[1], [2], [3]], words: [4n, 5n, 6n], text: ['a', 'b', 'c'] }),
      'scores',
    );

    expect([...table.columns].map(([name, column]) => [name, cells(column)])).toEqual([
      ['edits', [1, 2, 3]],
      ['words', [4, 5, 6]],
    ]);
  });
});
