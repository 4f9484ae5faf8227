/** A bare repository on disk, written through our store and looked at with real git. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { bareObjects } from '../../../sandbox/git/bare.ts';
import { encodeCommit } from '../../../sandbox/git/commit-object.ts';
import type { ObjectStore } from '../../../sandbox/git/objects.ts';
import { editTree, type TreeEdit } from '../../../sandbox/git/tree.ts';
import type { TreeMode } from '../../../sandbox/git/tree-object.ts';

export const HERMETIC = {
  PATH: process.env['PATH'],
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'writer',
  GIT_AUTHOR_EMAIL: 'writer@example.com',
  GIT_COMMITTER_NAME: 'writer',
  GIT_COMMITTER_EMAIL: 'writer@example.com',
};

/** Runs git and gives what it printed. */
export function git(directory: string, args: readonly string[], input?: string | Buffer): string {
  return execFileSync('git', args, {
    cwd: directory,
    env: HERMETIC,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(input === undefined ? {} : { input }),
  });
}

/** An empty folder that is gone after the test. */
export function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), 'sandbox-git-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** An empty bare repository and our store over its objects. */
export function bareRepository(): { directory: string; store: ObjectStore } {
  const directory = join(temporary(), 'r.git');
  execFileSync('git', ['init', '-q', '--bare', '-b', 'main', directory], { env: HERMETIC });
  return { directory, store: bareObjects(join(directory, 'objects')) };
}

export type Files = Readonly<Record<string, string | Buffer | { mode: TreeMode; text: string } | null>>;

/** Writes files (null removes) over a tree. */
export function filesTree(store: ObjectStore, files: Files, tree?: string): string {
  const edits = new Map<string, TreeEdit>();
  for (const [path, file] of Object.entries(files)) {
    if (file === null) edits.set(path, null);
    else if (typeof file === 'string' || Buffer.isBuffer(file))
      edits.set(path, { mode: '100644', id: store.write('blob', Buffer.from(file as string)) });
    else if (file.mode === '160000') edits.set(path, { mode: file.mode, id: file.text });
    else edits.set(path, { mode: file.mode, id: store.write('blob', Buffer.from(file.text)) });
  }
  return editTree(store, tree, edits);
}

/** Writes a commit of the tree at a time in seconds. */
export function commitTree(
  store: ObjectStore,
  tree: string,
  parents: readonly string[],
  time: number,
  message = 'change\n',
): string {
  const writer = { name: 'writer', email: 'writer@example.com', time, zone: '+0000' };
  return store.write('commit', encodeCommit({ tree, parents, author: writer, committer: writer, message }));
}

/** Numbers that look random and are the same on every run. */
export function numbers(seed: number): { below(limit: number): number; pick<T>(list: readonly T[]): T } {
  let state = seed * 2654435761 + 1;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return { below, pick: (list) => list[below(list.length)]! };
}
