import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

import { CancelledError, CommandError, isCodedError } from '../../../../src/contracts/errors.ts';
import { InputError } from '../../../../src/contracts/errors.ts';
import { predictionsFrom, predictOnnx } from '../../../../src/evaluation/prediction/index.ts';
import type {
  NumericTensor,
  OnnxRuntime,
  OpenRequest,
  RunRequest,
  TensorSpec,
} from '../../../../src/evaluation/ports.ts';
import { createOnnxRuntime } from '../../../../src/platform/native/onnx-runtime.ts';
import { tableOf } from '../../../../src/table/index.ts';
import { modelFile } from './model-file.ts';

const MODELS = fileURLToPath(new URL('../../../golden/data/onnx/', import.meta.url));
const real = createOnnxRuntime();

interface Fake extends OnnxRuntime {
  readonly opened: OpenRequest[];
  readonly runs: RunRequest[];
  closed: number;
}

/** A model that doubles its one column; `fail` throws at the given request. */
function doubling(options: { readonly batch?: number; readonly failAt?: number } = {}): Fake {
  const input: TensorSpec = { name: 'x', type: 'float32', shape: [options.batch ?? null, 1] };
  const fake: Fake = {
    opened: [],
    runs: [],
    closed: 0,
    head: () => Promise.resolve(modelFile([])),
    read: () => Promise.resolve(modelFile([])),
    open: (request) => {
      fake.opened.push(request);
      return Promise.resolve({
        inputs: [input],
        outputs: [{ name: 'y', type: 'float32', shape: [null] }],
        run: (asked) => {
          fake.runs.push(asked);
          if (fake.runs.length === options.failAt)
            return Promise.reject(new CommandError({ code: 'MODEL_FAILED', message: 'broken' }));
          const values = (asked.feeds.get('x') as NumericTensor).values as Float32Array;
          return Promise.resolve(
            new Map([
              ['y', { type: 'float32', shape: [asked.rows], values: values.map((value) => value * 2) }],
            ]),
          );
        },
        close: () => {
          fake.closed += 1;
          return Promise.resolve();
        },
      });
    },
  };
  return fake;
}

function rowsOf(count: number): Parameters<typeof predictOnnx>[0] {
  const x = Float64Array.from({ length: count }, (_, row) => row);
  return { model: '/models/m.onnx', features: tableOf({ x }), task: 'regression' };
}

const four = (rows: number): ReturnType<typeof tableOf> =>
  tableOf(
    Object.fromEntries(
      ['a', 'b', 'c', 'd'].map((name) => [name, Float64Array.from({ length: rows }, (_, row) => row)]),
    ),
  );

async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'no failure',
    (error: unknown) => error,
  );
}

describe('predicting a table', () => {
  it.each([1, 16_384, 16_385, 100_000])('gives all %i rows in their order', async (count) => {
    const runtime = doubling();

    const table = await predictOnnx(rowsOf(count), { onnx: runtime });

    const column = table.columns.get('prediction');
    expect(column?.kind === 'number' && column.values.every((value, row) => value === row * 2)).toBe(true);
    expect(table.rows).toBe(count);
    expect(runtime.closed).toBe(1);
  });

  it('asks for the batches it is told, and never mixes two in one request', async () => {
    const runtime = doubling();

    await predictOnnx({ ...rowsOf(40_000), batch: 1000 }, { onnx: runtime });

    expect(runtime.runs.map(({ batch, rows }) => [batch, rows])).toEqual([
      [1000, 16_000],
      [1000, 16_000],
      [1000, 8000],
    ]);
  });

  it('feeds whole batches to a model with a fixed one, and drops what was added', async () => {
    const runtime = doubling({ batch: 7 });

    const table = await predictOnnx({ ...rowsOf(20), batch: 1000 }, { onnx: runtime });

    expect(runtime.runs.map(({ batch, rows }) => [batch, rows])).toEqual([[7, 21]]);
    expect(table.rows).toBe(20);
  });

  it('passes signal, threads and timeout on', async () => {
    const runtime = doubling();
    const { signal } = new AbortController();

    await predictOnnx({ ...rowsOf(1), signal, threads: 3, timeoutMs: 5 }, { onnx: runtime });

    expect(runtime.opened[0]).toMatchObject({ file: '/models/m.onnx', signal, threads: 3, timeoutMs: 5 });
  });

  it('ends with the first failure and closes the model', async () => {
    const runtime = doubling({ failAt: 2 });

    expect(await failure(predictOnnx(rowsOf(100_000), { onnx: runtime }))).toMatchObject({
      code: 'MODEL_FAILED',
      message: 'broken',
    });
    expect(runtime.closed).toBe(1);
  });

  it('opens nothing without rows', async () => {
    const runtime = doubling();

    expect(await failure(predictOnnx(rowsOf(0), { onnx: runtime }))).toMatchObject({ code: 'NO_ROWS' });
    expect(runtime.opened).toEqual([]);
  });
});

