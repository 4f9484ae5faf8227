import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { InputError } from '../../contracts/errors.ts';
import type { GitState } from '../../contracts/result.ts';
import type { BaseCommit, Repository } from '../../run/ports.ts';
import { git, tryGit } from './git.ts';
import { gitRoot, gitState } from './state.ts';

/** Where a repository's default branch is looked for, in this order, and what messages call it. */
const DEFAULT_BRANCHES = [
  ['refs/remotes/origin/HEAD', 'origin/HEAD'],
  ['refs/remotes/origin/main', 'origin/main'],
  ['refs/heads/main', 'main'],
  ['refs/remotes/origin/master', 'origin/master'],
  ['refs/heads/master', 'master'],
] as const;

/** The git repository around a folder, or an unversioned one whose root is the folder itself. */
export async function openRepository(folder: string): Promise<Repository> {
  const root = await gitRoot(folder);
  if (root === null) return unversioned(folder);
  // One answer for the whole run: what is recorded is the state it began with.
  let state: Promise<GitState> | undefined;
  return {
    root,
    state: () => (state ??= gitState(root)),
    base: (ref) => findBase(root, ref),
    fileAt: async (commit, path) => await fileAt(root, commit, path),
    checkout: (commit, into) => checkout(root, commit, into),
    changedSince: async (commit) => await changedSince(root, commit),
  };
}

function unversioned(root: string): Repository {
  return {
    root,
    state: () => Promise.resolve({ commit: null, branch: null, dirty: false }),
    base: (ref) =>
      ref === undefined
        ? Promise.resolve(null)
        : Promise.reject(
            new InputError({ code: 'GIT', message: `--base ${ref}: ${root} is not a git repository` }),
          ),
    fileAt: () => Promise.resolve(null),
    checkout: () => Promise.reject(new Error('an unversioned folder has no commits')),
    changedSince: () => Promise.resolve([]),
  };
}

async function findBase(root: string, asked: string | undefined): Promise<BaseCommit | null> {
  if (asked !== undefined) return await mergeBase(root, asked);
  const [head, branches] = await Promise.all([commitOf(root, 'HEAD'), defaultBranches(root)]);
  if (head === null) return null;
  const [ref] = branches;
  if (ref === undefined) return await baseOnDefaultBranch(root, head);
  const fork = await tryGit(root, ['merge-base', 'HEAD', ref]);
  if (fork !== null && fork !== head) return { commit: fork, ref };
  return await baseOnDefaultBranch(root, head);
}

/** Those that exist, in their order; one question to git, because each costs a process. */
async function defaultBranches(root: string): Promise<readonly string[]> {
  const names = DEFAULT_BRANCHES.map(([refname]) => refname);
  const found = await tryGit(root, ['for-each-ref', '--format=%(refname)', ...names]);
  const existing = new Set(found?.split('\n'));
  return DEFAULT_BRANCHES.filter(([refname]) => existing.has(refname)).map(([, name]) => name);
}

/** On the default branch itself an edit is judged against the last commit, a clean tree against the one before. */
async function baseOnDefaultBranch(root: string, head: string): Promise<BaseCommit | null> {
  const modified = await tryGit(root, ['status', '--porcelain', '--untracked-files=no']);
  if (modified !== null && modified !== '') return { commit: head, ref: 'HEAD' };
  const previous = await commitOf(root, 'HEAD~1');
  return previous === null ? null : { commit: previous, ref: 'HEAD~1' };
}

async function mergeBase(root: string, ref: string): Promise<BaseCommit> {
  const tip = await commitOf(root, ref);
  if (tip === null) {
    throw new InputError({
      code: 'GIT',
      message: `--base ${ref}: no such commit, branch or tag in this repository`,
      hint: 'fetch it (`git fetch origin`), or name another one; a shallow clone may lack it',
    });
  }
  return { commit: (await tryGit(root, ['merge-base', 'HEAD', tip])) ?? tip, ref };
}

async function commitOf(root: string, revision: string): Promise<string | null> {
  return await tryGit(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`]);
}

async function fileAt(root: string, commit: string, path: string): Promise<string | null> {
  try {
    return await git(root, ['show', `${commit}:${path}`]);
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

/**
 * Checks out through a throw-away index: unlike `git archive` it honours no export-ignore and runs smudge filters
 * (LFS), and unlike `git worktree` it leaves nothing in the user's .git.
 */
async function checkout(root: string, commit: string, into: string): Promise<void> {
  await mkdir(dirname(into), { recursive: true });
  const temporary = await mkdtemp(`${into}.tmp-`);
  try {
    const index = join(temporary, 'index');
    const tree = join(temporary, 'tree');
    const env = { GIT_INDEX_FILE: index };
    await git(root, ['read-tree', commit], { env });
    await git(root, ['checkout-index', '--all', '--force', `--prefix=${tree}/`], { env });
    await mkdir(tree, { recursive: true });
    await publish(tree, into);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** A checkout of the same commit that appeared meanwhile is just as good. */
async function publish(tree: string, into: string): Promise<void> {
  try {
    await rename(tree, into);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
}

async function changedSince(root: string, commit: string): Promise<readonly string[]> {
  const [tracked, untracked] = await Promise.all([
    tryGit(root, ['diff', '--name-only', '-z', commit]),
    tryGit(root, ['ls-files', '--others', '--exclude-standard', '-z']),
  ]);
  const names = `${tracked ?? ''}\0${untracked ?? ''}`.split('\0').filter((name) => name !== '');
  return [...new Set(names)].sort();
}
