import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';

import { canonicalJson, sha256 } from '../../../../src/contracts/digest.ts';
import type { Manifest } from '../../../../src/contracts/manifest.ts';
import { foldEntries, parseNamed, pull, type Log, type PullInput } from '../../../../src/registry/index.ts';
import { entry } from '../../../support/log-entries.ts';
import {
  logOf,
  MemoryCache,
  MemoryFolder,
  MemoryRelease,
  sampleFiles,
  sampleManifest,
} from '../../../support/memory-releases.ts';

const PATHS = ['model.onnx', 'texts/empty.txt', 'texts/first.txt', 'texts/second.txt', 'weights/weights.bin'];

let release: MemoryRelease;
let folder: MemoryFolder;
let cache: MemoryCache;
let log: Log;
let waits: number[];

function publish(manifest: Manifest): void {
  const { assets } = sampleFiles();
  release = new MemoryRelease(assets, manifest);
  log = logOf(sha256(canonicalJson(manifest)));
}

beforeEach(() => {
  publish(sampleManifest(sampleFiles().files));
  folder = new MemoryFolder();
  cache = new MemoryCache(folder);
  waits = [];
});

function pulled(ref = 'churn@v1.0.0', more: Partial<PullInput> = {}) {
  return pull(
    { log, named: parseNamed(ref), ...more },
    { releases: release, folder, cache, sleep: (ms) => Promise.resolve(void waits.push(ms)) },
  );
}

