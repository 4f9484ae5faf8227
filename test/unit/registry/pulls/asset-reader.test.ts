import { expect, test } from 'vitest';

import { AssetReader } from '../../../../src/registry/pulls/asset-reader.ts';
import { MemoryRelease } from '../../../support/memory-releases.ts';

const TEXT = '0123456789abcdefghij';

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const chunk of chunks) text += Buffer.from(chunk).toString();
  return text;
}

function reader(signal?: AbortSignal) {
  const release = new MemoryRelease(new Map([['pack', Buffer.from(TEXT)]]));
  const sleep = () => Promise.resolve();
  return {
    release,
    reader: new AssetReader({ releases: release, sleep, ...(signal === undefined ? {} : { signal }) }),
  };
}

test('pieces behind one another come from one download; after a gap, or going back, from one that begins there', async () => {
  const { release, reader: pieces } = reader();
  const asked = [
    [0, 3],
    [3, 5],
    [12, 4],
    [2, 2],
  ] as const;
  for (const [from, length] of asked)
    expect(await textOf(pieces.read(0, from, length))).toBe(TEXT.slice(from, from + length));
  expect(release.downloads.map(({ start }) => start)).toEqual([0, 12, 2]);
});

test('an asset that is shorter than promised is told, not waited for', async () => {
  const { reader: pieces } = reader();
  await expect(textOf(pieces.read(0, 0, 21))).rejects.toMatchObject({ code: 'NETWORK' });
});

test('stops where it is asked to', async () => {
  const { reader: pieces } = reader(AbortSignal.abort());
  await expect(textOf(pieces.read(0, 0, 3))).rejects.toMatchObject({ code: 'CANCELLED' });
});
