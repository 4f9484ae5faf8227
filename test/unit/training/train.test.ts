import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import {
  errorOf,
  linesOutside,
  LIBRARY_SCRIPT,
  makeLibraryProject,
  makeProject,
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

describe('training', () => {
  test('runs once; what is unchanged is reused', async () => {
    const first = await trainAfresh(project, wish);
    const second = await trainAfresh(project, wish);

    expect(first).toMatchObject({
      status: 'ran',
      why: ['first training'],
      params: { alpha: 0.1 },
      metrics: null,
    });
    expect(second).toMatchObject({
      status: 'reused',
      why: [],
      key: first.key,
      files: first.files,
      entry: first.entry,
    });
    expect(readFileSync(first.entry ?? '', 'utf8')).toBe('library\n0.1\n');
    expect(readFileSync(first.logFile ?? '', 'utf8')).toBe('seed 0\n');
    expect(second.durationMs).toBe(first.durationMs);
    expect(runs()).toBe(1);
  });

  test('never changes the tree and leaves no work copy', async () => {
    await trainAfresh(
      project,
      withTrain({
        run: 'echo x >> src/lib.txt; rm train.sh; echo y > new.txt; echo m > "$SLIPWAY_OUTPUT_DIR/m"',
      }),
    );

    expect(project.git('status', '--porcelain')).toBe('');
    expect(project.read('src/lib.txt')).toBe('library\n');
    expect(readdirSync(join(project.root, '.slipway', 'work'))).toEqual([]);
    expect(readdirSync(join(project.root, '.slipway', 'checkpoints'))).toEqual([]);
  });

  test('says what changed', async () => {
    await trainAfresh(project, wish);
    project.put('params.yaml', '# a comment is no change\nalpha: 0.2\n');
    project.put('src/more.txt', 'more\n');
    const changed = await trainAfresh(project, wish);

    project.put('params.yaml', '# other comment\nalpha: 0.2\n');
    const comment = await trainAfresh(project, wish);

    expect(changed.why).toEqual(['input added: src/more.txt', 'param changed: alpha 0.1 → 0.2']);
    expect(comment.status).toBe('reused');
  });

  test('an undone change finds the earlier result', async () => {
    const first = await trainAfresh(project, wish);
    project.put('src/lib.txt', 'other\n');
    await trainAfresh(project, wish);
    project.put('src/lib.txt', 'library\n');

    expect(await trainAfresh(project, wish)).toMatchObject({ status: 'reused', key: first.key });
  });

  test('the key is that of the content, wherever it lies', async () => {
    const first = await trainAfresh(project, wish);
    const checkout = join(project.root, '.slipway', 'base', 'abc');
    mkdirSync(checkout, { recursive: true });
    project.git('archive', '--format=tar', '--output', join(project.outside, 'a.tar'), 'HEAD');
    project.git('--work-tree', checkout, 'checkout', 'HEAD', '--', '.');

    const base = await trainAfresh(project, { ...wish, root: checkout });

    expect(base).toMatchObject({ status: 'reused', key: first.key });
  });

  test('a plain folder without git trains too, installed packages left out', async () => {
    const plain = makeProject(
      {
        'train.sh': LIBRARY_SCRIPT,
        'src/lib.txt': 'library\n',
        'params.yaml': 'alpha: 0.1\n',
        'node_modules/a/index.js': '',
      },
      { git: false },
    );
    try {
      const listing = { run: 'ls > "$SLIPWAY_OUTPUT_DIR/listing"' };
      const result = await trainAfresh(plain, { train: listing });

      expect(readFileSync(result.entry ?? '', 'utf8')).toBe('params.yaml\nsrc\ntrain.sh\n');
    } finally {
      plain.remove();
    }
  });

  test('a cached output that was tampered with is noticed and made again', async () => {
    const first = await trainAfresh(project, wish);
    appendFileSync(first.entry ?? '', 'evil');

    const second = await trainAfresh(project, wish);

    expect(second.status).toBe('ran');
    expect(readFileSync(second.entry ?? '', 'utf8')).toBe('library\n0.1\n');
  });

  test('other outputs wanted under the same key train again', async () => {
    await trainAfresh(
      project,
      withTrain({ run: 'echo m > "$SLIPWAY_OUTPUT_DIR/m"; echo "auc: 0.7" > metrics.yaml' }),
    );

    const second = await trainAfresh(
      project,
      withTrain({
        run: 'echo m > "$SLIPWAY_OUTPUT_DIR/m"; echo "auc: 0.7" > metrics.yaml',
        outputs: { metrics: 'metrics.yaml' },
      }),
    );

    expect(second).toMatchObject({ status: 'ran', why: ['train.outputs changed'], metrics: { auc: 0.7 } });
  });

  test('by force it runs again and says that it is not reproducible', async () => {
    const random = withTrain({ run: 'od -An -N8 -tx1 /dev/urandom > "$SLIPWAY_OUTPUT_DIR/m"' });
    await trainAfresh(project, random);

    const again = await trainAfresh(project, { ...random, more: { force: true } });

    expect(again).toMatchObject({
      status: 'ran',
      why: ['asked for with force'],
      warnings: [{ code: 'NOT_REPRODUCIBLE' }],
    });
  });
});

describe('what a command sees', () => {
  const show = (command: string): Wish => withTrain({ run: `${command} > "$SLIPWAY_OUTPUT_DIR/seen"` });
  const seen = async (what: Wish): Promise<string> =>
    readFileSync((await trainAfresh(project, what)).entry ?? '', 'utf8');

  test('unignored files and declared inputs, not the ignored', async () => {
    expect(await seen(show('find . -type f | sort'))).toBe(
      './.gitignore\n./data/all.csv\n./params.yaml\n./src/lib.txt\n./train.sh\n',
    );
    const declared = {
      ...show('cat ignored/file.txt'),
      train: {
        run: 'cat ignored/file.txt > "$SLIPWAY_OUTPUT_DIR/seen"',
        inputs: ['src/**', 'ignored/file.txt'],
      },
    };
    expect(await seen(declared)).toBe('ignored\n');
  });

  test('its rows at SLIPWAY_DATA_TRAIN, and never the withheld file', async () => {
    const base = show(
      'cat "$SLIPWAY_DATA_TRAIN"; ls data 2>&1 || true; echo "${SLIPWAY_DATA_VALIDATION-none}"',
    );
    const data = {
      train: join(project.outside, 'train.csv'),
      validation: null,
      digests: { train: 't', validation: null },
      inPlace: [],
      withheld: ['data/all.csv'],
    };
    symlinkSync('data/all.csv', join(project.root, 'link.csv'));

    const text = await seen({
      ...base,
      train: {
        run: `(${String(base.train['run']).split(' > "')[0] ?? ''}; cat link.csv 2>&1 || true) > "$SLIPWAY_OUTPUT_DIR/seen"`,
      },
      more: { data },
    });

    expect(text).toContain('x,y\n1,0\n');
    expect(text).not.toContain('2,1');
    expect(text).toMatch(/none/);
  });

  test('in place, its rows where the whole file was', async () => {
    const data = {
      train: join(project.outside, 'train.csv'),
      validation: null,
      digests: { train: 't', validation: null },
      inPlace: [{ path: 'data/all.csv', file: join(project.outside, 'train.csv') }],
      withheld: ['data/all.csv'],
    };

    expect(await seen({ ...show('cat data/all.csv'), more: { data } })).toBe('x,y\n1,0\n');
    expect(project.read('data/all.csv')).toBe('x,y\n1,0\n2,1\n');
  });

  test('parameters, seed, model, and no repository around it', async () => {
    const text = await seen(
      show('(cat "$SLIPWAY_PARAMS"; echo "$SLIPWAY_SEED $SLIPWAY_MODEL"; git status 2>&1 || true)'),
    );

    expect(text).toContain('"alpha": 0.1');
    expect(text).toContain('0 m\n');
    expect(text).toContain('not a git repository');
  });

  test('its checkpoints again after a failure', async () => {
    const resume = withTrain({
      run: 'if [ -f "$SLIPWAY_CHECKPOINT_DIR/epoch" ]; then cp "$SLIPWAY_CHECKPOINT_DIR/epoch" "$SLIPWAY_OUTPUT_DIR/"; else echo 7 > "$SLIPWAY_CHECKPOINT_DIR/epoch"; exit 1; fi',
    });
    await errorOf(trainAfresh(project, resume));

    expect(readFileSync((await trainAfresh(project, resume)).entry ?? '', 'utf8')).toBe('7\n');
  });
});

describe('a training that goes wrong', () => {
  test('names command, exit code and last lines, is not cached, and can be tried again', async () => {
    const failing = withTrain({ run: 'echo run >> "$RUNS"; echo "no convergence" >&2; exit 7' });

    const error = await errorOf(trainAfresh(project, failing));
    await errorOf(trainAfresh(project, failing));

    expect(error.problems[0]).toMatchObject({
      code: 'TRAIN_FAILED',
      excerpt: 'no convergence',
      hint: expect.stringContaining('train.log') as string,
    });
    expect(error.message).toMatch(/^training of m: `echo run .*` exited with code 7/);
    expect(runs()).toBe(2);
  });

  test('for want of an ignored file says which', async () => {
    const error = await errorOf(
      trainAfresh(project, withTrain({ run: 'cat ignored/file.txt > "$SLIPWAY_OUTPUT_DIR/m"' })),
    );

    expect(error.problems[0]?.hint).toContain('ignored/file.txt exists in your tree');
    expect(error.problems[0]?.hint).toContain('train.inputs');
  });

  test('takes too long', async () => {
    const error = await errorOf(trainAfresh(project, withTrain({ run: 'sleep 60', timeout: '300ms' })));

    expect(error).toMatchObject({ code: 'COMMAND_TIMEOUT' });
  });

  test('every missing parameter is told before anything runs', async () => {
    const error = await errorOf(
      trainAfresh(project, withTrain({ run: './train.sh {params.alhpa} {params.beta}' })),
    );

    expect(error.problems.map(({ code }) => code)).toEqual(['PARAM_MISSING', 'PARAM_MISSING']);
    expect(runs()).toBe(0);
  });

  test('is stopped: nothing is stored', async () => {
    const abort = new AbortController();
    const onEvent = ({ type }: { readonly type: string }): void => {
      if (type === 'line') abort.abort();
    };

    const error = await errorOf(
      trainAfresh(project, {
        ...withTrain({ run: 'echo begun; sleep 60' }),
        more: { signal: abort.signal, onEvent },
      }),
    );

    expect(error.code).toBe('CANCELLED');
    expect(existsSync(join(project.root, '.slipway', 'cache', 'train'))).toBe(false);
  });
});

test('removing .slipway only costs time', async () => {
  const first = await trainAfresh(project, wish);
  rmSync(join(project.root, '.slipway'), { recursive: true });

  expect(await trainAfresh(project, wish)).toMatchObject({
    status: 'ran',
    key: first.key,
    files: first.files,
  });
});
