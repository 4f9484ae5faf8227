import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import {
  errorOf,
  linesOutside,
  makeLibraryProject,
  type Project,
  trainAfresh,
  type Wish,
} from './project.ts';

let project: Project;
let wish: Wish;

beforeEach(() => {
  ({ project, wish } = makeLibraryProject());
});
afterEach(() => project.remove());

const runs = (): number => linesOutside(project, 'runs').length;
const withTrain = (train: Readonly<Record<string, unknown>>): Wish => ({
  ...wish,
  train: { ...wish.train, ...train },
});

describe('outputs', () => {
  test('come from the declared paths or from SLIPWAY_OUTPUT_DIR', async () => {
    const outputs = { model: ['model/**', 'extra.txt'], entry: 'model/model.bin', metrics: 'metrics.json' };
    const run =
      'echo m > model/model.bin; echo v > model/vocab.txt; echo \'{"auc": 0.8, "n": {"x": 1}}\' > metrics.json; echo e > "$SLIPWAY_OUTPUT_DIR/extra.txt"';

    const result = await trainAfresh(project, withTrain({ run, outputs }));

    expect(result.files.map(({ path }) => path)).toEqual(['extra.txt', 'model/model.bin', 'model/vocab.txt']);
    expect(result.entry).toBe(join(result.outputsDir, 'model', 'model.bin'));
    expect(result.metrics).toEqual({ auc: 0.8, 'n.x': 1 });
  });

  test('undeclared are all of SLIPWAY_OUTPUT_DIR, with the only ONNX file as the entry', async () => {
    const result = await trainAfresh(
      project,
      withTrain({ run: 'cd "$SLIPWAY_OUTPUT_DIR"; mkdir a; echo o > a/m.onnx; echo t > t.txt' }),
    );

    expect(result.files.map(({ path }) => path)).toEqual(['a/m.onnx', 't.txt']);
    expect(result.entry).toBe(join(result.outputsDir, 'a', 'm.onnx'));
  });

  test('named by wildcards are those that match, files and whole folders', async () => {
    const run =
      'mkdir -p runs/a/weights; echo b > runs/a/weights/best.pt; echo l > runs/a/log.txt; echo 1 > a.pkl; echo 2 > b.pkl; echo 3 > notes.txt';

    const files = await trainAfresh(
      project,
      withTrain({ run, outputs: { model: ['*.pkl', 'runs/*/weights'] } }),
    );

    expect(files.files.map(({ path }) => path)).toEqual(['a.pkl', 'b.pkl', 'runs/a/weights/best.pt']);
  });

  test('may lie in a folder that MLflow makes and names', async () => {
    const run =
      'mkdir mlruns; mkdir -p mlruns/0/f3e1/artifacts/model; echo m > mlruns/0/f3e1/artifacts/model/MLmodel';
    const outputs = { model: 'mlruns/**', entry: 'mlruns/0/*/artifacts/model' };

    const result = await trainAfresh(project, withTrain({ run, outputs }));

    expect(result.entry).toBe(join(result.outputsDir, 'mlruns/0/f3e1/artifacts/model'));
  });

  test('with wildcards in the entry must be one file or folder', async () => {
    const outputs = { model: 'm/**', entry: 'm/*.bin' };

    const error = await errorOf(
      trainAfresh(project, withTrain({ run: 'echo 1 > m/a.bin; echo 2 > m/b.bin', outputs })),
    );

    expect(error.problems).toMatchObject([{ code: 'OUTPUT_AMBIGUOUS' }]);
    expect(error.problems[0]?.message).toContain('m/a.bin, m/b.bin');
  });

  test('that are missing are told all at once', async () => {
    const error = await errorOf(
      trainAfresh(
        project,
        withTrain({ run: 'echo done', outputs: { model: ['a.bin', 'b/*'], metrics: 'm.json' } }),
      ),
    );

    expect(error.problems.map(({ code }) => code)).toEqual([
      'OUTPUT_MISSING',
      'OUTPUT_MISSING',
      'OUTPUT_MISSING',
    ]);
    expect(error.problems[0]).toMatchObject({ excerpt: 'done' });
  });

  test('that are missing as a model file and as the entry are told once', async () => {
    const outputs = { model: ['fit.rds'], entry: 'fit.rds' };

    const error = await errorOf(trainAfresh(project, withTrain({ run: 'echo done', outputs })));

    expect(error.problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('train.outputs.model: the command has not written fit.rds'),
    ]);
  });

  test('of an earlier time do not count', async () => {
    project.put('model/model.bin', 'old');
    project.put('model/other.txt', 'old');
    const literal = await errorOf(
      trainAfresh(project, withTrain({ run: 'true', outputs: { entry: 'model/model.bin' } })),
    );
    const glob = await errorOf(
      trainAfresh(project, withTrain({ run: 'true', outputs: { model: 'model/**' } })),
    );
    const rewritten = await trainAfresh(
      project,
      withTrain({ run: 'printf old > model/model.bin', outputs: { model: 'model/**' } }),
    );

    expect(literal.code).toBe('OUTPUT_STALE');
    expect(glob.code).toBe('OUTPUT_STALE');
    expect(rewritten.files.map(({ path }) => path)).toEqual(['model/model.bin']);
  });

  test('when nothing is written, it is said where to write', async () => {
    const error = await errorOf(trainAfresh(project, withTrain({ run: 'true' })));

    expect(error.problems[0]).toMatchObject({
      code: 'OUTPUT_MISSING',
      hint: expect.stringContaining('SLIPWAY_OUTPUT_DIR') as string,
    });
  });

  test('that are links are refused', async () => {
    const error = await errorOf(
      trainAfresh(project, withTrain({ run: 'ln -s /etc/passwd "$SLIPWAY_OUTPUT_DIR/m"' })),
    );

    expect(error.message).toContain('regular file');
  });

  test('outside of dir are refused', async () => {
    const error = await errorOf(
      trainAfresh(project, withTrain({ outputs: { model: ['../x', '/tmp/y', 'ok'] } })),
    );

    expect(error.problems).toHaveLength(2);
  });

  test('that lie in the tree are no inputs', async () => {
    const model = withTrain({ run: 'echo m > model.bin', outputs: { entry: 'model.bin' } });
    const first = await trainAfresh(project, model);
    cpSync(first.entry ?? '', join(project.root, 'model.bin'));

    expect((await trainAfresh(project, model)).status).toBe('reused');
  });
});

