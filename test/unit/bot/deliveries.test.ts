import { createHmac } from 'node:crypto';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { deliveryReader, type SignedEvent } from '../../../bot/deliveries.ts';
import { linesOf } from './lines.ts';

const SECRET = 'the current secret of the test';
const PREVIOUS = 'the secret before it, still in use';

function reader(secrets: readonly string[] = [SECRET, PREVIOUS]) {
  const { log, lines } = linesOf();
  const taken: SignedEvent[] = [];
  const receive = deliveryReader({ secrets, log, take: (event) => taken.push(event) });
  return { receive, taken, lines };
}

function delivery(
  body: string,
  options: { secret?: string; signature?: string; id?: string; event?: string } = {},
) {
  const signature =
    options.signature ??
    `sha256=${createHmac('sha256', options.secret ?? SECRET)
      .update(body)
      .digest('hex')}`;
  return {
    headers: {
      'x-github-event': options.event ?? 'issues',
      'x-github-delivery': options.id ?? 'a',
      'x-hub-signature-256': signature,
    },
    body: Buffer.from(body),
  };
}

const BODY = JSON.stringify({ action: 'labeled', repository: { id: 1, name: 'repo' } });

describe('a delivery', () => {
  it('is taken when it is signed with the current secret, or the one before', async () => {
    const { receive, taken } = reader();
    await expect(receive(delivery(BODY))).resolves.toMatchObject({ status: 202 });
    await expect(receive(delivery(BODY, { secret: PREVIOUS }))).resolves.toMatchObject({ status: 202 });
    expect(taken).toHaveLength(2);
    expect(taken[0]).toMatchObject({ id: 'a', name: 'issues', payload: { action: 'labeled' } });
  });

  it('is refused with a line that says why when the signature is missing, foreign or of another body', async () => {
    const { receive, taken, lines } = reader();
    for (const bad of [
      delivery(BODY, { signature: '' }),
      delivery(BODY, { secret: 'somebody else’s' }),
      { ...delivery(BODY), body: Buffer.from(BODY.replace('labeled', 'deleted')) },
      delivery(BODY, { signature: 'sha1=0123' }),
      { headers: {}, body: Buffer.from(BODY) },
    ]) {
      await expect(receive(bad)).resolves.toMatchObject({ status: 401 });
    }
    expect(taken).toEqual([]);
    expect(lines.map(({ reason }) => reason)).toEqual([
      'no signature',
      ...Array.from({ length: 3 }, () => 'the signature does not fit'),
      'no signature',
    ]);
  });

  it('is refused for every changed character of its signature', async () => {
    const { receive, taken } = reader();
    const good = delivery(BODY);
    const signature = good.headers['x-hub-signature-256'];
    await fc.assert(
      fc.asyncProperty(
        fc.nat(signature.length - 1),
        fc.constantFrom('0', '7', 'a', 'f', 'X'),
        async (at, letter) => {
          fc.pre(signature[at] !== letter);
          const forged = signature.slice(0, at) + letter + signature.slice(at + 1);
          expect(
            (await receive({ ...good, headers: { ...good.headers, 'x-hub-signature-256': forged } })).status,
          ).toBe(401);
        },
      ),
      { numRuns: 200 },
    );
    expect(taken).toEqual([]);
  });

  it('that comes again wakes again and is named in the log: a repeated one may be the first that is worked on', async () => {
    const { receive, taken, lines } = reader();
    await receive(delivery(BODY));
    await receive(delivery(BODY));
    expect(taken).toHaveLength(2);
    expect(lines.map(({ reason }) => reason)).toEqual(['seen before']);
  });

  it('is refused when it is no JSON object or nests too deep, however well it is signed', async () => {
    const { receive, taken } = reader();
    for (const body of ['', 'null', '[]', '{', '"text"', `${'['.repeat(100_000)}${']'.repeat(100_000)}`]) {
      expect((await receive(delivery(body))).status, body.slice(0, 20)).toBeGreaterThanOrEqual(400);
    }
    expect(taken).toEqual([]);
  });
});
