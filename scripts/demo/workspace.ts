import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Edit } from './branches.ts';

const PREFIX = 'slipway-demo-';
/** Holds the process id of the demo that works in the folder. */
const MARKER = '.demo';
const REPOSITORY = 'late-flights';

/** Where a demo works: the folder that is kept for its reports, and the repository in it. */
export interface Workspace {
  readonly folder: string;
  readonly repository: string;
}

/** A fresh folder for temporary files with a copy of the starter. Folders of earlier demos are removed first. */
export function createWorkspace(template: string): Workspace {
  removeEarlier();
  const folder = mkdtempSync(join(tmpdir(), PREFIX));
  writeFileSync(join(folder, MARKER), String(process.pid));
  const repository = join(folder, REPOSITORY);
  cpSync(template, repository, { recursive: true });
  return { folder, repository };
}

/** Gives the folder up: its files stay, the next demo may remove them. */
export function removeWorkspace(workspace: Workspace): void {
  rmSync(workspace.folder, { recursive: true, force: true, maxRetries: 3 });
}

/** Only folders that a demo made and whose demo has ended, so that two at once do not harm each other. */
function removeEarlier(): void {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const folder = join(tmpdir(), name);
    try {
      const pid = Number(readFileSync(join(folder, MARKER), 'utf8'));
      if (Number.isInteger(pid) && pid > 0 && !isRunning(pid))
        rmSync(folder, { recursive: true, force: true });
    } catch {
      // no marker, or another user's: not ours to remove
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const IDENTITY = ['-c', 'user.name=Demo', '-c', 'user.email=demo@localhost', '-c', 'commit.gpgsign=false'];

/** Runs git without the hooks and the signing of whoever runs the demo. */
export function git(repository: string, ...args: readonly string[]): void {
  const quiet = ['-c', 'core.hooksPath=/dev/null', '-c', 'advice.detachedHead=false'];
  execFileSync('git', [...IDENTITY, ...quiet, ...args], {
    cwd: repository,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

/** Applies edits; throws where a text does not occur exactly once, because then the starter has moved on. */
export function applyEdits(repository: string, edits: readonly Edit[]): void {
  for (const { file, from, to } of edits) {
    const path = join(repository, file);
    const parts = readFileSync(path, 'utf8').split(from);
    if (parts.length !== 2)
      throw new Error(
        `demo: expected ${JSON.stringify(from)} once in ${file}, found it ${parts.length - 1} times`,
      );
    writeFileSync(path, parts.join(to));
  }
}
