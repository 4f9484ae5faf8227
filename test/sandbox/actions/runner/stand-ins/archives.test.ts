import { randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { strToU8, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { readZip } from '../../../../../sandbox/actions/runner/stand-ins/unzip.ts';
import { writeZip } from '../../../../../sandbox/actions/runner/stand-ins/zip.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'archives-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const CONTENTS: Readonly<Record<string, Buffer>> = {
  'a.txt': Buffer.from('text '.repeat(10_000)),
  'deep/er/ümlaut.bin': randomBytes(3 << 20),
  empty: Buffer.alloc(0),
};

async function archiveOf(level: number): Promise<string> {
  const entries = Object.entries(CONTENTS).map(([name, content], at) => {
    const file = join(folder, 'in', name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content, { mode: at === 0 ? 0o755 : 0o644 });
    return { name, file };
  });
  const archive = join(folder, 'archive.zip');
  await writeZip(archive, [...entries, { name: 'folder/' }], level);
  return archive;
}

function expectContents(out: string): void {
  for (const [name, content] of Object.entries(CONTENTS)) {
    expect(readFileSync(join(out, name)).equals(content), name).toBe(true);
  }
  expect(statSync(join(out, 'folder')).isDirectory()).toBe(true);
  expect(statSync(join(out, 'a.txt')).mode & 0o777).toBe(0o755);
}

describe('archives', () => {
  it.each([0, 6])('are read as they were written, at level %i', async (level) => {
    const archive = await archiveOf(level);
    if (level > 0) expect(statSync(archive).size).toBeLessThan((3 << 20) + 5000);
    await readZip(archive, join(folder, 'out'));
    expectContents(join(folder, 'out'));
  });

  it('are such for other programs', async () => {
    const out = join(folder, 'other');
    const script =
      'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; z.extractall(sys.argv[2])';
    execFileSync('python3', ['-c', script, await archiveOf(6), out]);
    for (const [name, content] of Object.entries(CONTENTS)) {
      expect(readFileSync(join(out, name)).equals(content), name).toBe(true);
    }
  });

  it('never write outside of the folder', async () => {
    const archive = join(folder, 'bad.zip');
    writeFileSync(archive, zipSync({ '../outside.txt': strToU8('no') }));
    await expect(readZip(archive, join(folder, 'out'))).rejects.toThrow('names a file outside of its folder');
    expect(existsSync(join(folder, 'outside.txt'))).toBe(false);
  });

  it.each([
    ['an empty file', 0],
    ['the beginning', 40],
    ['all but the end', -10],
  ])('%s is none', async (_name, end) => {
    const archive = await archiveOf(6);
    writeFileSync(archive, readFileSync(archive).subarray(0, end));
    await expect(readZip(archive, join(folder, 'out'))).rejects.toThrow('the archive cannot be read');
  });
});
