import { createHmac } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { inMemoryDispatch, type MemoryDelivery } from '../../../sandbox/webhooks/index.ts';
import { emit } from '../../../sandbox/kernel/events.ts';
import { checkWebhook } from '../../../sandbox/contract/index.ts';
import { commitFiles } from '../history.ts';
import { newWorld, type World } from '../world.ts';

const config = { url: 'http://127.0.0.1:3000/hook', content_type: 'json', secret: 'a secret' };

function hooked(body: Record<string, unknown> = {}) {
  const world = newWorld();
  const hook = world.call('owner', 'POST /repos/owner/repo/hooks', { config, ...body }).body.id as number;
  const dispatch = inMemoryDispatch(world.sandbox.core);
  const got: MemoryDelivery[] = [];
  dispatch.onDelivery((delivery) => {
    got.push(delivery);
    return 200;
  });
  return { world, hook, dispatch, got, path: `/repos/owner/repo/hooks/${hook}` };
}

function emitStar(world: World): void {
  const { core } = world.sandbox;
  core.store.transaction(() => {
    emit(core, {
      name: 'star',
      action: 'created',
      repositoryId: world.repository.id,
      sender: core.tables.accounts.find('login', 'reader')!,
      by: { kind: 'anonymous' },
      payload: () => ({ starred_at: '2026-01-01T00:00:00Z' }),
    });
  });
}

describe('a delivery', () => {
  it('announces a new hook with a ping, signed over the exact bytes', async () => {
    const { dispatch, got, hook } = hooked();
    expect(await dispatch.flush()).toBe(1);
    const [ping] = got;
    expect(ping).toMatchObject({ event: 'ping', hookId: hook, payload: { hook_id: hook } });
    expect(checkWebhook('ping', undefined, ping!.payload)).toEqual([]);
    const sign = (algorithm: string) =>
      `${algorithm}=${createHmac(algorithm, 'a secret').update(ping!.body).digest('hex')}`;
    expect(ping!.headers).toMatchObject({
      'Content-Type': 'application/json',
      'X-GitHub-Event': 'ping',
      'X-GitHub-Delivery': ping!.guid,
      'X-GitHub-Hook-ID': String(hook),
      'X-GitHub-Hook-Installation-Target-Type': 'repository',
      'X-Hub-Signature': sign('sha1'),
      'X-Hub-Signature-256': sign('sha256'),
    });
    expect(ping!.headers['User-Agent']).toMatch(/^GitHub-Hookshot\//);
    expect(ping!.guid).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it('is a form where the hook says so, and unsigned without a secret', async () => {
    const { dispatch, got } = hooked({ config: { url: config.url } });
    await dispatch.flush();
    expect(got[0]!.body.startsWith('payload=')).toBe(true);
    expect(got[0]!.headers).not.toHaveProperty('X-Hub-Signature-256');
    expect(got[0]!.payload).toHaveProperty('zen');
  });

  it('is logged with what was sent and what came back', async () => {
    const { world, dispatch, path } = hooked();
    dispatch.onDelivery(() => ({ status: 500, body: 'broken', headers: { server: 'test' } }));
    expect(world.call('owner', `GET ${path}/deliveries`).body).toEqual([]);
    await dispatch.flush();
    const [item] = world.call('owner', `GET ${path}/deliveries`).body;
    expect(item).toMatchObject({
      event: 'ping',
      status: 'Invalid HTTP Response: 500',
      status_code: 500,
      redelivery: false,
      repository_id: world.repository.id,
    });
    expect(world.call('owner', `GET ${path}/deliveries/${item.id}`).body).toMatchObject({
      request: { headers: { 'X-GitHub-Event': 'ping' }, payload: { repository: { name: 'repo' } } },
      response: { payload: 'broken', headers: { server: 'test' } },
    });
    expect(world.call('owner', `GET ${path}`).body.last_response.code).toBe(500);
    expect(world.call('owner', `GET ${path}/deliveries?status=success`).body).toEqual([]);
    expect(world.call('owner', `GET ${path}/deliveries?status=failure`).body).toHaveLength(1);
  });

  it('is made again under the same GUID when asked, never by itself', async () => {
    const { world, dispatch, got, path } = hooked();
    await dispatch.flush();
    const [item] = world.call('owner', `GET ${path}/deliveries`).body;
    expect(world.call('owner', `POST ${path}/deliveries/${item.id}/attempts`).status).toBe(202);
    await dispatch.flush();
    expect(got.map(({ guid, redelivery }) => [guid, redelivery])).toEqual([
      [item.guid, false],
      [item.guid, true],
    ]);
    expect(await dispatch.flush()).toBe(0);
  });

  it('goes to addresses of this machine only, and the log says so', async () => {
    const { world, dispatch, got, path } = hooked({ config: { url: 'https://example.com/hook' } });
    await dispatch.flush();
    expect(got).toEqual([]);
    expect(world.call('owner', `GET ${path}/deliveries`).body[0].status).toMatch(/loopback/);
  });

  it('happens for subscribed events of active hooks', async () => {
    const { world, dispatch, got, path } = hooked({ events: ['star'] });
    emitStar(world);
    await dispatch.flush();
    expect(got.map(({ event }) => event)).toEqual(['ping', 'star']);
    world.call('owner', `PATCH ${path}`, { active: false });
    emitStar(world);
    world.call('owner', `PATCH ${path}`, { active: true, events: ['watch'] });
    emitStar(world);
    expect(await dispatch.flush()).toBe(0);
  });

  it('is listed newest first, page by page, for three days, up to the limit', async () => {
    const world = newWorld({ limits: { deliveriesKept: 5 } });
    const made = world.call('owner', 'POST /repos/owner/repo/hooks', { config, events: ['star'] });
    const path = `/repos/owner/repo/hooks/${made.body.id}/deliveries`;
    const dispatch = inMemoryDispatch(world.sandbox.core);
    for (let n = 0; n < 6; n++) emitStar(world);
    expect(await dispatch.flush()).toBe(5);
    const first = world.call('owner', `GET ${path}?per_page=3`);
    const next = /<([^>]+)>; rel="next"/.exec(first.headers['link']!)![1]!;
    const second = world.call('owner', `GET ${next.slice(next.indexOf('/repos'))}`);
    const ids = [...first.body, ...second.body].map(({ id }) => id as number);
    expect(ids).toEqual(ids.toSorted((one, other) => other - one));
    expect(ids).toHaveLength(5);
    expect(second.headers['link']).toBeUndefined();
    world.clock.advance(4 * 24 * 3600 * 1000);
    emitStar(world);
    await dispatch.flush();
    expect(world.call('owner', `GET ${path}`).body).toHaveLength(1);
  });

  it('tells the newest commit as a push when asked to', async () => {
    const { world, dispatch, got, path } = hooked();
    commitFiles(world, { 'a.txt': 'a' });
    const after = commitFiles(world, { 'a.txt': 'b' });
    expect(world.call('owner', `POST ${path}/tests`).status).toBe(204);
    await dispatch.flush();
    expect(got[1]).toMatchObject({ event: 'push', payload: { ref: 'refs/heads/main', after } });
    expect(checkWebhook('push', undefined, got[1]!.payload)).toEqual([]);
    world.call('owner', `PATCH ${path}`, { events: ['star'] });
    expect(world.call('owner', `POST ${path}/tests`).status).toBe(204);
    expect(await dispatch.flush()).toBe(0);
  });
});
