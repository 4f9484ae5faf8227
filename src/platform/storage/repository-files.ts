import { execFile } from 'node:child_process';
import { open } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';

import { glob, isDynamicPattern } from 'tinyglobby';

import type { RepositoryFiles } from '../../config/ports.ts';

/** Looks at the files of a folder: what git tracks or would track, and what lies there beside. Read-only. */
export function createRepositoryFiles(root: string): RepositoryFiles {
  return {
    async list(limit) {
      const files =
        (await gitFiles(root)) ??
        (await glob('**/*', {
          cwd: root,
          onlyFiles: true,
          expandDirectories: false,
          followSymbolicLinks: false,
        }));
      return files.sort(byCodeUnit).slice(0, limit);
    },
    head: (path, bytes) => readHead(join(root, path), bytes),
    match: (dir, pattern) => matchFiles(root, dir, pattern),
  };
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Null outside of a git work tree. */
function gitFiles(root: string): Promise<string[] | null> {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  return new Promise((done) => {
    execFile('git', args, { cwd: root, maxBuffer: 256 * 1024 * 1024, encoding: 'utf8' }, (error, stdout) => {
      done(error === null ? [...new Set(stdout.split('\0'))].filter((file) => file !== '') : null);
    });
  });
}

async function readHead(file: string, bytes: number): Promise<Uint8Array | null> {
  const handle = await open(file, 'r').catch(() => null);
  if (handle === null) return null;
  try {
    if (!(await handle.stat()).isFile()) return null;
    const buffer = new Uint8Array(bytes);
    let filled = 0;
    while (filled < bytes) {
      const { bytesRead } = await handle.read(buffer, filled, bytes - filled, filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.subarray(0, filled);
  } catch {
    return null;
  } finally {
    await handle.close();
  }
}

async function matchFiles(root: string, dir: string, pattern: string): Promise<readonly string[]> {
  const base = resolve(root, dir);
  const options = {
    cwd: base,
    onlyFiles: true,
    dot: true,
    followSymbolicLinks: false,
    ignore: ['**/.git/**', '**/.slipway/**', '**/node_modules/**'],
  };
  const found = isDynamicPattern(pattern)
    ? await glob(pattern, { ...options, expandDirectories: false })
    : await glob([escape(pattern), `${escape(pattern.replace(/\/+$/, ''))}/**`], {
        ...options,
        expandDirectories: false,
      });
  const prefix = dir === '.' || dir === '' ? '' : `${dir.replace(/\/+$/, '')}/`;
  return found.map((file) => (isAbsolute(file) ? file : normal(prefix + file))).sort(byCodeUnit);
}

/** A name is taken as it is, whatever characters it holds. */
function escape(path: string): string {
  return path.replace(/^\.\//, '').replaceAll(/[!()*?[\]{}\\]/g, '\\$&');
}

function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}
