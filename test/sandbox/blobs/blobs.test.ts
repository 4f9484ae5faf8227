import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';

import { fileBlobs, memoryBlobs } from '../../../sandbox/blobs/index.ts';
import type { BlobStore, Range } from '../../../sandbox/kernel/message.ts';

const root = mkdtempSync(join(tmpdir(), 'blobs-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

// eslint-disable-next-line @typescript-eslint/require-await -- a stream for `receive`
async function* stream(...chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

async function readAll(store: BlobStore, blob: string, range?: Range): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of store.stream(blob, range)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const stores: readonly [string, () => BlobStore][] = [
  ['files', () => fileBlobs(join(root, 'shared'))],
  ['memory', memoryBlobs],
];

describe.each(stores)('blobs as %s', (_name, make) => {
  const store = make();
  const chunks = fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 5 });

  it('give back any bytes, whole and by range, with size and digest', async () => {
    await fc.assert(
      fc.asyncProperty(chunks, fc.nat(60), fc.nat(300), async (given, start, length) => {
        const all = Buffer.concat(given);
        const { blob, ...facts } = await store.receive(stream(...given), 1000);
        expect(facts).toEqual({ size: all.length, sha256: sha256(all) });
        expect(store.put(all)).toMatchObject(facts);
        const range = { start, end: start + length };
        const part = all.subarray(range.start, range.end);
        expect(await readAll(store, blob)).toEqual(all);
        expect(await readAll(store, blob, range)).toEqual(part);
        expect(Buffer.from(store.read(blob))).toEqual(all);
        expect(Buffer.from(store.read(blob, range))).toEqual(part);
        store.remove(blob);
      }),
      { numRuns: 40 },
    );
  });

  it('refuse a stream that is too long, and pass on why one broke', async () => {
    await expect(store.receive(stream(Buffer.alloc(6), Buffer.alloc(6)), 10)).rejects.toThrow(RangeError);
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield* stream(Buffer.from('half'));
      throw new Error('connection lost');
    }
    await expect(store.receive(broken(), 10)).rejects.toThrow('connection lost');
    expect(await store.receive(stream(Buffer.alloc(10)), 10)).toMatchObject({ size: 10 });
  });

  it('are gone once removed', () => {
    const { blob } = store.put(Buffer.from('x'));
    store.remove(blob);
    store.remove(blob);
    expect(() => store.read(blob)).toThrow();
  });

  it('do not change with the writer’s buffer', async () => {
    const bytes = Buffer.from('abc');
    const one = store.put(bytes).blob;
    const two = (await store.receive(stream(bytes), 10)).blob;
    bytes.fill(0);
    expect(Buffer.from(store.read(one)).toString()).toBe('abc');
    expect(Buffer.from(store.read(two)).toString()).toBe('abc');
  });
});

describe('blobs as files', () => {
  it('survive a restart; what a crash left half-written does not', () => {
    const directory = join(root, 'restart');
    const { blob } = fileBlobs(directory).put(Buffer.from('1'));
    writeFileSync(join(directory, 'partial', 'half'), 'half');
    const again = fileBlobs(directory);
    expect(Buffer.from(again.read(blob)).toString()).toBe('1');
    expect(readdirSync(join(directory, 'partial'))).toEqual([]);
  });

  it('leave nothing behind of a refused stream', async () => {
    const directory = join(root, 'refused');
    await expect(fileBlobs(directory).receive(stream(Buffer.alloc(6)), 5)).rejects.toThrow(RangeError);
    expect(readdirSync(directory)).toEqual(['partial']);
    expect(readdirSync(join(directory, 'partial'))).toEqual([]);
  });

  it.each(['', '../x', 'partial', 'a/b'])('know nothing of a blob named %j', (name) => {
    expect(() => fileBlobs(join(root, 'names')).read(name)).toThrow('not a blob');
  });

  it('use flat memory for a large stream', async () => {
    const store = fileBlobs(join(root, 'large'));
    const piece = Buffer.alloc(1 << 20, 7);
    // eslint-disable-next-line @typescript-eslint/require-await -- a stream for `receive`
    async function* large(): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < 128; i++) yield piece;
    }
    // What is still referenced counts, not what the collector has yet to come round to.
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    collect();
    const before = process.memoryUsage().arrayBuffers;
    const { blob } = await store.receive(large(), 1 << 30);
    let size = 0;
    let most = 0;
    for await (const chunk of store.stream(blob)) {
      size += chunk.byteLength;
      if (size % (8 << 20) !== 0) continue;
      collect();
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
    expect(size).toBe(128 << 20);
    expect(most).toBeLessThan(16 << 20);
    store.remove(blob);
  });
});
