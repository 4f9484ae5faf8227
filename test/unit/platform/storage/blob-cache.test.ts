import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { sha256 } from '../../../../src/contracts/digest.ts';
import { cacheFolder, openBlobCache } from '../../../../src/platform/storage/blob-cache.ts';
import type { BlobCache } from '../../../../src/registry/ports.ts';

let base: string;
let time: number;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'cache-'));
  time = Date.parse('2026-01-01T00:00:00Z');
});

afterEach(() => {
  rmSync(base, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

function open(bytes = 100): BlobCache {
  return openBlobCache({ root: join(base, 'cache'), bytes, now: () => new Date((time += 1000)) });
}

async function keep(cache: BlobCache, text: string): Promise<string> {
  const file = join(base, 'source');
  writeFileSync(file, text);
  await cache.keep(sha256(text), file);
  return sha256(text);
}

async function textOf(cache: BlobCache, digest: string, start = 0): Promise<string | null> {
  const kept = await cache.read(digest);
  if (kept === null) return null;
  let text = '';
  for await (const chunk of kept.read(start)) text += Buffer.from(chunk).toString();
  return text;
}

const place = (digest: string) => join(base, 'cache', 'blobs', digest.slice(0, 2), digest);

describe('the cache', () => {
  test('gives back what was kept, to other processes too, and forgets what it is told to', async () => {
    const digest = await keep(open(), 'some bytes');
    expect(await textOf(open(), digest)).toBe('some bytes');
    expect(await textOf(open(), digest, 5)).toBe('bytes');
    await open().drop(digest);
    expect(await open().read(digest)).toBeNull();
  });

  test('lets go of what was used longest ago, never keeps more than its cap', async () => {
    const cache = open();
    const [first, second] = [await keep(cache, 'a'.repeat(40)), await keep(cache, 'b'.repeat(40))];
    await cache.read(first);
    const third = await keep(cache, 'c'.repeat(40));
    expect([first, second, third].map((digest) => existsSync(place(digest)))).toEqual([true, false, true]);
    const large = await keep(cache, 'd'.repeat(101));
    expect([first, large].map((digest) => existsSync(place(digest)))).toEqual([true, false]);
  });

  test('whoever reads goes on reading what is let go of', async () => {
    const cache = open();
    const digest = await keep(cache, 'x'.repeat(90));
    const kept = (await cache.read(digest))!.read()[Symbol.asyncIterator]();
    const reading = kept.next();
    expect((await reading).value).toHaveLength(90);
    await keep(cache, 'y'.repeat(90));
    expect((await kept.next()).done).toBe(true);
    expect(await cache.read(digest)).toBeNull();
  });

  test('several processes that keep the same and other bytes at once leave only whole ones', async () => {
    const texts = Array.from({ length: 12 }, (_, at) => `${at % 4}`.repeat(30));
    await Promise.all(
      texts.map(async (text, at) => {
        const file = join(base, `source-${at}`);
        writeFileSync(file, text);
        await open().keep(sha256(text), file);
      }),
    );
    for (const text of texts) expect([text, null]).toContain(await textOf(open(), sha256(text)));
  });

  test('a link is no cached file; a copy that a dead process left goes after an hour', async () => {
    const cache = open();
    const digest = sha256('linked');
    mkdirSync(dirname(place(digest)), { recursive: true });
    writeFileSync(join(base, 'target'), 'linked');
    symlinkSync(join(base, 'target'), place(digest));
    expect(await cache.read(digest)).toBeNull();
    const [old, young] = [
      join(dirname(place(digest)), '.old.1-a'),
      join(dirname(place(digest)), '.young.1-a'),
    ];
    for (const file of [old, young]) writeFileSync(file, 'half');
    utimesSync(old, new Date(time), new Date(time - 3_700_000));
    utimesSync(young, new Date(time), new Date(time));
    await keep(cache, 'z');
    expect([old, young].map((file) => existsSync(file))).toEqual([false, true]);
  });

  test('a folder that cannot be written is only slower', async () => {
    writeFileSync(join(base, 'cache'), 'in the way');
    const digest = await keep(open(), 'some bytes');
    expect(await open().read(digest)).toBeNull();
    expect(readFileSync(join(base, 'cache'), 'utf8')).toBe('in the way');
  });
});

test('it lies where XDG says, or SLIPWAY_CACHE; a relative XDG folder is none', () => {
  vi.stubEnv('SLIPWAY_CACHE', '');
  vi.stubEnv('XDG_CACHE_HOME', '/x/cache');
  expect(cacheFolder()).toBe('/x/cache/slipway');
  vi.stubEnv('XDG_CACHE_HOME', 'cache');
  expect(cacheFolder()).toMatch(/^\/.*\/\.cache\/slipway$/);
  vi.stubEnv('SLIPWAY_CACHE', '/own');
  expect(cacheFolder()).toBe('/own');
});
