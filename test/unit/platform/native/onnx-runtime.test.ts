import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  linkSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { CancelledError, CommandError, InputError, PlatformError } from '../../../../src/contracts/errors.ts';
import type { OnnxModel, Tensor } from '../../../../src/evaluation/ports.ts';
import { createOnnxRuntime } from '../../../../src/platform/native/onnx-runtime.ts';

const MODELS = fileURLToPath(new URL('../../../golden/data/onnx/', import.meta.url));
const runtime = createOnnxRuntime();
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'onnx-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface OpenOptions {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly external?: readonly string[];
}

async function open(
  name: string,
  { timeoutMs = 30_000, signal, external = [] }: OpenOptions = {},
): Promise<OnnxModel> {
  const file = name.startsWith('/') ? name : MODELS + name;
  const bytes = await runtime.read(file);
  return runtime.open({ file, bytes, external, timeoutMs, ...(signal === undefined ? {} : { signal }) });
}

function rowsOf(count: number, width = 4): ReadonlyMap<string, Tensor> {
  const values = Float32Array.from({ length: count * width }, (_, index) => index / 10);
  return new Map([['X', { type: 'float32', shape: [count, width], values }]]);
}

function run(
  model: OnnxModel,
  rows: number,
  fetches = ['y'],
  batch = rows,
): Promise<ReadonlyMap<string, Tensor>> {
  return model.run({ feeds: rowsOf(rows), fetches, rows, batch });
}

async function failure(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => new Error('no failure'),
    (error: unknown) => error as Error,
  );
}

