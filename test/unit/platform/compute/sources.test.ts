import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { createSources } from '../../../../src/platform/compute/sources.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'slipway-sources-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text = path): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

describe('files of a source tree', () => {
  test('are in a work tree what git tracks or would track', async () => {
    execFileSync('git', ['init', '-q'], { cwd: root });
    write('.gitignore', 'ignored/\n');
    for (const path of ['train.py', 'ignored/a', 'model/b.txt', 'model/a b.txt']) write(path);

    const sources = createSources();

    expect(await sources.unignored(root, '')).toEqual([
      '.gitignore',
      'model/a b.txt',
      'model/b.txt',
      'train.py',
    ]);
    expect(await sources.unignored(root, 'model')).toEqual(['model/a b.txt', 'model/b.txt']);
  });

  test('are in a checkout of a commit all its files, installed packages that were committed too', async () => {
    execFileSync('git', ['init', '-q'], { cwd: root });
    const checkout = '.slipway/cache/trees/0123';
    for (const path of ['train.py', '.tox/log.txt', 'node_modules/a/index.js']) write(`${checkout}/${path}`);
    symlinkSync('train.py', join(root, checkout, 'link.py'));

    const sources = createSources();

    expect(await sources.unignored(join(root, checkout), '')).toEqual([
      '.tox/log.txt',
      'link.py',
      'node_modules/a/index.js',
      'train.py',
    ]);
    expect(await sources.unignored(join(root, checkout), 'node_modules')).toEqual([
      'node_modules/a/index.js',
    ]);
    expect(await sources.unignored(join(root, checkout), 'absent')).toEqual([]);
  });

  test('are not known without git', async () => {
    write('train.py');

    expect(await createSources().unignored(root, '')).toBeNull();
  });
});
