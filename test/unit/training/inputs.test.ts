import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { digestCopy } from '../../../src/training/index.ts';

import {
  errorOf,
  makeLibraryProject,
  type Project,
  trainAfresh,
  type Wish,
  freshPorts,
  requestOf,
} from './project.ts';

let project: Project;
let wish: Wish;

beforeEach(() => {
  ({ project, wish } = makeLibraryProject());
});
afterEach(() => project.remove());

const withTrain = (train: Readonly<Record<string, unknown>>): Wish => ({
  ...wish,
  train: { ...wish.train, ...train },
});

describe('inputs', () => {
  const show = (command: string, inputs: string[], dir = ''): Wish => ({
    train: { run: `${command} > "$SLIPWAY_OUTPUT_DIR/seen"`, inputs },
    dir,
  });
  const seen = async (what: Wish): Promise<string> =>
    readFileSync((await trainAfresh(project, what)).entry ?? '', 'utf8');

  test('of a monorepo reach shared folders, and their changes count', async () => {
    project.put('models/a/train.txt', 'a\n');
    project.put('common/shared.txt', 'one\n');
    const model = show('cat train.txt ../../common/shared.txt', ['*.txt', '../../common/**'], 'models/a');
    expect(await seen(model)).toBe('a\none\n');

    project.put('common/shared.txt', 'two\n');

    expect((await trainAfresh(project, model)).why).toEqual(['input changed: common/shared.txt']);
  });

  test('that were not declared do not count', async () => {
    await trainAfresh(project, show('cat src/lib.txt', ['src/**']));
    project.put('train.sh', 'other\n');

    expect((await trainAfresh(project, show('cat src/lib.txt', ['src/**']))).status).toBe('reused');
  });

  test('all that name nothing or leave the repository are told at once', async () => {
    const error = await errorOf(
      trainAfresh(project, show('true', ['srcs/**', 'none.txt', '../../etc/*', 'src/**'])),
    );

    expect(error.problems.map(({ code }) => code)).toEqual([
      'FILE_NOT_FOUND',
      'FILE_NOT_FOUND',
      'CONFIG_INVALID',
    ]);
  });

  test('exceptions take files away', async () => {
    project.put('src/skip.txt', 'skip');

    expect(await seen(show('ls src | wc -l', ['src/**', '!src/skip.txt']))).toMatch(/2/);
    project.put('src/skip.txt', 'skip more');
    expect((await trainAfresh(project, show('ls src | wc -l', ['src/**', '!src/skip.txt']))).status).toBe(
      'reused',
    );
  });

  test('links inside stay links, links that lead outside bring their content', async () => {
    writeFileSync(join(project.outside, 'far.txt'), 'far\n');
    symlinkSync('lib.txt', join(project.root, 'src', 'near'));
    symlinkSync(join(project.outside, 'far.txt'), join(project.root, 'src', 'far'));
    symlinkSync('nowhere', join(project.root, 'src', 'dangling'));
    const look = show(
      '(cat src/near src/far; test -L src/near && echo link; test -L src/far || echo file; ls src)',
      [],
    );
    expect(await seen(look)).toBe('library\nfar\nlink\nfile\nfar\nlib.txt\nnear\n');

    writeFileSync(join(project.outside, 'far.txt'), 'changed\n');

    expect((await trainAfresh(project, look)).why).toEqual(['input changed: src/far']);
  });

  test('executable files stay executable', async () => {
    expect(await seen(show('test -x train.sh && echo yes', []))).toBe('yes\n');
  });

  test('an input that changes while the command runs is said, and its result kept', async () => {
    const lib = join(project.root, 'src', 'lib.txt');
    const model = withTrain({
      run: `echo edited > ${lib}; cat src/lib.txt > "$SLIPWAY_OUTPUT_DIR/m"; echo run >> "$RUNS"`,
    });

    const error = await errorOf(trainAfresh(project, model));

    expect(error).toMatchObject({ code: 'INPUT_CHANGED' });
    expect(error.message).toContain('src/lib.txt');
    project.put('src/lib.txt', 'library\n');
    const again = await trainAfresh(project, model);
    expect(again.status).toBe('reused');
    expect(readFileSync(again.entry ?? '', 'utf8')).toBe('library\n');
  });
});

test('the digest of a copy goes by what a command would find there', async () => {
  const digest = (withheld: readonly string[] = []) =>
    digestCopy({ ...requestOf(project, wish), withheld }, freshPorts(project));
  const before = await digest();

  project.put('ignored/file.txt', 'other\n');
  const ignored = await digest();
  project.put('src/lib.txt', 'other\n');

  expect(ignored).toBe(before);
  expect(await digest()).not.toBe(before);
  expect(await digest(['data/all.csv'])).not.toBe(await digest());
});