describe('a file that cannot be used', () => {
  it.each([
    ['hostile/external-parent.onnx', 'MODEL_UNREADABLE'],
    ['hostile/external-sparse.onnx', 'MODEL_UNREADABLE'],
    ['hostile/unknown-operator.onnx', 'MODEL_UNREADABLE'],
    ['hostile/no-graph.onnx', 'MODEL_UNREADABLE'],
    ['hostile/image.onnx', 'MODEL_INPUT'],
    ['hostile/fails-on-rows.onnx', 'MODEL_FAILED'],
    ['hostile/one-row-out.onnx', 'MODEL_FAILED'],
    ['hostile/none.onnx', 'FILE_NOT_FOUND'],
    ['cases.json', 'MODEL_UNREADABLE'],
  ])('%s ends as %s, with the next step', async (name, code) => {
    const error = await failure(
      predictOnnx({ model: MODELS + name, features: four(5), task: 'regression' }, { onnx: real }),
    );

    expect(error).toMatchObject({ code });
    expect(isCodedError(error) && error.problems.every(({ hint = '' }) => hint !== '')).toBe(true);
  });

  it('ends as cancelled when it is stopped', async () => {
    const request = {
      model: `${MODELS}hostile/endless.onnx`,
      features: four(5),
      task: 'regression' as const,
    };
    const stop = new AbortController();
    const onnx: OnnxRuntime = {
      ...real,
      open: async (asked) => {
        const model = await real.open(asked);
        setImmediate(() => stop.abort());
        return model;
      },
    };

    expect(await failure(predictOnnx({ ...request, signal: stop.signal }, { onnx }))).toBeInstanceOf(
      CancelledError,
    );
  });
});

describe('a file of predictions, whatever it is', () => {
  const table = tableOf({ id: [1], score: [0.5] });
  const readTable = (): Promise<typeof table> => Promise.resolve(table);

  it('is a model by its content, not by its name', async () => {
    const onnx: OnnxRuntime = {
      ...real,
      head: () => Promise.resolve(readFileSync(`${MODELS}regression.onnx`)),
      read: () => real.read(`${MODELS}regression.onnx`),
    };

    const found = await predictionsFrom(
      'model.csv',
      { features: four(3), task: 'regression' },
      { onnx, readTable },
    );

    expect(found.kind).toBe('model');
    expect(found.table.rows).toBe(3);
  });

  it('is else a table', async () => {
    const onnx: OnnxRuntime = { ...real, head: () => Promise.resolve(Buffer.from('id,score\n1,0.5\n')) };

    expect(await predictionsFrom('p.onnx', null, { onnx, readTable })).toEqual({ kind: 'table', table });
  });

  it('is a broken model where it is called one and is no table', async () => {
    const onnx: OnnxRuntime = { ...real, head: () => Promise.resolve(Buffer.from('garbage')) };
    const noTable = new InputError({ code: 'FORMAT_UNKNOWN', message: 'the format cannot be told' });
    const work = predictionsFrom('m.onnx', null, { onnx, readTable: () => Promise.reject(noTable) });

    expect(await failure(work)).toMatchObject({ code: 'MODEL_UNREADABLE' });
  });

  it('is refused as a model when there are no rows', async () => {
    const work = predictionsFrom(`${MODELS}regression.onnx`, null, { onnx: real, readTable });

    expect(await failure(work)).toMatchObject({
      code: 'MODEL_INPUT',
      message: expect.stringContaining('no rows') as string,
    });
  });
});
