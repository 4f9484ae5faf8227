import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { canonicalJson, sha256 } from '../../../../src/contracts/digest.ts';
import { openBlobCache } from '../../../../src/platform/storage/blob-cache.ts';
import { openFolderWriter } from '../../../../src/platform/storage/folder-writer.ts';
import { parseNamed, pull } from '../../../../src/registry/index.ts';
import type { BlobCache, PartialBlob } from '../../../../src/registry/ports.ts';
import { logOf, MemoryRelease, sampleManifest } from '../../../support/memory-releases.ts';

const MODEL = Buffer.alloc(2 ** 21 + 3, 'weights ');
const DIGEST = sha256(MODEL);

let base: string;
let cache: BlobCache;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'partial-'));
  cache = openBlobCache({ root: join(base, 'cache') });
});
afterEach(() => {
  rmSync(base, { recursive: true, force: true });
});

const partials = () => readdirSync(join(base, 'cache', 'partial'));

async function bytesOf(partial: PartialBlob): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of partial.read()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** As a process that was stopped after so many bytes leaves it. */
async function stopped(bytes: Uint8Array): Promise<void> {
  const partial = (await cache.resume(DIGEST))!;
  await partial.add(bytes);
  await partial.leave();
}

function version() {
  const assets = [{ name: 'model.onnx', bytes: MODEL.length, sha256: DIGEST }];
  const file = { path: 'model.onnx', bytes: MODEL.length, sha256: DIGEST, format: 'onnx' as const, assets };
  const manifest = sampleManifest([file]);
  const release = new MemoryRelease(new Map([['model.onnx', MODEL]]), manifest);
  release.chunk = 2 ** 16;
  const log = logOf(sha256(canonicalJson(manifest)));
  return {
    release,
    starts: () => release.downloads.filter(({ name }) => name === 'model.onnx').map(({ start }) => start),
    pull: async (into: string) =>
      await pull(
        { log, named: parseNamed('churn@v1.0.0') },
        {
          releases: release,
          cache,
          folder: await openFolderWriter(join(base, into)),
          sleep: () => Promise.resolve(),
        },
      ),
  };
}

test('the longest of what was left is gone on with, in a file of one’s own', async () => {
  await stopped(MODEL.subarray(0, 10));
  await stopped(MODEL.subarray(10, 5000));
  const [one, other] = [(await cache.resume(DIGEST))!, (await cache.resume(DIGEST))!];
  expect([one.bytes, other.bytes]).toEqual([5000, 5000]);
  await one.add(Buffer.from('what one process writes'));
  expect(await bytesOf(other)).toEqual(MODEL.subarray(0, 5000));
  await other.add(MODEL.subarray(5000));
  await other.keep();
  expect(partials()).toEqual([]);
  // Its name is gone, its bytes are not: it only keeps nothing.
  expect(await bytesOf(one)).toEqual(MODEL.subarray(0, 5000));
  await one.keep();
  expect((await cache.read(DIGEST))?.bytes).toBe(MODEL.length);
});

test('two pulls at once are both right, and leave one copy', async () => {
  const v = version();
  await stopped(MODEL.subarray(0, 2 ** 20));
  const [one, two] = await Promise.all([v.pull('one'), v.pull('two')]);
  expect([one.files[0]!.from, two.files[0]!.from]).toEqual(['release', 'release']);
  expect(v.starts()).toEqual([2 ** 20, 2 ** 20]);
  expect(partials()).toEqual([]);
  expect((await v.pull('three')).files[0]!.from).toBe('cache');
});

test.each([
  ['other bytes', Buffer.alloc(1000, 'x')],
  ['more bytes than there should be', Buffer.concat([MODEL, MODEL])],
])('left over are %s: fetched anew, once', async (_, bytes) => {
  const v = version();
  await stopped(bytes);
  expect((await v.pull('one')).files[0]).toMatchObject({ sha256: DIGEST, from: 'release' });
  expect(v.starts().at(-1)).toBe(0);
  expect(partials()).toEqual([]);
});

test('a release whose bytes are wrong stays wrong, and nothing of them is kept', async () => {
  const v = version();
  v.release.assets.set('model.onnx', Buffer.alloc(MODEL.length, 'y'));
  v.release.said.set('model.onnx', { sha256: DIGEST });
  await stopped(MODEL.subarray(0, 4000));
  await expect(v.pull('one')).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  expect(partials()).toEqual([]);
  expect(await cache.read(DIGEST)).toBeNull();
});

test('a pull that broke off for good leaves what came to the next', async () => {
  const v = version();
  v.release.cuts.push(Infinity, ...Array.from({ length: 11 }, () => 2 ** 17));
  await expect(v.pull('one')).rejects.toMatchObject({ code: 'NETWORK' });
  await v.pull('two');
  expect(v.starts().at(-1)).toBe(11 * 2 ** 17);
});

test('what nobody went on with for a week goes; a cache that cannot be written keeps nothing', async () => {
  await stopped(MODEL.subarray(0, 100));
  const file = join(base, 'cache', 'partial', partials()[0]!);
  utimesSync(file, new Date(0), new Date(0));
  const partial = (await cache.resume(DIGEST))!;
  expect(partial.bytes).toBe(0);
  await partial.drop();
  writeFileSync(join(base, 'file'), '');
  expect(await openBlobCache({ root: join(base, 'file') }).resume(DIGEST)).toBeNull();
});
