import { execFileSync } from 'node:child_process';

const IDENTITY = ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost', '-c', 'commit.gpgsign=false'];

/** Makes a folder a git repository on branch `main` with everything in one commit. */
export function commitAll(folder: string, message = 'everything'): void {
  git(folder, 'init', '--quiet', '--initial-branch=main');
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--message', message);
}

export function git(folder: string, ...args: readonly string[]): void {
  execFileSync('git', [...IDENTITY, ...args], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
}
