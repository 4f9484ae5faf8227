import { createSign } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { addAccount, addMember, createApp } from '../../../sandbox/seed.ts';
import { addRepository } from '../../../sandbox/repositories/create.ts';
import { inMemoryDispatch, type MemoryDelivery } from '../../../sandbox/webhooks/index.ts';
import { newWorld } from '../world.ts';

describe('hooks of an organisation', () => {
  function organized() {
    const world = newWorld();
    const { core } = world.sandbox;
    core.store.transaction(() => {
      const organization = addAccount(core, 'acme', 'Organization');
      addMember(core, organization.id, world.repository.ownerId, 'admin');
      addRepository(core, organization.id, 'models');
    });
    const dispatch = inMemoryDispatch(core);
    const got: MemoryDelivery[] = [];
    dispatch.onDelivery((delivery) => {
      got.push(delivery);
      return 200;
    });
    return { world, dispatch, got };
  }

  it('hear of all its repositories, and of itself', async () => {
    const { world, dispatch, got } = organized();
    const made = world.call('owner', 'POST /orgs/acme/hooks', {
      name: 'web',
      config: { url: 'http://127.0.0.1/org', content_type: 'json' },
      events: ['repository', 'membership'],
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ type: 'Organization', events: ['repository', 'membership'] });
    world.call('owner', 'PATCH /repos/acme/models', { description: 'all our models' });
    await dispatch.flush();
    expect(got.map(({ event, payload }) => [event, payload['action']])).toEqual([
      ['ping', undefined],
      ['repository', 'edited'],
    ]);
    expect(got[1]!.payload).toMatchObject({ organization: { login: 'acme' } });
    expect(got[0]!.headers['X-GitHub-Hook-Installation-Target-Type']).toBe('organization');
    const path = `/orgs/acme/hooks/${made.body.id}`;
    expect(world.call('owner', `GET ${path}/deliveries`).body).toHaveLength(2);
    expect(world.call('owner', `GET ${path}/config`).body).toMatchObject({ url: 'http://127.0.0.1/org' });
    expect(world.call('owner', `DELETE ${path}`).status).toBe(204);
  });

  it('are for its owners', () => {
    const { world } = organized();
    expect(world.call('writer', 'GET /orgs/acme/hooks').status).toBeGreaterThanOrEqual(403);
  });
});

describe('the hook of an App, asked by its JWT', () => {
  it('shows and changes its configuration', () => {
    const world = newWorld();
    const { core } = world.sandbox;
    const { app, pem } = core.store.transaction(() =>
      createApp(core, {
        ownerId: world.repository.ownerId,
        name: 'robot',
        permissions: { contents: 'read' },
        events: ['push'],
        webhookSecret: 'a secret',
        webhookUrl: 'http://127.0.0.1/app',
      }),
    );
    const seconds = Math.floor(core.clock.now() / 1000);
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const head = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iat: seconds - 60, exp: seconds + 300, iss: String(app.id) })}`;
    const token = `${head}.${createSign('RSA-SHA256').update(head).sign(pem!).toString('base64url')}`;
    expect(world.call({ token }, 'GET /app/hook/config').body).toEqual({
      url: 'http://127.0.0.1/app',
      content_type: 'json',
      insecure_ssl: '0',
      secret: '********',
    });
    const changed = world.call({ token }, 'PATCH /app/hook/config', { url: 'http://127.0.0.1/other' });
    expect(changed.body.url).toBe('http://127.0.0.1/other');
    expect(world.call({ token }, 'GET /app/hook/deliveries').body).toEqual([]);
    expect(world.call('owner', 'GET /app/hook/config').status).toBe(401);
  });
});
