import { execFile } from 'node:child_process';
import { open, link, rename, rm, stat, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { glob } from 'tinyglobby';

import type { ProposalWriter, RepositoryFiles } from '../../config/ports.ts';
import { InputError } from '../../contracts/errors.ts';

/** Installed and generated folders: never what a config means, and large. */
const SKIPPED = [
  '**/.git/**',
  '**/.slipway/**',
  '**/node_modules/**',
  '**/.venv/**',
  '**/venv/**',
  '**/__pycache__/**',
];

/** Read-only view of a repository for `init` and `check`. */
export function createRepositoryFiles(root: string): RepositoryFiles {
  return {
    list: (limit) => list(root, limit),
    head: (path, bytes) => head(join(root, path), bytes),
    match: (dir, pattern) => match(root, dir, pattern),
  };
}

async function list(root: string, limit: number): Promise<readonly string[]> {
  const tracked = await new Promise<string | null>((resolve) => {
    const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
    execFile('git', args, { cwd: root, maxBuffer: 256 * 1024 * 1024 }, (error, stdout) =>
      resolve(error === null ? stdout : null),
    );
  });
  const files =
    tracked === null
      ? await glob('**/*', { cwd: root, ignore: SKIPPED })
      : tracked.split('\0').filter((file) => file !== '');
  return [...new Set(files)].sort().slice(0, limit);
}

async function head(file: string, bytes: number): Promise<Uint8Array | null> {
  try {
    await using handle = await open(file);
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  } catch {
    // The port's answer for a file that is absent, a folder, or not ours to read.
    return null;
  }
}

async function match(root: string, dir: string, pattern: string): Promise<readonly string[]> {
  const cwd = join(root, dir);
  const info = await stat(join(cwd, pattern)).catch(() => null);
  if (info?.isFile() === true) return [pattern].map((path) => relativeTo(dir, path));
  const wanted = info?.isDirectory() === true ? `${pattern.replace(/\/$/, '')}/**/*` : pattern;
  const files = await glob(wanted, { cwd, ignore: SKIPPED, dot: true }).catch(() => []);
  return files.sort().map((path) => relativeTo(dir, path));
}

function relativeTo(dir: string, path: string): string {
  return dir === '' || dir === '.' ? path : `${dir.replace(/\/$/, '')}/${path}`;
}

/** Writes what `init` proposes, each file whole or not at all. */
export function createProposalWriter(root: string): ProposalWriter {
  return {
    exists: async (path) => (await stat(join(root, path)).catch(() => null)) !== null,
    create: (path, text) => create(join(root, path), path, text),
    replace: (path, text) => replace(join(root, path), text),
  };
}

/** A hard link fails where the name is taken: unlike a rename it can never overwrite. */
async function create(file: string, path: string, text: string): Promise<void> {
  const temporary = temporaryOf(file);
  try {
    await writeFile(temporary, text);
    await link(temporary, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new InputError(
      {
        code: 'EXISTS',
        message: `${path} exists already and is not overwritten`,
        file: path,
        hint: 'move it away, or look at a proposal with --dry-run',
      },
      { cause: error },
    );
  } finally {
    await rm(temporary, { force: true });
  }
}

async function replace(file: string, text: string): Promise<void> {
  const temporary = temporaryOf(file);
  try {
    await writeFile(temporary, text);
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}

function temporaryOf(file: string): string {
  return `${file}.${randomBytes(4).toString('hex')}.tmp`;
}
