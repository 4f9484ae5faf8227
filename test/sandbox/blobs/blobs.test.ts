import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import {
  BlobMissing,
  type BlobStore,
  BlobTooLarge,
  fileBlobs,
  memoryBlobs,
} from '../../../sandbox/blobs/index.ts';

const root = mkdtempSync(join(tmpdir(), 'blobs-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

// eslint-disable-next-line @typescript-eslint/require-await -- a stream for `write`
async function* stream(...chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

async function readAll(
  store: BlobStore,
  key: string,
  range?: { start: number; end: number },
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of store.read(key, range)) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

const stores: readonly [string, () => BlobStore][] = [
  ['files', () => fileBlobs(join(root, 'shared'))],
  ['memory', memoryBlobs],
];

describe.each(stores)('blobs as %s', (_name, make) => {
  const store = make();

  it('gives back any bytes, whole and by range, with size and digest', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 5 }),
        fc.nat(60),
        fc.nat(60),
        async (chunks, a, b) => {
          const all = Buffer.concat(chunks);
          expect(await store.write('any', stream(...chunks))).toEqual({
            size: all.length,
            sha256: sha256(all),
          });
          expect(store.size('any')).toBe(all.length);
          expect(await readAll(store, 'any')).toEqual(all);
          expect(Buffer.from(store.bytes('any'))).toEqual(all);
          if (all.length > 0) {
            const [start, end] = [Math.min(a, b) % all.length, Math.max(a, b)];
            expect(await readAll(store, 'any', { start, end: Math.max(start, end) })).toEqual(
              all.subarray(start, Math.max(start, end) + 1),
            );
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('keeps what was there when a stream breaks or is too long', async () => {
    store.put('kept', Buffer.from('old'));
    await expect(store.write('kept', stream(Buffer.alloc(6), Buffer.alloc(6)), 10)).rejects.toThrow(
      BlobTooLarge,
    );
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield* stream(Buffer.from('half'));
      throw new Error('connection lost');
    }
    await expect(store.write('kept', broken())).rejects.toThrow('connection lost');
    expect(Buffer.from(store.bytes('kept')).toString()).toBe('old');
    expect(await store.write('kept', stream(Buffer.alloc(10)), 10)).toMatchObject({ size: 10 });
  });

  it('removes, and says that a blob is missing', () => {
    store.put('gone', Buffer.from('x'));
    store.remove('gone');
    store.remove('gone');
    expect(store.size('gone')).toBeUndefined();
    expect(() => store.bytes('gone')).toThrow(BlobMissing);
    expect(() => store.read('gone')).toThrow(BlobMissing);
  });

  it.each(['', '../x', 'a/b', '.partial', 'a\0b', 'x'.repeat(201)])('refuses the key %j', (key) => {
    expect(() => store.put(key, Buffer.from('x'))).toThrow('not a blob key');
    expect(() => store.size(key)).toThrow('not a blob key');
  });

  it('does not keep the writer’s buffer', () => {
    const bytes = Buffer.from('abc');
    store.put('own', bytes);
    bytes.fill(0);
    expect(Buffer.from(store.bytes('own')).toString()).toBe('abc');
  });
});

describe('blobs as files', () => {
  it('survive a restart; what a crash left half-written does not', () => {
    const directory = join(root, 'restart');
    fileBlobs(directory).put('a', Buffer.from('1'));
    writeFileSync(join(directory, '.partial', '7'), 'half');
    const again = fileBlobs(directory);
    expect(Buffer.from(again.bytes('a')).toString()).toBe('1');
    expect(readdirSync(join(directory, '.partial'))).toEqual([]);
    expect(existsSync(join(directory, '7'))).toBe(false);
  });

  it('use flat memory for a large stream', async () => {
    const store = fileBlobs(join(root, 'large'));
    const piece = Buffer.alloc(1 << 20, 7);
    // eslint-disable-next-line @typescript-eslint/require-await -- a stream for `write`
    async function* large(): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < 256; i++) yield piece;
    }
    const before = process.memoryUsage().arrayBuffers;
    await store.write('large', large());
    let size = 0;
    let most = 0;
    for await (const chunk of store.read('large')) {
      size += (chunk as Buffer).length;
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
    expect(size).toBe(256 << 20);
    expect(most).toBeLessThan(64 << 20);
    store.remove('large');
  });
});
