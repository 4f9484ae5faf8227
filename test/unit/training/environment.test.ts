import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { runInEnvironment } from '../../../src/training/index.ts';
import {
  errorOf,
  freshPorts,
  linesOutside,
  makeProject,
  type Project,
  requestOf,
  trainAfresh,
  type Wish,
} from './project.ts';

let project: Project;

beforeEach(() => {
  project = makeProject({ 'deps.lock': 'one\n', 'src/lib.txt': 'library\n' });
});
afterEach(() => project.remove());

/** An environment whose install is counted, and a training that shows something of it. */
function wishOf(install: string, show: string): Wish {
  return {
    train: { run: `${show} > "$SLIPWAY_OUTPUT_DIR/seen"` },
    environment: {
      install: `echo install >> "$INSTALLS"\n${install}`,
      lock: 'deps.lock',
      env: { INSTALLS: join(project.outside, 'installs') },
    },
  };
}

const installs = (): number => linesOutside(project, 'installs').length;
const seen = async (wish: Wish): Promise<string> =>
  readFileSync((await trainAfresh(project, wish)).entry ?? '', 'utf8');
const environments = (): string[] => readdirSync(join(project.root, '.slipway', 'env'));

describe('environment.install', () => {
  const packages =
    'mkdir -p node_modules/.bin && cp deps.lock node_modules/dep.txt && printf "#!/bin/sh\\necho tool\\n" > node_modules/.bin/tool && chmod +x node_modules/.bin/tool';

  test('runs once; what it left is linked into each work copy and its tools are on the PATH', async () => {
    expect(await seen(wishOf(packages, 'cat node_modules/dep.txt'))).toBe('one\n');
    project.put('src/lib.txt', 'changed\n');

    expect(await seen(wishOf(packages, '(cat node_modules/dep.txt src/lib.txt; tool)'))).toBe(
      'one\nchanged\ntool\n',
    );
    expect(installs()).toBe(1);
    expect(existsSync(join(project.root, 'node_modules'))).toBe(false);
  });

  test('runs again when a lock file, the command or a variable changes', async () => {
    const wish = wishOf(packages, 'cat node_modules/dep.txt');
    const first = await trainAfresh(project, wish);
    project.put('deps.lock', 'two\n');
    const second = await trainAfresh(project, wish);
    await trainAfresh(project, {
      ...wish,
      environment: { ...wish.environment, env: { INSTALLS: join(project.outside, 'installs'), MORE: '1' } },
    });

    expect(second.why).toContain('lock file changed: deps.lock');
    expect(second.environment.digest).not.toBe(first.environment.digest);
    expect(installs()).toBe(3);
  });

  test('that builds the tree’s own code is an environment of those sources alone', async () => {
    const build = wishOf('mkdir -p lib-out && cp src/lib.txt lib-out/', 'cat lib-out/lib.txt');
    expect(await seen(build)).toBe('library\n');
    project.put('src/lib.txt', 'changed\n');

    expect(await seen(build)).toBe('changed\n');
    expect(environments()).toHaveLength(2);
  });

  test('that fails names its last lines, leaves nothing that counts, and is tried again', async () => {
    const wish = wishOf(
      'echo half > half.txt; if [ "$(wc -l < "$INSTALLS")" = 1 ]; then echo "no such package" >&2; exit 3; fi',
      'ls',
    );

    const error = await errorOf(trainAfresh(project, wish));

    expect(error.problems[0]).toMatchObject({
      code: 'INSTALL_FAILED',
      excerpt: 'no such package',
      hint: expect.stringContaining('install.log') as string,
    });
    expect(await seen(wish)).toContain('deps.lock');
    expect(installs()).toBe(2);
  });

  test('of two runs at once happens once', async () => {
    const slow = (show: string): Wish => wishOf(`sleep 0.4; ${packages}`, show);

    await Promise.all([
      trainAfresh(project, slow('cat node_modules/dep.txt')),
      trainAfresh(project, slow('cat src/lib.txt')),
    ]);

    expect(installs()).toBe(1);
  });

  test('that was killed half way is started anew', async () => {
    const wish = wishOf(packages, 'cat node_modules/dep.txt');
    const { environment } = await trainAfresh(project, wish);
    const folder = join(project.root, '.slipway', 'env', environment.digest ?? '');
    writeFileSync(join(folder, 'ready.json'), '{"schema"');
    writeFileSync(join(folder, 'tree', 'leftover'), '');
    project.put('src/lib.txt', 'changed\n');

    await trainAfresh(project, wish);

    expect(installs()).toBe(2);
    expect(existsSync(join(folder, 'tree', 'leftover'))).toBe(false);
  });

  test('with Python gets a virtual environment; editable code is that of the work copy', async () => {
    project.put('requirements.txt', '');
    project.put('pkg/mine.py', 'VALUE = "one"\n');
    const install =
      'site=$(python -c "import sysconfig; print(sysconfig.get_path(\'purelib\'))"); echo "$PWD/pkg" > "$site/mine.pth"; echo "X = 1" > "$site/dep.py"';
    const wish = wishOf(
      install,
      'python -c "import mine, dep, sys; print(mine.VALUE, dep.X, sys.prefix != sys.base_prefix)"',
    );
    expect(await seen(wish)).toBe('one 1 True\n');

    project.put('pkg/mine.py', 'VALUE = "two"\n');

    expect(await seen(wish)).toBe('two 1 True\n');
    expect(installs()).toBe(1);
  });

  test('a missing lock file is told', async () => {
    const wish = wishOf('true', 'true');

    expect(
      await errorOf(
        trainAfresh(project, {
          ...wish,
          environment: { ...wish.environment, lock: ['none.lock', 'deps.lock'] },
        }),
      ),
    ).toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});

describe('runInEnvironment', () => {
  const TRAINED: Wish = {
    train: {
      run: 'mkdir -p model; echo weights > model/m.bin',
      outputs: { entry: 'model/m.bin' },
      params: 'params.yaml',
    },
  };

  async function predict(
    command: string,
    values: Readonly<Record<string, string>> = {},
    withheld: readonly string[] = [],
  ) {
    project.put('params.yaml', 'unit: "a b"\n');
    const { outputsDir, entry } = await trainAfresh(project, TRAINED);
    const base = {
      ...requestOf(project, TRAINED),
      command,
      values,
      withheld,
      timeoutMs: 20_000,
      logFile: null,
    };
    const outcome = await runInEnvironment(
      { ...base, outputs: { dir: outputsDir, entry } },
      freshPorts(project),
    );
    return { outcome, entry: entry ?? '' };
  }

  test('fills in model, input, output and parameters, and finds the model at its declared place', async () => {
    const [input, output] = [join(project.outside, 'in put.csv'), join(project.outside, 'out.csv')];
    writeFileSync(input, 'id\n1\n');

    await predict('(cat {model} model/m.bin {input}; echo {params.unit}) > {output}', { input, output });

    expect(readFileSync(output, 'utf8')).toBe('weights\nweights\nid\n1\na b\n');
  });

  test('gets no training rows, no withheld files, no secrets; and cannot change the stored model', async () => {
    project.put('answers.csv', 'secret\n');
    symlinkSync('answers.csv', join(project.root, 'alias.csv'));
    const output = join(project.outside, 'out.txt');

    const { entry } = await predict(
      '(env | grep -c SLIPWAY_DATA; ls; echo evil > {model}) > {output} || true',
      { output },
      ['answers.csv'],
    );

    expect(readFileSync(output, 'utf8')).toBe('0\ndeps.lock\nmodel\nparams.yaml\nsrc\n');
    expect(readFileSync(entry, 'utf8')).toBe('weights\n');
  });

  test('leaves no work copy, also when it fails', async () => {
    const error = await errorOf(predict('echo "cannot load" >&2; exit 2'));

    expect(error.problems[0]).toMatchObject({ code: 'PREDICT_FAILED', excerpt: 'cannot load' });
    expect(error.message).toContain('exited with code 2');
    expect(readdirSync(join(project.root, '.slipway', 'work'))).toEqual([]);
  });
});
