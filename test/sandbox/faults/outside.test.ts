import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';

import { describe, expect, it } from 'vitest';

import {
  Faults,
  faultsDoor,
  faultyBytes,
  faultyEngine,
  spoil,
  type Transport,
} from '../../../sandbox/faults/index.ts';
import { inMemoryDispatch } from '../../../sandbox/webhooks/index.ts';
import type { JobLeg, RunnerEvent } from '../../../sandbox/actions/leg.ts';
import { newWorld } from '../world.ts';

function newFaults() {
  const world = newWorld();
  return { world, faults: new Faults(world.sandbox.core) };
}

describe('the door', () => {
  it('tells, sets and ends faults, and says what is wrong', () => {
    const { faults } = newFaults();
    const bad = faultsDoor(faults, 'PUT', JSON.stringify({ calls: { 'error-before': 2 }, nothing: 1 }));
    expect([bad.status, bad.body]).toEqual([422, expect.stringMatching(/calls\.error-before.*nothing/s)]);
    expect(faultsDoor(faults, 'PUT', '{').status).toBe(422);
    expect(faultsDoor(faults, 'PUT', JSON.stringify({ seed: 7, calls: { stale: 0.1 } })).status).toBe(200);
    expect(JSON.parse(faultsDoor(faults, 'GET', '').body as string)).toMatchObject({
      config: { seed: 7, calls: { stale: 0.1 } },
      calls: [],
    });
    expect(faultsDoor(faults, 'DELETE', '').status).toBe(204);
    expect(faults.config.calls).toEqual({});
    expect(faultsDoor(faults, 'POST', '').status).toBe(405);
  });
});

describe('faults of deliveries', () => {
  it('lose, double, delay and reorder them', async () => {
    const { world, faults } = newFaults();
    faults.configure({ seed: 3, deliveries: { lost: 0.25, doubled: 0.25, late: 0.25, reordered: 0.25 } });
    const dispatch = inMemoryDispatch(world.sandbox.core, faults.fates);
    const guids: string[] = [];
    dispatch.onDelivery(({ guid }) => {
      guids.push(guid);
      return 200;
    });
    const body = { config: { url: 'http://127.0.0.1/', content_type: 'json' } };
    const { id } = world.call('owner', 'POST /repos/owner/repo/hooks', body).body;
    for (let n = 0; n < 39; n++) world.call('owner', `POST /repos/owner/repo/hooks/${id}/pings`);
    await dispatch.flush();
    const atOnce = guids.length;
    for (let due = dispatch.nextDue(); due !== undefined; due = dispatch.nextDue()) {
      world.clock.advance(Math.max(0, due - world.sandbox.core.clock.now()));
      await dispatch.flush();
    }
    expect(atOnce).toBeLessThan(guids.length);
    expect(new Set(guids).size).toBeLessThan(guids.length);
    expect(guids.length).toBeGreaterThan(30);
  });
});

describe('a lost runner', () => {
  it('is heard of no more', async () => {
    const { faults } = newFaults();
    faults.configure({ seed: 5, runnersLost: 1 });
    const step = (number: number): RunnerEvent => ({ kind: 'step-started', number, name: 'step' });
    const heard: RunnerEvent[] = [];
    let reason: unknown;
    const engine = faultyEngine(faults, {
      run: async (_leg, report, signal) => {
        for (let number = 1; number <= 100 && !signal.aborted; number++) {
          report(step(number));
          await Promise.resolve();
        }
        reason = signal.reason;
        report(step(101));
      },
    });
    await engine.run({} as JobLeg, (event) => heard.push(event), new AbortController().signal);
    expect(reason).toBe('lost');
    expect(heard.length).toBeLessThan(100);
  });
});

describe('a cut upload', () => {
  it('ends in the middle', async () => {
    const { faults } = newFaults();
    faults.configure({ uploadsCut: 1 });
    let got = 0;
    const bytes = (async function* () {
      for (let n = 0; n < 10; n++) yield await Promise.resolve(new Uint8Array(10));
    })();
    const read = async () => {
      for await (const chunk of faultyBytes(faults, bytes, 100)) got += chunk.byteLength;
    };
    await expect(read()).rejects.toThrow(/reset/);
    expect(got).toBeLessThan(100);
  });
});

describe('faults of the connection', () => {
  async function fetched(transport: Transport): Promise<string> {
    const { world } = newFaults();
    const server = createServer((_request, response) => {
      void spoil(response, transport, world.sandbox.core.blobs, (answer) => {
        response.writeHead(answer.status).end(answer.body);
        return Promise.resolve();
      });
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    try {
      const { port } = server.address() as AddressInfo;
      return await new Promise((resolve) => {
        const request = get(`http://127.0.0.1:${port}/`, (response) => {
          let text = '';
          response.on('data', (chunk) => (text += String(chunk)));
          response.on('end', () => {
            resolve(`whole ${text}`);
          });
          response.on('error', () => {
            resolve(`cut ${text.length < 10 ? 'early' : 'late'}`);
          });
          if (transport.kind === 'stall') {
            response.once('data', () => {
              resolve('stalled');
              request.destroy();
            });
          }
        });
        request.on('error', () => {
          resolve('reset');
        });
      });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  const response = { status: 200, headers: {}, body: '0123456789' };

  it.each<[Transport, string]>([
    [{ kind: 'reset' }, 'reset'],
    [{ kind: 'cut', share: 0.5, response }, 'cut early'],
    [{ kind: 'stall', share: 0.5, response }, 'stalled'],
    [{ kind: 'slow', ms: 1, response }, 'whole 0123456789'],
  ])('%o', async (transport, expected) => {
    expect(await fetched(transport)).toBe(expected);
  });
});
