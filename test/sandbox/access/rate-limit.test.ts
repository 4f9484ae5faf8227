import { describe, expect, it } from 'vitest';

import { rateOf } from '../../../sandbox/access/index.ts';
import { addAccount, addRepository, addToken } from '../../../sandbox/seed.ts';
import { newWorld } from '../world.ts';
import { addApp, install } from './keys.ts';

const few = (more: object = {}) =>
  newWorld({ limits: { ratePerHour: { anonymous: 2, user: 3, installation: 3, job: 2 }, ...more } });

describe('the primary rate limit (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api)', () => {
  it('is told in every answer, errors too', () => {
    const world = newWorld();
    expect(world.call('writer', 'GET /repos/owner/repo').headers).toMatchObject({
      'x-ratelimit-limit': '5000',
      'x-ratelimit-remaining': '4999',
      'x-ratelimit-used': '1',
      'x-ratelimit-reset': String(Date.parse('2026-01-01T01:00:00Z') / 1000),
      'x-ratelimit-resource': 'core',
    });
    expect(world.call('writer', 'GET /repos/owner/none').headers['x-ratelimit-used']).toBe('2');
    expect(world.call('writer', 'GET /no/such/path').headers['x-ratelimit-used']).toBe('3');
    expect(world.call(undefined, 'GET /repos/owner/repo').headers['x-ratelimit-limit']).toBe('60');
  });

  it('refuses with remaining 0 and comes back after the hour', () => {
    const world = few();
    for (let count = 0; count < 3; count++) expect(world.call('writer', 'GET /user').status).toBe(200);
    const refused = world.call('writer', 'GET /user');
    expect(refused.status).toBe(403);
    expect(refused.body.message).toMatch(/^API rate limit exceeded for user ID \d+\.$/);
    expect(refused.headers).toMatchObject({ 'x-ratelimit-remaining': '0', 'x-ratelimit-used': '3' });
    expect(world.call('owner', 'GET /user').status).toBe(200);
    world.clock.advance(3_600_000);
    expect(world.call('writer', 'GET /user').status).toBe(200);
  });

  it("counts all of a user's tokens together, and nobody by address", () => {
    const world = few();
    const { core } = world.sandbox;
    const second = core.store.transaction(() => addToken(core, world.repository.ownerId, { scopes: [] }));
    for (const as of ['owner', { token: second }, 'owner'] as const) world.call(as, 'GET /user');
    expect(world.call({ token: second }, 'GET /user').status).toBe(403);
    for (let count = 0; count < 2; count++) world.call(undefined, 'GET /zen');
    expect(world.call(undefined, 'GET /zen').body.message).toContain('API rate limit exceeded for 127.0.0.1');
  });

  it('is asked for free', () => {
    const world = few();
    world.call('writer', 'GET /user');
    for (let count = 0; count < 5; count++) {
      const { body, headers } = world.call('writer', 'GET /rate_limit');
      expect(body.resources.core).toMatchObject({ limit: 3, used: 1, remaining: 2 });
      expect(headers['x-ratelimit-used']).toBe('1');
    }
  });

  it('is not spent by a 304 to somebody, but by one to nobody', () => {
    const world = few();
    const first = world.call('writer', 'GET /repos/owner/repo');
    for (let count = 0; count < 5; count++) {
      const again = world.call('writer', 'GET /repos/owner/repo', undefined, {
        'if-none-match': first.headers['etag']!,
      });
      expect([again.status, again.headers['x-ratelimit-used']]).toEqual([304, '1']);
    }
    const etag = world.call(undefined, 'GET /repos/owner/repo').headers['etag']!;
    const nobody = world.call(undefined, 'GET /repos/owner/repo', undefined, { 'if-none-match': etag });
    expect([nobody.status, nobody.headers['x-ratelimit-used']]).toEqual([304, '2']);
  });

  it('of searching is 30 a minute of its own', () => {
    const world = newWorld();
    const { core } = world.sandbox;
    const viewer = { kind: 'user', userId: world.repository.ownerId, tokenId: 0, scopes: [] } as const;
    world.call('owner', 'GET /search/repositories?q=x');
    expect(rateOf(core, viewer, 'search')).toMatchObject({ limit: 30, used: 1 });
    world.clock.advance(60_000);
    expect(rateOf(core, viewer, 'search').used).toBe(0);
    expect(rateOf(core, viewer, 'core').used).toBe(0);
  });

  it('of an installation grows with repositories above 20, up to 12,500', () => {
    const world = newWorld();
    const { core } = world.sandbox;
    const { app } = addApp(core, 'tester', {});
    const acme = core.store.transaction(() => addAccount(core, 'acme', 'Organization'));
    const installation = install(core, app, 'acme');
    const viewer = {
      kind: 'installation',
      appId: app.id,
      installationId: installation.id,
      tokenId: 0,
      permissions: {},
      repositories: 'all',
    } as const;
    const grow = (to: number) => {
      core.store.transaction(() => {
        for (let n = core.tables.repositories.count('owner', acme.id); n < to; n++)
          addRepository(core, acme.id, `r${n}`);
      });
      return rateOf(core, viewer, 'core').limit;
    };
    expect(grow(20)).toBe(5000);
    expect(grow(22)).toBe(5100);
    expect(grow(400)).toBe(12_500);
  });
});

describe('secondary limits, where they are on', () => {
  it('refuse too much content a minute, with Retry-After', () => {
    const world = newWorld({ limits: { contentWritesPerMinute: 2 } });
    const topics = () => world.call('owner', 'PUT /repos/owner/repo/topics', { names: [] });
    topics();
    topics();
    world.clock.advance(20_000);
    const refused = topics();
    expect(refused.status).toBe(403);
    expect(refused.body.message).toContain('You have exceeded a secondary rate limit');
    expect(refused.headers['retry-after']).toBe('40');
    expect(world.call('owner', 'GET /repos/owner/repo').status).toBe(200);
    world.clock.advance(40_000);
    expect(topics().status).toBe(200);
  });

  it('count a write as five points and a read as one, by endpoint', () => {
    const world = newWorld({ limits: { pointsPerMinute: 6 } });
    const topics = () => world.call('owner', 'PUT /repos/owner/repo/topics', { names: [] }).status;
    const read = () => world.call('owner', 'GET /repos/owner/repo/topics').status;
    expect([topics(), topics()]).toEqual([200, 403]);
    expect(Array.from({ length: 7 }, read)).toEqual([200, 200, 200, 200, 200, 200, 403]);
  });

  it('are off at first', () => {
    const world = newWorld();
    for (let count = 0; count < 200; count++)
      expect(world.call('owner', 'PUT /repos/owner/repo/topics', { names: [] }).status).toBe(200);
  });
});
