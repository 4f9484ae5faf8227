import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { EntryDraft } from '../../../../src/contracts/entry.ts';
import { gitLogStore } from '../../../../src/platform/git/log-store.ts';
import {
  appendEntry,
  openLog,
  readEntries,
  recordedEntry,
  verifyLog,
  type Log,
} from '../../../../src/registry/index.ts';
import { draft } from '../../../support/log-entries.ts';
import { sampleEntries, writeHistory } from '../../../support/log-history.ts';

const BRANCH = 'slipway/log';
const trust = { bot: null };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-log-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function git(where: string, ...args: string[]): string {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  const who = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'init.defaultBranch=main'];
  return execFileSync('git', [...who, ...args], { cwd: where, env, encoding: 'utf8', stdio: 'pipe' }).trim();
}

/** A repository of a project with one commit. */
function project(name = 'project'): string {
  const where = join(folder, name);
  git(folder, 'init', '-q', name);
  writeFileSync(join(where, 'train.py'), 'pass\n');
  git(where, 'add', '.');
  git(where, 'commit', '-qm', 'first');
  return where;
}

/** A bare repository that others clone. */
function remote(): string {
  git(folder, 'clone', '-q', '--bare', project(), 'remote.git');
  git(join(folder, 'remote.git'), 'remote', 'remove', 'origin');
  return join(folder, 'remote.git');
}

function clone(from: string, name: string, ...options: string[]): string {
  git(folder, 'clone', '-q', ...options, `file://${from}`, name);
  return join(folder, name);
}

function append(where: string | ReturnType<typeof gitLogStore>, one: EntryDraft, followed?: Log) {
  return appendEntry(typeof where === 'string' ? gitLogStore(where) : where, one, {
    trust,
    followed,
    recheck: () => Promise.resolve(null),
    sleep: () => Promise.resolve(),
  });
}

const open = (where: string, options = {}) => openLog(gitLogStore(where, options), { trust });
const version = (n: number) => draft('register', { version: `v1.${n}.0` });

async function keysOf(where: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { entry } of readEntries(gitLogStore(where), (await open(where)).head))
    keys.unshift(entry.request);
  return keys;
}

async function expectHealthy(where: string, entries: number) {
  expect(git(where, 'fsck', '--strict', '--no-dangling')).toBe('');
  expect(await verifyLog(gitLogStore(where), { trust })).toEqual({ entries, problems: [] });
}