describe('repeats', () => {
  const seeded = { run: 'echo "$SLIPWAY_SEED" > "$SLIPWAY_OUTPUT_DIR/m"; echo run >> "$RUNS"' };

  test('train with consecutive seeds, the first being the artifact', async () => {
    const result = await trainAfresh(project, { ...withTrain({ ...seeded, repeats: 3 }), more: { seed: 5 } });

    expect(result.seeds.map(({ seed, entry }) => [seed, readFileSync(entry ?? '', 'utf8')])).toEqual([
      [5, '5\n'],
      [6, '6\n'],
      [7, '7\n'],
    ]);
    expect(result.entry).toBe(result.seeds[0]?.entry);
    expect(result.seedIgnored).toBe(false);
  });

  test('more of them reuse those that are there', async () => {
    const one = await trainAfresh(project, withTrain(seeded));

    const three = await trainAfresh(project, withTrain({ ...seeded, repeats: 3 }));
    const again = await trainAfresh(project, withTrain({ ...seeded, repeats: 3 }));

    expect(three).toMatchObject({ status: 'ran', why: ['repeats changed: 1 → 3'], files: one.files });
    expect(again).toMatchObject({ status: 'reused', key: three.key });
    expect(three.key).not.toBe(one.key);
    expect(runs()).toBe(3);
  });

  test('with a command that ignores the seed are noticed', async () => {
    const result = await trainAfresh(
      project,
      withTrain({ run: 'echo same > "$SLIPWAY_OUTPUT_DIR/m"', repeats: 2 }),
    );

    expect(result).toMatchObject({ seedIgnored: true, warnings: [{ code: 'SEED_IGNORED' }] });
  });
});