describe('a pull', () => {
  test('writes whole files, joined parts, files of a pack and empty ones; the entry comes last', async () => {
    const { files, entry: path, version } = await pulled();
    expect([...folder.files.keys()].sort()).toEqual(PATHS);
    for (const { path: name, sha256: digest } of sampleFiles().files)
      expect(sha256(folder.files.get(name)!)).toBe(digest);
    expect([path, version]).toEqual(['/model/model.onnx', 'v1.0.0']);
    expect(files.at(-1)).toMatchObject({ path: 'model.onnx', from: 'release' });
  });

  test('takes what a stage holds, and a draft where the release is not published yet', async () => {
    release.draft = true;
    expect(await pulled('churn#production')).toMatchObject({ version: 'v1.0.0' });
  });

  test('reads a pack of many files once', async () => {
    await pulled();
    expect(release.downloads.filter(({ name }) => name === 'files.pack-001')).toEqual([
      { name: 'files.pack-001', start: 0 },
    ]);
  });

  test('goes on where a download broke off, wherever that is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 1200 }), { maxLength: 8 }),
        fc.integer({ min: 1, max: 400 }),
        async (cuts, chunk) => {
          publish(sampleManifest(sampleFiles().files));
          folder = new MemoryFolder();
          release.chunk = chunk;
          release.cuts.push(...cuts);
          await pull(
            { log, named: parseNamed('churn@v1.0.0') },
            { releases: release, folder, cache: null, sleep: () => Promise.resolve() },
          );
          for (const { path, sha256: digest } of sampleFiles().files)
            expect(sha256(folder.files.get(path)!)).toBe(digest);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('resumes by a range, and gives up a download that never gets on', async () => {
    release.cuts.push(Infinity, 14);
    await pulled();
    expect(release.downloads[2]).toEqual({ name: release.downloads[1]!.name, start: 14 });
    release.cuts.push(Infinity, ...Array.from({ length: 20 }, () => 0));
    cache.blobs.clear();
    await expect(pulled()).rejects.toMatchObject({ code: 'NETWORK' });
  });

  test('a second pull takes every byte but the manifest from the cache', async () => {
    await pulled();
    release.downloads.length = 0;
    const { files } = await pulled();
    expect(files.every(({ from }) => from === 'cache')).toBe(true);
    expect(release.downloads.map(({ name }) => name)).toEqual(['manifest.json']);
  });

  test('a cache that holds other bytes is found out, and its bytes are fetched again', async () => {
    await pulled();
    const digest = sha256('the model itself');
    for (const wrong of ['the model itselF', 'too short']) {
      cache.blobs.set(digest, Buffer.from(wrong));
      const { files } = await pulled();
      expect(files.at(-1)).toMatchObject({ from: 'release' });
      expect(folder.files.get('model.onnx')!.toString()).toBe('the model itself');
      expect(cache.blobs.get(digest)!.toString()).toBe('the model itself');
    }
  });

  test('damaged bytes of the cache are forgotten even where no others can be had', async () => {
    const digest = sha256('the model itself');
    cache.blobs.set(digest, Buffer.from('the model itselF'));
    const files = sampleFiles().files.filter(({ path }) => path === 'model.onnx');
    publish(sampleManifest(files));
    release.cuts.push(Infinity, ...Array.from({ length: 20 }, () => 0));
    await expect(pulled()).rejects.toMatchObject({ code: 'NETWORK' });
    expect(cache.blobs.has(digest)).toBe(false);
  });

  test('writes the documents where they are asked for, the card as README.md too', async () => {
    const { files, assets } = sampleFiles();
    const card = Buffer.from('# churn');
    const documents = [{ name: 'model-card.md', bytes: card.length, sha256: sha256(card) }];
    const manifest = sampleManifest(files, { documents });
    release = new MemoryRelease(assets.set('model-card.md', card), manifest);
    log = logOf(sha256(canonicalJson(manifest)));
    await pulled('churn', { documents: true });
    expect([...folder.files.keys()].sort()).toEqual(
      [...PATHS, 'README.md', 'manifest.json', 'model-card.md'].sort(),
    );
    expect(sha256(folder.files.get('manifest.json')!)).toBe(sha256(canonicalJson(manifest)));
  });
});

describe('a pull writes nothing that was not registered', () => {
  test('one flipped bit in any asset is refused, whether GitHub says the digest or not', async () => {
    const names = [...release.assets.keys()];
    for (const name of names) {
      for (const told of [true, false]) {
        publish(sampleManifest(sampleFiles().files));
        folder = new MemoryFolder();
        const bytes = Buffer.from(release.assets.get(name)!);
        bytes[bytes.length >> 1]! ^= 1;
        release.assets.set(name, bytes);
        if (!told) for (const asset of names) release.said.set(asset, { sha256: null });
        const run = pull(
          { log, named: parseNamed('churn@v1.0.0') },
          { releases: release, folder, cache: null, sleep: () => Promise.resolve() },
        );
        await expect(run, `${name} ${told}`).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
        expect(folder.files.has('model.onnx')).toBe(false);
        if (told) expect(folder.files.size).toBe(0);
      }
    }
  });

  test('never takes more bytes than promised', async () => {
    release.assets.set('model.onnx', Buffer.from('the model itself, and a tail'));
    release.said.set('model.onnx', { bytes: 16, sha256: sha256('the model itself') });
    await pulled();
    expect(folder.files.get('model.onnx')!.toString()).toBe('the model itself');
  });

  test('a full disk leaves no file half written', async () => {
    for (let room = 0; room < 1337; room += 97) {
      folder = new MemoryFolder();
      folder.room = room;
      await expect(pulled()).rejects.toMatchObject({ code: 'DISK' });
      for (const [path, bytes] of folder.files)
        expect(sha256(bytes)).toBe(sampleFiles().files.find((file) => file.path === path)!.sha256);
    }
  });

  test('an asset that is missing or still uploading is named', async () => {
    release.said.set('files.pack-001', { state: 'starter' });
    await expect(pulled()).rejects.toMatchObject({ code: 'RELEASE_MISSING', message: /files\.pack-001/ });
    expect(folder.files.size).toBe(0);
  });

  test.each([
    [
      'names that differ only by case',
      (files: Manifest['files']) => [...files, { ...files[0]!, path: 'MODEL.onnx' }],
    ],
    ['a file below a file', (files: Manifest['files']) => [...files, { ...files[0]!, path: 'model.onnx/x' }]],
    [
      'too few parts',
      (files: Manifest['files']) => files.map((file) => ({ ...file, assets: file.assets.slice(0, 1) })),
    ],
    [
      'a place behind the pack’s end',
      (files: Manifest['files']) => [...files, { ...files[3]!, path: 'x', bytes: 99 }],
    ],
  ])('a manifest with %s is refused', async (_, change) => {
    publish(sampleManifest(change(sampleFiles().files)));
    await expect(pulled()).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    expect(folder.files.size).toBe(0);
  });

  test('the manifest of another version is refused although the log names its digest', async () => {
    publish(sampleManifest(sampleFiles().files, { version: 'v2.0.0' }));
    await expect(pulled()).rejects.toMatchObject({ code: 'DIGEST_MISMATCH', message: /churn@v2\.0\.0/ });
  });

  test('a manifest that is not the log’s is refused', async () => {
    log = logOf('0'.repeat(64));
    await expect(pulled()).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  test('a log that was tampered with is not followed; a newer one is, for versions that are named', async () => {
    const trouble = { commit: 'x', message: 'it lost an entry', repair: 'git push …' } as const;
    log = { ...log, trouble: { ...trouble, kind: 'tampered' } };
    await expect(pulled()).rejects.toMatchObject({ code: 'LOG_TAMPERED' });
    log = { ...log, trouble: { ...trouble, kind: 'unknown-schema' } };
    await expect(pulled('churn#production')).rejects.toMatchObject({ code: 'LOG_NEWER' });
    expect(await pulled('churn@1.0.0')).toMatchObject({ version: 'v1.0.0' });
  });
});

test('an adopted version says that nothing can be verified; a version without a release how to complete it', async () => {
  log = { ...log, models: foldEntries([entry(1, 'genesis')]) };
  await expect(pulled()).rejects.toMatchObject({ code: 'RELEASE_MISSING', message: /adopted/ });
  log = { ...log, models: foldEntries([entry(1, 'register', { version: 'v3.0.0' })]) };
  await expect(pulled('churn@v3.0.0')).rejects.toMatchObject({ code: 'RELEASE_MISSING' });
});
