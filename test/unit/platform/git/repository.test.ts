import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { InputError } from '../../../../src/contracts/errors.ts';
import { openRepository } from '../../../../src/platform/git/repository.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-git-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function git(...args: string[]): string {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  const who = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'init.defaultBranch=main'];
  return execFileSync('git', [...who, ...args], { cwd: folder, env, encoding: 'utf8' }).trim();
}

function commit(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  git('add', '-A');
  git('commit', '-qm', `write ${name}`);
  return git('rev-parse', 'HEAD');
}

describe('the commit a candidate is judged against', () => {
  test('on a branch: where it left main', async () => {
    git('init', '-q');
    const fork = commit('a', '1');
    git('switch', '-qc', 'feature');
    commit('a', '2');
    commit('a', '3');

    expect(await (await openRepository(folder)).base(undefined)).toEqual({ commit: fork, ref: 'main' });
  });

  test('on main: the commit before', async () => {
    git('init', '-q');
    const first = commit('a', '1');
    commit('a', '2');

    expect(await (await openRepository(folder)).base(undefined)).toEqual({ commit: first, ref: 'HEAD~1' });
  });

  test('on main with an edit that is not committed: the last commit', async () => {
    git('init', '-q');
    commit('a', '1');
    const head = commit('a', '2');
    writeFileSync(join(folder, 'a'), 'edited');

    expect(await (await openRepository(folder)).base(undefined)).toEqual({ commit: head, ref: 'HEAD' });
  });

  test.each(['no commit yet', 'one commit'])('nothing with %s', async (state) => {
    git('init', '-q');
    if (state === 'one commit') commit('a', '1');

    expect(await (await openRepository(folder)).base(undefined)).toBeNull();
  });

  test('nothing outside of git', async () => {
    expect(await (await openRepository(folder)).base(undefined)).toBeNull();
  });

  test('an unknown ref is wrong input, also when it looks like an option', async () => {
    git('init', '-q');
    commit('a', '1');
    const repository = await openRepository(folder);

    await expect(repository.base('nowhere')).rejects.toThrow(InputError);
    await expect(repository.base('--output=/tmp/x')).rejects.toThrow(InputError);
  });
});

describe('checking out another commit', () => {
  test('writes its files beside the work tree and leaves index and work tree alone', async () => {
    git('init', '-q');
    mkdirSync(join(folder, 'src'));
    writeFileSync(join(folder, '.gitattributes'), 'src/** export-ignore\n');
    writeFileSync(join(folder, 'src', 'train.py'), 'old');
    const old = commit('a', '1');
    writeFileSync(join(folder, 'src', 'train.py'), 'new');
    git('add', '-A');
    const before = git('status', '--porcelain');

    const into = join(folder, '.slipway', 'tree');
    await (await openRepository(folder)).checkout(old, into);

    expect(readFileSync(join(into, 'src', 'train.py'), 'utf8')).toBe('old');
    expect(git('status', '--porcelain', '--', 'src', 'a')).toBe(before);
    expect(readdirSync(join(folder, '.slipway'))).toEqual(['tree']);
  });

  test('a commit that does not exist leaves nothing behind', async () => {
    git('init', '-q');
    commit('a', '1');
    const into = join(folder, '.slipway', 'tree');

    await expect((await openRepository(folder)).checkout('0'.repeat(40), into)).rejects.toThrow(InputError);

    expect(existsSync(into)).toBe(false);
    expect(readdirSync(join(folder, '.slipway'))).toEqual([]);
  });
});

test('files changed since a commit: edited, added, not the ignored ones', async () => {
  git('init', '-q');
  writeFileSync(join(folder, '.gitignore'), 'ignored\n');
  const first = commit('a', '1');
  commit('b', '1');
  writeFileSync(join(folder, 'a'), '2');
  writeFileSync(join(folder, 'ignored'), '1');
  writeFileSync(join(folder, 'new'), '1');

  expect(await (await openRepository(folder)).changedSince(first)).toEqual(['a', 'b', 'new']);
});
