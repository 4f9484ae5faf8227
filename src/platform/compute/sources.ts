import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

import { PlatformError } from '../../contracts/errors.ts';
import type { Sources } from '../../training/ports.ts';

/** Lists source trees with git. */
export function createSources(): Sources {
  return { unignored };
}

async function unignored(root: string, dir: string): Promise<readonly string[] | null> {
  const place = placeOf(root);
  if (place === 'checkout') return filesBelow(root, dir);
  if (place === 'elsewhere') return null;
  const pathspec = dir === '' ? '.' : `:(literal)${dir}`;
  const listed = await git(root, [
    'ls-files',
    '-z',
    '--cached',
    '--others',
    '--exclude-standard',
    '--',
    pathspec,
  ]);
  const files = listed.split('\0');
  files.pop();
  if (!isSorted(files)) files.sort(byCodeUnit);
  // Files in a merge conflict are listed once for each side.
  return files.filter((file, index) => file !== files[index - 1]);
}

/** Git sorts by bytes, each of its lists by itself: usually that is our order already. */
function isSorted(files: readonly string[]): boolean {
  return files.every((file, index) => index === 0 || files[index - 1]! <= file);
}

/**
 * Below the top of a git work tree; in a checkout that Slipway made for itself below `.slipway`, where the surrounding
 * repository ignores everything; or elsewhere.
 */
function placeOf(root: string): 'work tree' | 'checkout' | 'elsewhere' {
  for (let folder = root; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git')))
      return relative(folder, root).split(sep).includes('.slipway') ? 'checkout' : 'work tree';
    if (dirname(folder) === folder) return 'elsewhere';
  }
}

/** All files and links of a checkout: it holds what the commit tracks and nothing else. */
function filesBelow(root: string, dir: string): readonly string[] {
  const top = join(root, dir);
  if (!existsSync(top)) return [];
  return readdirSync(top, { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort(byCodeUnit);
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function git(cwd: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      'git',
      args,
      { cwd, maxBuffer: 1024 * 1024 * 1024, encoding: 'utf8' },
      (error, stdout, stderr) => {
        if (error === null) {
          resolve(stdout);
          return;
        }
        const message = `git ls-files failed in ${cwd}: ${stderr.trim() || error.message}`;
        reject(
          new PlatformError(
            {
              code: 'GIT',
              message,
              hint: 'try `git status` there: git must be installed and the repository be whole',
            },
            { cause: error },
          ),
        );
      },
    );
  });
}
