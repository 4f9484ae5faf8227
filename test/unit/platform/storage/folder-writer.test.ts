import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { openFolderWriter } from '../../../../src/platform/storage/folder-writer.ts';
import type { FolderWriter } from '../../../../src/registry/ports.ts';

let base: string;
let root: string;
let writer: FolderWriter;

beforeEach(async () => {
  base = mkdtempSync(join(tmpdir(), 'folder-'));
  root = join(base, 'into');
  writer = await openFolderWriter(root);
});

afterEach(() => {
  rmSync(base, { recursive: true, force: true });
});

async function* bytes(...parts: string[]): AsyncIterable<Uint8Array> {
  await Promise.resolve();
  for (const part of parts) yield Buffer.from(part);
}

async function* broken(): AsyncIterable<Uint8Array> {
  yield* bytes('half');
  throw new Error('cut');
}

describe('a folder that is written to', () => {
  test('holds whole files, in folders made on the way; an older file of the name is replaced', async () => {
    const path = await writer.write('a/b/c.txt', bytes('old'));
    expect(await writer.write('a/b/c.txt', bytes('one ', 'two'))).toBe(path);
    expect(readFileSync(path, 'utf8')).toBe('one two');
    expect(readdirSync(join(root, 'a', 'b'))).toEqual(['c.txt']);
  });

  test('holds nothing of a file whose bytes broke off, and the older one stays', async () => {
    await expect(writer.write('new.txt', broken())).rejects.toThrow('cut');
    await writer.write('old.txt', bytes('old'));
    await expect(writer.write('old.txt', broken())).rejects.toThrow('cut');
    expect(readdirSync(root)).toEqual(['old.txt']);
    expect(readFileSync(join(root, 'old.txt'), 'utf8')).toBe('old');
  });

  test.each(['../x', '/x', 'a/../../x', 'a//x', './x', 'C:x', 'a\\x', '', '.'])(
    'refuses the path %j',
    async (path) => {
      await expect(writer.write(path, bytes('x'))).rejects.toMatchObject({ code: 'EXISTS' });
      expect(readdirSync(base)).toEqual(['into']);
    },
  );

  test('follows no link: neither a folder on the way nor the file itself', async () => {
    mkdirSync(join(base, 'elsewhere'));
    symlinkSync(join(base, 'elsewhere'), join(root, 'link'));
    await expect(writer.write('link/x', bytes('x'))).rejects.toMatchObject({ code: 'EXISTS' });
    expect(readdirSync(join(base, 'elsewhere'))).toEqual([]);
    writeFileSync(join(base, 'secret'), 'kept');
    symlinkSync(join(base, 'secret'), join(root, 'file'));
    await writer.write('file', bytes('new'));
    expect(readFileSync(join(base, 'secret'), 'utf8')).toBe('kept');
    expect(readFileSync(join(root, 'file'), 'utf8')).toBe('new');
  });

  test('does not replace a folder, nor make one out of a file', async () => {
    await writer.write('a/x', bytes('x'));
    await expect(writer.write('a', bytes('y'))).rejects.toMatchObject({ code: 'EXISTS' });
    await expect(writer.write('a/x/y', bytes('y'))).rejects.toMatchObject({ code: 'EXISTS' });
    expect(readFileSync(join(root, 'a', 'x'), 'utf8')).toBe('x');
  });
});
