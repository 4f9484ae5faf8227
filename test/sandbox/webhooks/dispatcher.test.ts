import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, describe, expect, it, vi } from 'vitest';

import { httpSend, startDispatcher, type Send } from '../../../sandbox/webhooks/index.ts';
import { newWorld, type World } from '../world.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function receiver(answer: Parameters<typeof createServer>[1]): Promise<string> {
  const server: Server = createServer(answer);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return String((server.address() as AddressInfo).port);
}

function dispatcher(world: World, send: Send, timeoutMs?: number) {
  const started = startDispatcher(world.sandbox.core, send, timeoutMs === undefined ? {} : { timeoutMs });
  stops.push(() => started.stop());
  return started;
}

function hook(world: World, url: string, number = 1): string {
  const body = { config: { url, content_type: 'json' }, events: ['push'] };
  const ids = Array.from(
    { length: number },
    () => world.call('owner', 'POST /repos/owner/repo/hooks', body).body.id as number,
  );
  return `/repos/owner/repo/hooks/${ids[0]}`;
}

function deliveries(world: World, path: string): { status: string; status_code: number; event: string }[] {
  return world.call('owner', `GET ${path}/deliveries`).body as never;
}

describe('the dispatcher', () => {
  it('delivers over HTTP to names below localhost and keeps the answer', async () => {
    const world = newWorld();
    const seen: string[] = [];
    const port = await receiver((request, response) => {
      seen.push(`${request.method} ${request.url} ${String(request.headers['x-github-event'])}`);
      response.writeHead(202, { 'x-own': 'yes' }).end('thanks');
    });
    const running = dispatcher(world, httpSend);
    const path = hook(world, `http://hooks.localhost:${port}/in?x=1`);
    await running.idle();
    expect(seen).toEqual(['POST /in?x=1 ping']);
    const [item] = deliveries(world, path);
    expect(item).toMatchObject({ status: 'OK', status_code: 202 });
  });

  it('follows no redirect and calls anything but a 2xx a failure', async () => {
    const world = newWorld();
    const port = await receiver((_request, response) => {
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    const running = dispatcher(world, httpSend);
    const path = hook(world, `http://127.0.0.1:${port}/`);
    await running.idle();
    expect(deliveries(world, path)).toMatchObject([{ status: 'Invalid HTTP Response: 302' }]);
  });

  it('gives up after its time and when nobody listens', async () => {
    const world = newWorld();
    const port = await receiver(() => undefined);
    const running = dispatcher(world, httpSend, 50);
    const path = hook(world, `http://127.0.0.1:${port}/`);
    await vi.waitUntil(() => deliveries(world, path).length === 1);
    expect(deliveries(world, path)).toMatchObject([{ status: 'timed out' }]);
    const nobody = hook(world, 'http://127.0.0.1:1/');
    await running.idle();
    expect(deliveries(world, nobody)).toMatchObject([{ status: 'failed to connect to host' }]);
  });

  it('keeps the order of one hook and does not let hooks wait for each other', async () => {
    const world = newWorld();
    const order: string[] = [];
    const open: (() => void)[] = [];
    dispatcher(world, async ({ url, headers }) => {
      order.push(`${url} ${headers['X-GitHub-Event']}`);
      if (url.endsWith('slow')) await new Promise<void>((go) => open.push(go));
      return { status: 200 };
    });
    const slow = hook(world, 'http://127.0.0.1/slow');
    world.call('owner', `POST ${slow}/pings`);
    const fast = hook(world, 'http://127.0.0.1/fast');
    await vi.waitUntil(() => deliveries(world, fast).length === 1);
    expect(order).toEqual(['http://127.0.0.1/slow ping', 'http://127.0.0.1/fast ping']);
    open.shift()!();
    await vi.waitUntil(() => open.length === 1);
    open.shift()!();
    await vi.waitUntil(() => deliveries(world, slow).length === 2);
  });

  it('makes a delivery again that was under way when the process ended', async () => {
    const world = newWorld();
    const first = startDispatcher(world.sandbox.core, () => new Promise(() => undefined));
    const path = hook(world, 'http://127.0.0.1/');
    await Promise.resolve();
    await first.stop();
    expect(deliveries(world, path)).toEqual([]);
    const second = dispatcher(world, () => Promise.resolve({ status: 200 }));
    await second.idle();
    expect(deliveries(world, path)).toMatchObject([{ status: 'OK', event: 'ping' }]);
  });

  it('delays, doubles and loses what it is told to', async () => {
    const world = newWorld();
    const guids: string[] = [];
    const fates = ['lose', 'double', 'delay'] as const;
    let at = 0;
    const running = startDispatcher(
      world.sandbox.core,
      ({ headers }) => {
        guids.push(headers['X-GitHub-Delivery']!);
        return Promise.resolve({ status: 200 });
      },
      { fates: () => ({ kind: fates[at++]!, guid: 'same', ms: 3_600_000 }) as never },
    );
    stops.push(() => running.stop());
    const path = hook(world, 'http://127.0.0.1/');
    world.call('owner', `POST ${path}/pings`);
    world.call('owner', `POST ${path}/pings`);
    await running.idle();
    expect(guids).toHaveLength(1);
    world.clock.advance(3_600_000);
    world.call('owner', `PATCH ${path}`, { active: false });
    const rest = dispatcher(world, ({ headers }) => {
      guids.push(headers['X-GitHub-Delivery']!);
      return Promise.resolve({ status: 200 });
    });
    await rest.idle();
    expect(guids).toHaveLength(3);
    expect(new Set(guids).size).toBe(2);
  });
});
