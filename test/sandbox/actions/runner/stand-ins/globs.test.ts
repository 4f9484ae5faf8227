import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { find } from '../../../../../sandbox/actions/runner/stand-ins/globs.ts';
import { Kit } from '../../../../../sandbox/actions/runner/stand-ins/kit.ts';

const folder = mkdtempSync(join(tmpdir(), 'globs-'));
for (const path of [
  'a.txt',
  'b.md',
  'dir/c.txt',
  'dir/deep/d.txt',
  'dir/.hidden/e.txt',
  '.dot',
  'x[1].txt',
]) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), path);
}
symlinkSync('nothing', join(folder, 'dangling'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const kit = new Kit({ GITHUB_WORKSPACE: folder, HOME: folder }, () => undefined);
const found = (patterns: string[], options = { descendants: false, hidden: true }): string[] =>
  find(kit, patterns, options).files.map((file) => file.slice(folder.length + 1));

describe('file patterns', () => {
  it.each([
    [['*.txt'], ['a.txt', 'x[1].txt']],
    [['**/*.txt'], ['a.txt', 'dir/.hidden/e.txt', 'dir/c.txt', 'dir/deep/d.txt', 'x[1].txt']],
    [['dir'], ['dir']],
    [['dir/'], ['dir']],
    [['?.md', '# a comment', ''], ['b.md']],
    [
      ['**/*.txt', '!dir/**', 'dir/deep/*'],
      ['a.txt', 'dir/deep/d.txt', 'x[1].txt'],
    ],
    [['[ab].*'], ['a.txt', 'b.md']],
    [['~/b.md'], ['b.md']],
    [['dangling'], ['dangling']],
    [['{a,b}.txt'], []],
    [['missing/**'], []],
  ])('%j', (patterns, files) => {
    expect(found(patterns)).toEqual(files);
  });

  it('a folder stands for all in it, where wanted', () => {
    expect(found(['dir'], { descendants: true, hidden: false })).toEqual([
      'dir',
      'dir/c.txt',
      'dir/deep',
      'dir/deep/d.txt',
    ]);
  });

  it('tell where they begin', () => {
    const { roots } = find(kit, ['dir/**/*.txt', '!dir/deep', join(folder, 'a.txt')], {
      descendants: false,
      hidden: true,
    });
    expect(roots).toEqual([join(folder, 'dir'), join(folder, 'a.txt')]);
  });
});
