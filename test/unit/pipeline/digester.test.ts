import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { sha256 } from '../../../src/contracts/digest.ts';
import { createDigester } from '../../../src/pipeline/digester.ts';
import { encodeStatTable, type Known, StatTable } from '../../../src/pipeline/stat-cache.ts';

let dir = '';
const cacheFile = (): string => join(dir, 'cache', 'stat');
/** Long after every file of the test was written: stamps are settled. */
const later = (): number => Date.now() + 3_600_000;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'slipway-digester-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function put(name: string, content: string): string {
  writeFileSync(join(dir, name), content);
  return join(dir, name);
}

/** The digest that a process started afresh gives, its cache being what earlier ones saved. */
async function digestAfresh(file: string, now: () => number): Promise<string> {
  const digester = createDigester(cacheFile(), now);
  const digest = await digester.digestFile(file);
  digester.save();
  return digest;
}

describe('createDigester', () => {
  test('a changed file has a changed digest, an unchanged one the same', async () => {
    const file = put('a.txt', 'one');
    const before = await digestAfresh(file, later);

    appendFileSync(file, '!');

    expect(before).toBe(sha256('one'));
    expect(await digestAfresh(file, later)).toBe(sha256('one!'));
  });

  test('an unchanged file is not read again', async () => {
    const file = put('a.txt', 'one');
    await digestAfresh(file, later);
    // What the cache says is believed: only so can the test tell that nothing was read.
    const bytes = readFileSync(cacheFile());
    const forged = { ...StatTable.decode(bytes)!.get(file)!, sha256: 'f'.repeat(64) };
    writeFileSync(cacheFile(), encodeStatTable(new Map([[file, forged]])));

    expect(await digestAfresh(file, later)).toBe('f'.repeat(64));
  });

  test('what was written within the clock’s grain of the look is not believed later', async () => {
    const file = put('a.txt', 'one');
    const { mtimeMs, ctimeMs } = statSync(file);
    // An edit after this look could still leave the very same stamp.
    const withinGrain = (): number => Math.max(mtimeMs, ctimeMs) + 50;

    await digestAfresh(file, withinGrain);

    expect(tableOf(cacheFile())?.get(file) ?? null).toBeNull();
    writeFileSync(file, 'two');
    expect(await digestAfresh(file, later)).toBe(sha256('two'));
    expect(tableOf(cacheFile())?.get(file)?.sha256).toBe(sha256('two'));
  });

  test('a stamp from a clock that is ahead of ours is not believed', async () => {
    const file = put('a.txt', 'one');

    await digestAfresh(file, () => statSync(file).ctimeMs - 60_000);

    expect(tableOf(cacheFile())?.get(file) ?? null).toBeNull();
  });

  test('two hundred quick edits of equal size and mtime are all noticed', async () => {
    const file = put('a.txt', '0000');
    for (let edit = 0; edit < 200; edit += 1) {
      const content = String(edit).padStart(4, '0');
      writeFileSync(file, content);
      utimesSync(file, 1_700_000_000, 1_700_000_000);

      expect(await digestAfresh(file, Date.now)).toBe(sha256(content));
    }
  });

  test('a damaged, truncated or foreign cache file counts as empty', async () => {
    const file = put('a.txt', 'one');
    await digestAfresh(file, later);
    const good = readFileSync(cacheFile());
    for (let at = 0; at < good.length; at += 7) {
      const bad = Buffer.from(good);
      bad[at] = (bad[at] ?? 0) ^ 0xff;
      expect(StatTable.decode(bad)).toBeNull();
      expect(StatTable.decode(good.subarray(0, at))).toBeNull();
    }
    truncateSync(cacheFile(), good.length - 1);

    expect(await digestAfresh(file, later)).toBe(sha256('one'));
    expect(readFileSync(cacheFile()).equals(good)).toBe(true);
  });

  test('two processes that save one after the other lose nothing', async () => {
    const [a, b] = [put('a.txt', 'a'), put('b.txt', 'b')];
    const [first, second] = [createDigester(cacheFile(), later), createDigester(cacheFile(), later)];
    await first.digestFile(a);
    await second.digestFile(b);

    first.save();
    second.save();

    const table = StatTable.decode(readFileSync(cacheFile()));
    expect([...(table?.paths ?? [])].sort()).toEqual([a, b]);
  });

  test('files that nobody asked for in a month are forgotten', async () => {
    const [a, b] = [put('a.txt', 'a'), put('b.txt', 'b')];
    await digestAfresh(a, later);

    await digestAfresh(b, () => later() + 40 * 86_400_000);

    expect([...(StatTable.decode(readFileSync(cacheFile()))?.paths ?? [])]).toEqual([b]);
  });

  test('modes and blob ids are those of git', async () => {
    put('plain.txt', 'grün\n');
    chmodSync(put('run.sh', 'echo\n'), 0o755);
    symlinkSync('plain.txt', join(dir, 'link'));
    const git = (...args: string[]): string => execFileSync('git', args, { cwd: dir, encoding: 'utf8' });
    git('init', '--quiet');
    git('add', '.');
    const staged = git('ls-files', '--stage')
      .trim()
      .split('\n')
      .map((line) => line.split(/\s/));

    const files = await createDigester(cacheFile(), later).digestTree(dir, [
      'link',
      'plain.txt',
      'run.sh',
      'absent',
    ]);

    expect(files.map(({ path, mode, blob }) => [mode, blob, '0', path])).toEqual(staged);
  });

  test('a large file is digested in pieces to the same digest', async () => {
    const content = 'x'.repeat(9_000_001);

    expect(await digestAfresh(put('large', content), later)).toBe(sha256(content));
  });

  test('a missing file and a folder are coded errors', async () => {
    const digester = createDigester(cacheFile());

    await expect(digester.digestFile(join(dir, 'none'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await expect(digester.digestFile(dir)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  test('a cache that cannot be written is only slower', async () => {
    const file = put('a.txt', 'one');
    writeFileSync(join(dir, 'cache'), 'a file where a folder is needed');

    expect(await digestAfresh(file, later)).toBe(sha256('one'));
  });
});

function tableOf(file: string): StatTable | null {
  return existsSync(file) ? StatTable.decode(readFileSync(file)) : null;
}

describe('the stat table', () => {
  const number = fc.double({ noNaN: true, noDefaultInfinity: true });
  const hex = (length: number) =>
    fc.option(
      fc.string({
        unit: fc.constantFrom(...Array.from('0123456789abcdef')),
        minLength: length,
        maxLength: length,
      }),
    );
  const known = fc.record({
    size: number,
    mtimeMs: number,
    ctimeMs: number,
    ino: number,
    dev: number,
    mode: number,
    day: number,
    sha256: hex(64),
    blob: hex(40),
  });
  const path = fc
    .string({ unit: 'grapheme', minLength: 1 })
    .filter((text) => !text.includes('\0') && text.isWellFormed());

  test('keeps whatever it is given', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(path, known)), (entries) => {
        const map = new Map<string, Known>(entries);

        const table = StatTable.decode(encodeStatTable(map));

        for (const [name, value] of map) {
          expect(table?.get(name)).toEqual(value);
          expect(table?.find(name, value)).toBeGreaterThanOrEqual(0);
          expect(
            table?.find(name, { ...value, size: value.size + 1 === value.size ? 0.5 : value.size + 1 }),
          ).toBe(-1);
        }
      }),
      { numRuns: 50 },
    );
  });
});
