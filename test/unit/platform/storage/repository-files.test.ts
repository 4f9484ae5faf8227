import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createProposalWriter } from '../../../../src/platform/storage/proposal-writer.ts';
import { createRepositoryFiles } from '../../../../src/platform/storage/repository-files.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'slipway-repository-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function put(path: string, text = ''): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

describe('createRepositoryFiles', () => {
  it('lists what git tracks or would track, and all files where there is no git', async () => {
    for (const path of ['b.py', 'a/c d.py', 'data/x.csv']) put(path);
    const before = await createRepositoryFiles(root).list(100);
    execFileSync('git', ['init', '-q'], { cwd: root });
    put('.gitignore', 'data/\n');

    const after = await createRepositoryFiles(root).list(100);

    expect(before).toEqual(['a/c d.py', 'b.py', 'data/x.csv']);
    expect(after).toEqual(['.gitignore', 'a/c d.py', 'b.py']);
    expect(await createRepositoryFiles(root).list(2)).toHaveLength(2);
  });

  it('matches files, folders, globs and parents, ignored files too', async () => {
    for (const path of [
      'm/src/a.py',
      'm/src/[b].py',
      'm/data/x.csv',
      'common/c.py',
      '.gitignore',
      '.slipway/x',
      'node_modules/y/z.js',
    ])
      put(path);
    const files = createRepositoryFiles(root);

    expect(await files.match('m', 'src/a.py')).toEqual(['m/src/a.py']);
    expect(await files.match('m', './src/')).toEqual(['m/src/[b].py', 'm/src/a.py']);
    expect(await files.match('m', '**/*.csv')).toEqual(['m/data/x.csv']);
    expect(await files.match('m', '../common/**')).toEqual(['common/c.py']);
    expect(await files.match('m', '../common/c.py')).toEqual(['common/c.py']);
    expect(await files.match('.', '**')).not.toContain('node_modules/y/z.js');
    expect(await files.match('m', 'nothing')).toEqual([]);
  });

  it('reads the beginning of a file; nothing of what is no file', async () => {
    put('a.txt', 'hello');
    const files = createRepositoryFiles(root);

    expect(new TextDecoder().decode((await files.head('a.txt', 3)) ?? undefined)).toBe('hel');
    expect(new TextDecoder().decode((await files.head('a.txt', 100)) ?? undefined)).toBe('hello');
    expect(await files.head('.', 10)).toBeNull();
    expect(await files.head('missing', 10)).toBeNull();
  });
});

describe('createProposalWriter', () => {
  it('creates a file whole, never over another', async () => {
    const writer = createProposalWriter(root);

    await writer.create('slipway.yaml', 'first');

    await expect(writer.create('slipway.yaml', 'second')).rejects.toMatchObject({ code: 'EXISTS' });
    expect(readFileSync(join(root, 'slipway.yaml'), 'utf8')).toBe('first');
    expect(readdirSync(root)).toEqual(['slipway.yaml']);
  });

  it('lets one of several that create at once win', async () => {
    const writer = createProposalWriter(root);

    const outcomes = await Promise.allSettled(
      ['a', 'b', 'c'].map((text) => writer.create('slipway.yaml', text)),
    );

    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(readdirSync(root)).toEqual(['slipway.yaml']);
  });

  it('replaces a file and makes its folder', async () => {
    const writer = createProposalWriter(root);
    put('.gitignore', 'old');

    await writer.replace('.gitignore', 'new');
    await writer.replace('.slipway/slipway.schema.json', '{}');

    expect(readFileSync(join(root, '.gitignore'), 'utf8')).toBe('new');
    expect(existsSync(join(root, '.slipway/slipway.schema.json'))).toBe(true);
    expect(await writer.exists('.gitignore')).toBe(true);
    expect(await writer.exists('nothing')).toBe(false);
  });

  it('says what the disk refused', async () => {
    put('file', '');

    const doing = createProposalWriter(root).replace('file/below', 'x');

    await expect(doing).rejects.toMatchObject({ code: 'DISK' });
  });
});
