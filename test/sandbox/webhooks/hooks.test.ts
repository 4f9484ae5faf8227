import { describe, expect, it } from 'vitest';

import { newWorld } from '../world.ts';

const config = { url: 'http://127.0.0.1:3000/hook', content_type: 'json', secret: 'a secret' };
const HOOKS = 'POST /repos/owner/repo/hooks';

describe('hooks of a repository', () => {
  it('creates, shows without its secret, lists, deletes', () => {
    const world = newWorld();
    const made = world.call('owner', HOOKS, { config, events: ['push', 'release'] });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      type: 'Repository',
      name: 'web',
      active: true,
      events: ['push', 'release'],
      config: { url: config.url, content_type: 'json', insecure_ssl: '0', secret: '********' },
      last_response: { code: null, status: 'unused', message: null },
    });
    expect(world.call('owner', 'GET /repos/owner/repo/hooks').body).toHaveLength(1);
    const path = `/repos/owner/repo/hooks/${made.body.id}`;
    expect(world.call('owner', `GET ${path}`).body.id).toBe(made.body.id);
    expect(world.call('owner', `DELETE ${path}`).status).toBe(204);
    expect(world.call('owner', `GET ${path}`).status).toBe(404);
  });

  it('subscribes to push where nothing is said', () => {
    const made = newWorld().call('owner', HOOKS, { config });
    expect(made.body).toMatchObject({ events: ['push'], active: true });
  });

  it.each([
    ['without an address', { config: { content_type: 'json' } }],
    ['with no http address', { config: { url: 'ftp://127.0.0.1/hook' } }],
    ['with an unknown content type', { config: { ...config, content_type: 'xml' } }],
    ['with an unknown event', { config, events: ['pushed'] }],
    ['with an event of organisations', { config, events: ['membership'] }],
    ['with an event of Apps', { config, events: ['workflow_dispatch'] }],
    ['of another name than web', { name: 'irc', config }],
  ])('refuses one %s', (_title, body) => {
    const world = newWorld();
    expect(world.call('owner', HOOKS, body).status).toBe(422);
    expect(world.call('owner', 'GET /repos/owner/repo/hooks').body).toEqual([]);
  });

  it('shares a configuration only where events do not overlap', () => {
    const world = newWorld();
    world.call('owner', HOOKS, { config, events: ['push'] });
    const twin = world.call('owner', HOOKS, { config, events: ['push', 'issues'] });
    expect(twin.status).toBe(422);
    expect(twin.body.errors).toEqual([
      { resource: 'Hook', code: 'custom', message: 'Hook already exists on this repository' },
    ]);
    expect(world.call('owner', HOOKS, { config, events: ['issues'] }).status).toBe(201);
  });

  it('allows 20 hooks for an event', () => {
    const world = newWorld();
    const make = (n: number) =>
      world.call('owner', HOOKS, { config: { url: `http://127.0.0.1/${n}` } }).status;
    expect(Array.from({ length: 20 }, (_, n) => make(n))).toEqual(Array(20).fill(201));
    expect(make(20)).toBe(422);
  });

  it('replaces the configuration whole, and by its own route in part', () => {
    const world = newWorld();
    const path = `/repos/owner/repo/hooks/${world.call('owner', HOOKS, { config }).body.id}`;
    const part = world.call('owner', `PATCH ${path}/config`, { content_type: 'form' });
    expect(part.body).toEqual({
      url: config.url,
      content_type: 'form',
      insecure_ssl: '0',
      secret: '********',
    });
    const whole = world.call('owner', `PATCH ${path}`, {
      config: { url: config.url },
      add_events: ['issues'],
      remove_events: ['push'],
      active: false,
    });
    expect(whole.body).toMatchObject({ events: ['issues'], active: false });
    expect(whole.body.config).toEqual({ url: config.url, content_type: 'form', insecure_ssl: '0' });
  });
});
