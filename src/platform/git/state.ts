import type { GitState } from '../../contracts/result.ts';
import { tryGit } from './git.ts';

const OUTSIDE: GitState = { commit: null, branch: null, dirty: false };

/** Commit, branch and whether anything is uncommitted; nulls outside a repository or before its first commit. */
export async function gitState(cwd: string): Promise<GitState> {
  try {
    const [status, commit] = await Promise.all([
      tryGit(cwd, ['status', '--porcelain', '--branch', '--untracked-files=normal']),
      tryGit(cwd, ['rev-parse', '--verify', '--quiet', 'HEAD']),
    ]);
    if (status === null) return OUTSIDE;
    const [head = '', ...changes] = status.split('\n');
    return { commit, branch: branchOf(head), dirty: changes.some((line) => line !== '') };
  } catch {
    // Without git nothing is known; the command that needs it says so itself.
    return OUTSIDE;
  }
}

function branchOf(head: string): string | null {
  const name =
    head
      .replace(/^## /, '')
      .replace(/^No commits yet on /, '')
      .split('...', 1)[0] ?? '';
  return name === '' || name.startsWith('HEAD (') ? null : name;
}

/** The repository's top folder, or null outside of one. */
export async function gitRoot(cwd: string): Promise<string | null> {
  return await tryGit(cwd, ['rev-parse', '--show-toplevel']);
}