/** Another process of ours that waits for a model which does not end, and the process of that model. */
async function parentOfEndlessModel(): Promise<{ parent: ChildProcess; child: number }> {
  const source = fileURLToPath(new URL('../../../../src/platform/native/onnx-runtime.ts', import.meta.url));
  const script = join(folder, 'parent.mjs');
  writeFileSync(
    script,
    `import { createOnnxRuntime } from ${JSON.stringify(pathToFileURL(source).href)};
    const runtime = createOnnxRuntime();
    const file = ${JSON.stringify(`${MODELS}hostile/endless.onnx`)};
    const model = await runtime.open({ file, bytes: await runtime.read(file), external: [], timeoutMs: 60000 });
    const values = new Float32Array(4);
    const answer = model.run({ feeds: new Map([['X', { type: 'float32', shape: [1, 4], values }]]), fetches: ['y'], rows: 1, batch: 1 });
    process.send(model.pid);
    await answer;`,
  );
  const parent = fork(script, { execArgv: [], env: { TMPDIR: folder } });
  const [child] = (await once(parent, 'message')) as [number];
  return { parent, child };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('a model in a process of its own', () => {
  it('says what it takes and gives', async () => {
    const model = await open('logreg-tensor.onnx');

    expect(model.inputs).toEqual([{ name: 'X', type: 'float32', shape: [null, 4] }]);
    expect(model.outputs.map(({ name, type }) => [name, type])).toEqual([
      ['label', 'int64'],
      ['probabilities', 'float32'],
    ]);
    await model.close();
  });

  it('gives the same values whatever the batches', async () => {
    const model = await open('missing-values.onnx');

    const whole = await run(model, 10);
    const parts = await run(model, 10, ['y'], 3);

    expect(parts.get('y')).toEqual(whole.get('y'));
    expect(parts.get('y')?.shape).toEqual([10]);
    await model.close();
  });

  it('answers requests that are under way together, in order', async () => {
    const model = await open('missing-values.onnx');

    const answers = await Promise.all([run(model, 1), run(model, 2), run(model, 3)]);

    expect(answers.map((answer) => answer.get('y')?.shape)).toEqual([[1], [2], [3]]);
    await model.close();
  });

  it('works beside another one', async () => {
    const [first, second] = await Promise.all([open('missing-values.onnx'), open('regression.onnx')]);

    await first.close();
    const answer = await run(second, 2, ['variable']);

    expect(answer.get('variable')?.shape).toEqual([2, 1]);
    await second.close();
  });

  it('has none of our environment variables', async () => {
    process.env['SLIPWAY_TEST_SECRET'] = 'hidden';
    const model = await open('missing-values.onnx');
    const child = (model as unknown as { pid: number }).pid;

    const environment = process.platform === 'linux' ? readFileSync(`/proc/${child}/environ`, 'utf8') : '';

    expect(environment).not.toContain('hidden');
    delete process.env['SLIPWAY_TEST_SECRET'];
    await model.close();
  });
});

describe('what a model cannot do to us', () => {
  it('stops a model that does not end', async () => {
    const model = await open('hostile/endless.onnx', { timeoutMs: 700 });

    const error = await failure(run(model, 1));

    expect(error).toBeInstanceOf(CommandError);
    expect(error).toMatchObject({
      code: 'MODEL_FAILED',
      message: expect.stringContaining('within 0.7 s') as string,
    });
    expect(await failure(run(model, 1))).toBe(error);
    await model.close();
  });

  it('stops on abort while the model works', async () => {
    const stop = new AbortController();
    const model = await open('hostile/endless.onnx', { signal: stop.signal });
    const answer = failure(run(model, 1));

    stop.abort();

    expect(await answer).toBeInstanceOf(CancelledError);
    await model.close();
  });

  it('does not start after an abort', async () => {
    expect(await failure(open('logreg-tensor.onnx', { signal: AbortSignal.abort() }))).toBeInstanceOf(
      CancelledError,
    );
  });

  it('survives a process that is killed', async () => {
    const model = await open('hostile/endless.onnx');
    const answer = failure(run(model, 1));

    process.kill((model as unknown as { pid: number }).pid, 'SIGKILL');

    expect(await answer).toMatchObject({
      code: 'MODEL_FAILED',
      message: expect.stringContaining('SIGKILL') as string,
    });
    await model.close();
  });

  it('leaves nothing behind', async () => {
    const kept = process.env['TMPDIR'];
    process.env['TMPDIR'] = folder;
    const model = await open('logreg-tensor.onnx');
    await model.close();
    await model.close();
    await failure(open('hostile/unknown-operator.onnx'));

    expect(readdirSync(folder)).toEqual([]);
    if (kept === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = kept;
  });

  it('ends with a parent that is killed', async () => {
    const { parent, child } = await parentOfEndlessModel();

    parent.kill('SIGKILL');

    await vi.waitFor(() => expect(isAlive(child)).toBe(false), { timeout: 10_000, interval: 50 });
  });

  it.each([
    ['fails-on-rows', 'failed: '],
    ['one-row-out', 'output "y" has shape [1, 1] for 5 rows'],
    ['huge-allocation', 'failed: '],
  ])('reports %s as the model’s failure', async (name, reason) => {
    const model = await open(`hostile/${name}.onnx`);

    const error = await failure(run(model, 5));

    expect(error).toBeInstanceOf(CommandError);
    expect(error).toMatchObject({ code: 'MODEL_FAILED', message: expect.stringContaining(reason) as string });
    await model.close();
  });

  it('refuses an operator that does not exist', async () => {
    const error = await failure(open('hostile/unknown-operator.onnx'));

    expect(error).toBeInstanceOf(InputError);
    expect(error).toMatchObject({
      code: 'MODEL_UNREADABLE',
      message: expect.stringContaining('Frobnicate') as string,
    });
  });

  it('refuses bytes that are no model', async () => {
    const bytes = Buffer.from('id,score\n1,0.5\n');

    const error = await failure(runtime.open({ file: 'a.csv', bytes, external: [], timeoutMs: 10_000 }));

    expect(error).toMatchObject({ code: 'MODEL_UNREADABLE' });
  });
});

describe('external data', () => {
  const external = ['external.weights'];

  function copied(): string {
    copyFileSync(`${MODELS}external.onnx`, join(folder, 'model-a.onnx'));
    return join(folder, 'model-a.onnx');
  }

  it('is read from a plain file beside the model', async () => {
    const model = await open('external.onnx', { external });

    const answer = await run(model, 1);

    expect(answer.get('y')).toMatchObject({ shape: [1, 1] });
    await model.close();
  });

  it.each([
    ['absent', () => undefined, 'does not lie beside it'],
    [
      'a symbolic link',
      () => symlinkSync(`${MODELS}external.weights`, join(folder, 'external.weights')),
      'no plain file',
    ],
    [
      'a hard link',
      () => {
        writeFileSync(join(folder, 'other'), 'secret secret 16');
        linkSync(join(folder, 'other'), join(folder, 'external.weights'));
      },
      'no plain file',
    ],
  ])('is refused when it is %s', async (_, prepare, reason) => {
    prepare();

    const error = await failure(open(copied(), { external }));

    expect(error).toMatchObject({
      code: 'MODEL_UNREADABLE',
      message: expect.stringContaining(reason) as string,
    });
  });

  it('cannot be found by a model whose inspection missed it', async () => {
    copyFileSync(`${MODELS}external.weights`, join(folder, 'external.weights'));

    const error = await failure(open(copied(), { external: [] }));

    expect(error).toMatchObject({ code: 'MODEL_UNREADABLE' });
  });
});

describe('files', () => {
  it('that do not exist are an input error', async () => {
    expect(await failure(runtime.read(join(folder, 'none.onnx')))).toMatchObject({ code: 'FILE_NOT_FOUND' });
    expect(await failure(runtime.head(join(folder, 'none.onnx')))).toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  it('that are folders are an input error', async () => {
    expect(await failure(runtime.read(folder))).toMatchObject({ code: 'FILE_UNREADABLE' });
    expect(await failure(runtime.head(folder))).toMatchObject({ code: 'FORMAT_UNKNOWN' });
  });

  it('show at most 64 KiB of their head', async () => {
    writeFileSync(join(folder, 'long'), Buffer.alloc(100_000, 7));

    expect(await runtime.head(join(folder, 'long'))).toHaveLength(65_536);
  });
});

describe('a missing native part', () => {
  it('is said with the next step', async () => {
    const bare = createOnnxRuntime({ library: join(folder, 'nowhere.js') });
    const file = `${MODELS}logreg-tensor.onnx`;

    const error = await failure(
      bare.open({ file, bytes: readFileSync(file), external: [], timeoutMs: 10_000 }),
    );

    expect(error).toBeInstanceOf(PlatformError);
    expect(error).toMatchObject({ code: 'NATIVE_MISSING' });
    const hint = expect.stringContaining('actions/setup') as string;
    expect(error).toHaveProperty('problems.0.hint', hint);
  });
});
