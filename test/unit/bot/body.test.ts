import { Readable } from 'node:stream';
import type { IncomingMessage } from 'node:http';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { isTooDeep, readBody } from '../../../bot/body.ts';

function message(chunks: readonly Buffer[], headers: Record<string, string> = {}): IncomingMessage {
  return Object.assign(Readable.from(chunks), { headers }) as unknown as IncomingMessage;
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

describe('a body', () => {
  it('is read whole up to the limit', async () => {
    const body = await readBody(message([Buffer.from('ab'), Buffer.from('cd')]), 4);
    expect(body?.toString()).toBe('abcd');
  });

  it('above the limit is not read, whether the sender says its size or not', async () => {
    expect(await readBody(message([Buffer.alloc(5)]), 4)).toBeNull();
    expect(await readBody(message([Buffer.alloc(1)], { 'content-length': '5' }), 4)).toBeNull();
  });

  it('is too deep exactly when its values nest deeper than the limit', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.nat(6), (value, limit) => {
        expect(isTooDeep(JSON.stringify(value), limit)).toBe(depthOf(value) > limit);
      }),
    );
  });
});
