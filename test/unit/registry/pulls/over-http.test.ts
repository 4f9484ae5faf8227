import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { canonicalJson, sha256 } from '../../../../src/contracts/digest.ts';
import type { Api } from '../../../../src/platform/github/api.ts';
import { httpAssetBytes } from '../../../../src/platform/github/asset-bytes.ts';
import { octokitApi } from '../../../../src/platform/github/octokit-api.ts';
import { githubReleases } from '../../../../src/platform/github/releases.ts';
import { openBlobCache } from '../../../../src/platform/storage/blob-cache.ts';
import { openFolderWriter } from '../../../../src/platform/storage/folder-writer.ts';
import { parseNamed, pull } from '../../../../src/registry/index.ts';
import type { ReleaseStore } from '../../../../src/registry/ports.ts';
import { serve, type Served } from '../../../sandbox/e2e/server.ts';
import { logOf, sampleManifest } from '../../../support/memory-releases.ts';

const BYTES = 3 * 2 ** 20 + 17;
const MODEL = Buffer.alloc(BYTES, 'a model that is not small ');

let served: Served;
let digest: string;
const asked: { range: string | null; status: number }[] = [];
/** Bytes after which the next answers break off. */
const cuts: number[] = [];

beforeAll(async () => {
  served = await serve();
  await api()('POST /user/repos', { name: 'repo', auto_init: true });
  const releases = connect();
  const { id } = await releases.createDraft({
    tag: 'churn@v1.0.0',
    commit: 'main',
    title: 'churn',
    body: '',
  });
  const parts = [MODEL.subarray(0, 2 ** 21), MODEL.subarray(2 ** 21)];
  const assets = parts.map((part, at) => ({
    name: `model.part-00${at + 1}`,
    bytes: part.length,
    sha256: sha256(part),
  }));
  const file = { path: 'model.onnx', bytes: BYTES, sha256: sha256(MODEL), format: 'onnx', assets };
  const text = canonicalJson(sampleManifest([file]));
  digest = sha256(text);
  const all = [
    ...parts.map((part, at) => [assets[at]!.name, part] as const),
    ['manifest.json', Buffer.from(text)] as const,
  ];
  for (const [name, bytes] of all)
    await releases.upload(id, name, {
      bytes: bytes.length,
      read: (start = 0) => chunkOf(bytes.subarray(start)),
    });
});

afterAll(async () => {
  await served.close();
});

async function* chunkOf(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  await Promise.resolve();
  yield bytes;
}

/** The network as it is, told and cut off where the test says so. */
const network: typeof fetch = async (url, init) => {
  const response = await fetch(url, init);
  const headers = new Headers(init?.headers);
  if (headers.get('accept') !== 'application/octet-stream') return response;
  asked.push({ range: headers.get('range'), status: response.status });
  const cut = cuts.shift();
  if (cut === undefined || response.body === null) return response;
  let left = cut;
  const body = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        if (left > 0) controller.enqueue(chunk.subarray(0, left));
        left -= chunk.length;
        if (left <= 0) controller.error(new Error('the line broke'));
      },
    }),
  );
  return new Response(body, { status: response.status, headers: response.headers });
};

function api(): Api {
  return octokitApi({ baseUrl: served.api, token: served.token('owner'), userAgent: 'slipway-test' });
}

function connect(): ReleaseStore {
  const bytes = httpAssetBytes({ token: served.token('owner'), userAgent: 'slipway-test', fetch: network });
  return githubReleases(api(), { owner: 'owner', repo: 'repo', self: 0, bytes, baseUrl: served.api });
}

test('over HTTP a download that breaks off twice is resumed by ranges; the second pull asks for the manifest only', async () => {
  const base = mkdtempSync(join(tmpdir(), 'pull-'));
  try {
    const ports = {
      releases: connect(),
      cache: openBlobCache({ root: join(base, 'cache') }),
      sleep: () => Promise.resolve(),
    };
    const input = { log: logOf(digest), named: parseNamed('churn#production') };
    asked.length = 0;
    cuts.push(2 ** 30, 1_000_000, 500_000);
    const first = await pull(input, { ...ports, folder: await openFolderWriter(join(base, 'one')) });
    expect(createHash('sha256').update(readFileSync(first.entry)).digest('hex')).toBe(sha256(MODEL));
    const ranges = asked.map(({ range, status }) => [
      status,
      range === null ? 0 : Number(/\d+/.exec(range)![0]),
    ]);
    expect(ranges).toHaveLength(5);
    expect(ranges.map(([status]) => status)).toEqual([200, 200, 206, 206, 200]);
    const [, , [, second] = [], [, third] = []] = ranges;
    expect(second).toBeGreaterThan(0);
    expect(second).toBeLessThanOrEqual(1_000_000);
    expect(third).toBeGreaterThan(second!);
    asked.length = 0;
    const again = await pull(input, { ...ports, folder: await openFolderWriter(join(base, 'two')) });
    expect(again.files).toMatchObject([{ from: 'cache' }]);
    expect(asked).toHaveLength(1);
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
});

test('a pull that was killed is gone on with by the next process, from where its bytes ended', async () => {
  const base = mkdtempSync(join(tmpdir(), 'pull-'));
  const script = fileURLToPath(new URL('pulling-forever.ts', import.meta.url));
  const child = spawn(process.execPath, [script, served.api, served.token('owner'), base, digest], {
    stdio: 'inherit',
  });
  try {
    const partials = () =>
      existsSync(join(base, 'cache/partial')) ? readdirSync(join(base, 'cache/partial')) : [];
    const held = () => partials().map((name) => statSync(join(base, 'cache/partial', name)).size);
    await expect.poll(() => Math.max(0, ...held()), { timeout: 20_000, interval: 20 }).toBeGreaterThan(0);
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    const [bytes = 0] = held();
    asked.length = 0;
    const { entry } = await pull(
      { log: logOf(digest), named: parseNamed('churn#production') },
      {
        releases: connect(),
        cache: openBlobCache({ root: join(base, 'cache') }),
        sleep: () => Promise.resolve(),
        folder: await openFolderWriter(join(base, 'next')),
      },
    );
    expect(sha256(readFileSync(entry))).toBe(sha256(MODEL));
    expect(asked.map(({ range }) => range).slice(1)).toEqual([`bytes=${bytes}-`, null]);
    expect(partials()).toEqual([]);
    expect(readdirSync(join(base, 'cache/blobs'), { recursive: true })).toHaveLength(2);
  } finally {
    child.kill('SIGKILL');
    rmSync(base, { recursive: true, force: true });
  }
});