describe('a repository without a remote', () => {
  test('keeps the log beside the work: index, work tree and HEAD are not touched', async () => {
    const where = project();
    writeFileSync(join(where, 'train.py'), 'edited\n');
    const before = [git(where, 'status', '--porcelain=v2', '--branch'), git(where, 'rev-parse', 'HEAD')];
    expect(await open(where)).toMatchObject({ head: null, n: 0, trouble: null });
    const one = version(1);
    const first = await append(where, one);
    const next = await append(where, draft('promote', { version: 'v1.1.0', stage: 'staging' }), first.log);
    expect(next).toMatchObject({ status: 'appended', recorded: { entry: { n: 2 } } });
    const log = await open(where);
    expect({ ...log, models: [...log.models] }).toEqual({ ...next.log, models: [...next.log.models] });
    expect(await recordedEntry(gitLogStore(where), log, one.request)).toEqual({
      commit: first.log.head,
      entry: expect.objectContaining({ n: 1, request: one.request }),
    });
    expect([git(where, 'status', '--porcelain=v2', '--branch'), git(where, 'rev-parse', 'HEAD')]).toEqual(
      before,
    );
    expect(git(where, 'for-each-ref', '--format=%(refname)').split('\n')).toEqual([
      'refs/heads/main',
      `refs/heads/${BRANCH}`,
    ]);
    await expectHealthy(where, 2);
  });

  test('takes entries of several writers at once in one order', async () => {
    const where = project();
    const { log } = await append(where, version(0));
    const drafts = [1, 2, 3, 4].map(version);
    const shared = gitLogStore(where);
    const done = await Promise.all([
      append(where, drafts[0]!, log),
      append(where, drafts[1]!),
      append(shared, drafts[2]!),
      append(shared, drafts[3]!),
    ]);
    expect(done.map(({ status }) => status)).toEqual(drafts.map(() => 'appended'));
    expect((await keysOf(where)).slice(1).sort()).toEqual(drafts.map(({ request }) => request).sort());
    await expectHealthy(where, 5);
  });

  test('is the same in another of its work trees', async () => {
    const where = project();
    await append(where, version(1));
    git(where, 'worktree', 'add', '-q', '-b', 'other', '../other');
    await append(join(folder, 'other'), version(2));
    expect(await open(where)).toMatchObject({ n: 2, trouble: null });
    expect(await open(join(folder, 'other'))).toMatchObject({ n: 2, trouble: null });
  });

  test('a file that is read is whole, whatever it holds, or not there', async () => {
    const where = project();
    const store = gitLogStore(where);
    const text = 'ä\n\0\n\n"x" missing\n';
    const outcome = await store.append(null, { message: 'x', files: { 'a/b.json': text, 'a/c d': '' } });
    const commit = outcome.status === 'appended' ? outcome.commit : '';
    expect(await store.read(commit, ['a/c d', 'none', 'a/b.json'])).toEqual(['', null, text]);
    expect((await store.list(commit, 'a')).map(({ path }) => path)).toEqual(['a/b.json', 'a/c d']);
    expect(await store.list(commit, 'b')).toEqual([]);
    expect(git(where, 'cat-file', '-p', `${commit}:a/b.json`)).toBe(text.trim());
  });

  test('what follows the log is told of every commit, merges with all their parents', async () => {
    const where = project();
    const { log } = await append(where, version(1));
    const tree = git(where, 'rev-parse', `${BRANCH}^{tree}`);
    const main = git(where, 'rev-parse', 'main');
    const merge = git(where, 'commit-tree', tree, '-p', log.head!, '-p', main, '-m', 'Merge');
    git(where, 'update-ref', `refs/heads/${BRANCH}`, merge);
    const seen = await openLog(gitLogStore(where), { followed: log, trust });
    expect(seen).toMatchObject({ n: 1, head: log.head, trouble: { commit: merge, kind: 'tampered' } });
    expect(seen.trouble?.message).toContain('it is a merge commit');
  });

  test('a history longer than a first look is read whole', async () => {
    const where = project();
    const entries = [...sampleEntries({ models: 3, versions: 110, steps: 110 })];
    await writeHistory(where, entries);
    const log = await open(where);
    expect(log).toMatchObject({ n: 220, trouble: null });
    expect(await keysOf(where)).toEqual(entries.map(({ request }) => request));
    await expectHealthy(where, 220);
  });
});

describe('a clone of a remote', () => {
  test('writes there, and reads what others wrote', async () => {
    const bare = remote();
    const [one, two] = [clone(bare, 'one'), clone(bare, 'two')];
    const first = await append(one, version(1));
    expect(git(bare, 'rev-parse', BRANCH)).toBe(first.log.head);
    const second = await append(two, version(2));
    expect(second).toMatchObject({ status: 'appended', recorded: { entry: { n: 2 } } });
    expect(await open(one)).toMatchObject({ n: 1 });
    expect(await open(one, { fetch: true })).toMatchObject({ n: 2, head: second.log.head, trouble: null });
    expect(git(one, 'status', '--porcelain')).toBe('');
    await expectHealthy(bare, 2);
  });

  test('that races with another one: both entries are in, in one order', async () => {
    const bare = remote();
    const [one, two] = [clone(bare, 'one'), clone(bare, 'two')];
    await append(one, version(0));
    git(two, 'fetch', '-q');
    const drafts = [1, 2, 3, 4].map(version);
    const done = await Promise.all(drafts.map((each, at) => append(at % 2 === 0 ? one : two, each)));
    expect(done.map(({ status }) => status)).toEqual(drafts.map(() => 'appended'));
    const keys = await keysOf(clone(bare, 'three'));
    expect(keys.slice(1).sort()).toEqual(drafts.map(({ request }) => request).sort());
    await expectHealthy(bare, 5);
  });

  test('that the remote’s rules refuse: nothing is written, and it says who may', async () => {
    const bare = remote();
    const where = clone(bare, 'one');
    const { log } = await append(where, version(1));
    writeFileSync(join(bare, 'hooks', 'pre-receive'), '#!/bin/sh\nexit 1\n');
    chmodSync(join(bare, 'hooks', 'pre-receive'), 0o755);
    await expect(append(where, version(2), log)).rejects.toMatchObject({ code: 'PERMISSION' });
    expect(git(bare, 'rev-parse', BRANCH)).toBe(log.head);
    expect(await open(where)).toMatchObject({ n: 1, head: log.head, trouble: null });
  });

  test('whose remote is gone: unclear, nothing half written, and once when it is back', async () => {
    const bare = remote();
    const where = clone(bare, 'one');
    const { log } = await append(where, version(1));
    renameSync(bare, `${bare}.away`);
    const one = version(2);
    await expect(append(where, one, log)).rejects.toMatchObject({
      code: expect.stringMatching(/AMBIGUOUS|NETWORK/u),
    });
    await expect(open(where, { fetch: true })).rejects.toMatchObject({ code: 'NETWORK' });
    expect(await open(where)).toMatchObject({ n: 1, head: log.head, trouble: null });
    renameSync(`${bare}.away`, bare);
    expect(await append(where, one)).toMatchObject({ status: 'appended' });
    expect(await append(where, one)).toMatchObject({ status: 'already' });
    await expectHealthy(bare, 2);
  });

  test('of one branch fetches the log by itself', async () => {
    const bare = remote();
    await append(clone(bare, 'one'), version(1));
    const single = clone(bare, 'single', '--single-branch', '--branch', 'main');
    expect(await open(single)).toMatchObject({ n: 1, trouble: null });
    expect(await append(single, version(2))).toMatchObject({ status: 'appended' });
    await expectHealthy(bare, 2);
  });

  test('that is shallow does not pass its first commit for the log’s, and says what to run', async () => {
    const bare = remote();
    const first = await append(clone(bare, 'one'), version(1));
    await append(clone(bare, 'two'), version(2), first.log);
    const shallow = clone(bare, 'shallow', '--depth', '1', '--no-single-branch');
    await expect(open(shallow)).rejects.toMatchObject({
      code: 'GIT',
      problems: [{ hint: `run \`git fetch --unshallow\` in ${shallow}` }],
    });
    git(shallow, 'fetch', '-q', '--unshallow');
    expect(await open(shallow)).toMatchObject({ n: 2, trouble: null });
  });

  test('whose remote moved the branch back: entries are lost', async () => {
    const bare = remote();
    const where = clone(bare, 'one');
    const first = await append(where, version(1));
    const second = await append(where, version(2), first.log);
    git(bare, 'update-ref', `refs/heads/${BRANCH}`, first.log.head!);
    const seen = await openLog(gitLogStore(where, { fetch: true }), { followed: second.log, trust });
    expect(seen).toMatchObject({ n: 2, head: second.log.head, trouble: { kind: 'tampered' } });
    const { repair } = seen.trouble!;
    expect(repair).toBe(`git push origin ${second.log.head!}:refs/heads/slipway/log`);
    git(where, ...repair.split(' ').slice(1));
    expect(await open(where, { fetch: true })).toMatchObject({ n: 2, trouble: null });
  });

  test('the repair of a forged commit is a command that repairs it', async () => {
    const bare = remote();
    const where = clone(bare, 'one');
    const { log } = await append(where, version(1));
    const forged = git(where, 'commit-tree', `${log.head!}^{tree}`, '-p', log.head!, '-m', 'tidy up');
    git(where, 'push', '-q', 'origin', `${forged}:refs/heads/${BRANCH}`);
    const { problems } = await verifyLog(gitLogStore(where, { fetch: true }), { trust });
    expect(problems).toMatchObject([{ commit: forged, kind: 'tampered' }]);
    git(where, ...problems[0]!.repair.split(' ').slice(1));
    await expectHealthy(bare, 1);
  });
});

describe('a process that is stopped', () => {
  test('by kill -9 amid its appends leaves a healthy repository that others go on with', async () => {
    const where = project();
    const script = fileURLToPath(new URL('appending-forever.ts', import.meta.url));
    const child = spawn(process.execPath, [script, where], { stdio: ['ignore', 'pipe', 'ignore'] });
    let lines = 0;
    for await (const text of child.stdout.setEncoding('utf8') as AsyncIterable<string>) {
      lines += text.split('\n').length - 1;
      if (lines >= 4) break;
    }
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    const { n } = await open(where);
    expect(n).toBeGreaterThanOrEqual(lines);
    const done = await append(where, draft('register', { model: 'fraud' }));
    expect(done.status).toBe('appended');
    await expectHealthy(where, (await open(where)).n);
  });

  test('within git’s own lock: it is said which file to remove', async () => {
    const where = project();
    const { log } = await append(where, version(1));
    const lock = join(where, '.git', 'refs', 'heads', `${BRANCH}.lock`);
    writeFileSync(lock, '');
    await expect(append(where, version(2), log)).rejects.toMatchObject({
      problems: [{ hint: expect.stringContaining(`rm ${lock}`) }],
    });
    expect(await open(where)).toMatchObject({ n: 1, trouble: null });
    rmSync(lock);
    expect(await append(where, version(2), log)).toMatchObject({ status: 'appended' });
    expect(existsSync(lock)).toBe(false);
  });
});
