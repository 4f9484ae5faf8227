import { createPrivateKey } from 'node:crypto';

import { beforeEach, describe, expect, it } from 'vitest';

import { startManifest } from '../../../sandbox/access/apps.ts';
import { installAndTell } from '../../../sandbox/access/installation-events.ts';
import { addRepository } from '../../../sandbox/seed.ts';
import type { Installation } from '../../../sandbox/state/accounts.ts';
import { addApp, install, signJwt } from '../access/keys.ts';
import { newWorld, type World } from '../world.ts';

let world: World;
let jwt: () => string;
let installation: Installation;
beforeEach(() => {
  world = newWorld({ private: true });
  const { core } = world.sandbox;
  core.store.transaction(() => addRepository(core, world.repository.ownerId, 'other', { private: true }));
  const made = addApp(core, 'Slip Way', { contents: 'write', issues: 'read' });
  jwt = made.jwt;
  installation = install(core, made.app, 'owner');
});

const token = (body: unknown = {}) =>
  world.call({ token: jwt() }, `POST /app/installations/${installation.id}/access_tokens`, body);

describe('an App as itself (https://docs.github.com/rest/apps/apps)', () => {
  it('sees itself and its installations', () => {
    expect(world.call({ token: jwt() }, 'GET /app').body).toMatchObject({
      slug: 'slip-way',
      permissions: { metadata: 'read', contents: 'write', issues: 'read' },
      installations_count: 1,
    });
    expect(world.call({ token: jwt() }, 'GET /app/installations').body[0].repository_selection).toBe('all');
    expect(world.call({ token: jwt() }, `GET /app/installations/${installation.id}`).body.app_slug).toBe(
      'slip-way',
    );
    for (const path of ['/repos/owner/repo/installation', '/users/owner/installation'])
      expect(world.call({ token: jwt() }, `GET ${path}`).body.id).toBe(installation.id);
    expect(world.call({ token: jwt() }, 'GET /orgs/owner/installation').status).toBe(404);
    expect(world.call('owner', 'GET /apps/slip-way').body.slug).toBe('slip-way');
  });

  it('does nothing else: people and installations do', () => {
    for (const path of ['/repos/owner/repo', '/user', '/orgs/github'])
      expect(world.call({ token: jwt() }, `GET ${path}`).status).not.toBe(200);
  });

  it('is asked for a JWT where only a JWT will do', () => {
    for (const who of ['owner', undefined, { token: token().body.token as string }] as const) {
      expect(world.call(who, 'GET /app')).toMatchObject({
        status: 401,
        body: { message: 'A JSON web token could not be decoded' },
      });
    }
  });

  it("does not reach another App's installation", () => {
    const other = addApp(world.sandbox.core, 'other', {});
    const path = `/app/installations/${installation.id}`;
    expect(world.call({ token: other.jwt() }, `GET ${path}`).status).toBe(404);
    expect(world.call({ token: other.jwt() }, `POST ${path}/access_tokens`, {}).status).toBe(404);
  });
});

describe('an installation access token', () => {
  it('holds everything of the installation, for an hour', () => {
    const made = token();
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      expires_at: '2026-01-01T01:00:00Z',
      permissions: { metadata: 'read', contents: 'write', issues: 'read' },
      repository_selection: 'all',
    });
    const as = { token: made.body.token as string };
    expect(world.call(as, 'GET /installation/repositories').body.total_count).toBe(2);
    expect(world.call(as, 'GET /repos/owner/repo').status).toBe(200);
    world.clock.advance(3_600_000);
    expect(world.call(as, 'GET /repos/owner/repo').status).toBe(401);
  });

  it('can be made for less', () => {
    const made = token({ repositories: ['repo'], permissions: { issues: 'read' } });
    expect(made.body.permissions).toEqual({ metadata: 'read', issues: 'read' });
    expect(made.body.repositories).toHaveLength(1);
    const as = { token: made.body.token as string };
    expect(world.call(as, 'GET /repos/owner/other').status).toBe(404);
    expect(world.call(as, 'GET /installation/repositories').body.total_count).toBe(1);
  });

  it('can never be made for more (422, as documented)', () => {
    for (const permissions of [{ issues: 'write' }, { administration: 'read' }, { nonsense: 'read' }])
      expect(token({ permissions }).status).toBe(422);
    for (const body of [{ repositories: ['nope'] }, { repository_ids: [1] }, { repositories: [] }])
      expect(token(body).status).toBe(422);
  });

  it('of an installation on chosen repositories ends at those', () => {
    const { core } = world.sandbox;
    core.store.transaction(() =>
      core.tables.installations.put({ ...installation, repositories: [world.repository.id] }),
    );
    expect(token({ repositories: ['other'] }).status).toBe(422);
    const as = { token: token().body.token as string };
    expect(world.call(as, 'GET /repos/owner/other').status).toBe(404);
    expect(world.call(as, 'GET /repos/owner/repo').status).toBe(200);
  });

  it('shrinks with the installation', () => {
    const as = { token: token().body.token as string };
    const { core } = world.sandbox;
    core.store.transaction(() => core.tables.installations.put({ ...installation, permissions: {} }));
    expect(world.call(as, 'GET /repos/owner/repo/git/refs/heads/main').status).not.toBe(200);
    expect(world.call(as, 'GET /repos/owner/repo/installation').status).toBe(401);
  });

  it('is revoked by itself', () => {
    const as = { token: token().body.token as string };
    expect(world.call(as, 'DELETE /installation/token').status).toBe(204);
    expect(world.call(as, 'GET /repos/owner/repo')).toMatchObject({
      status: 401,
      body: { message: 'Bad credentials' },
    });
  });

  it('is nobody to the routes of a person', () => {
    const as = { token: token().body.token as string };
    for (const path of ['/user', '/user/repos', '/user/orgs'])
      expect(world.call(as, `GET ${path}`)).toMatchObject({
        status: 403,
        body: { message: 'Resource not accessible by integration' },
      });
  });
});

describe('an installation', () => {
  it('is suspended and brought back; meanwhile its tokens are refused', () => {
    const as = { token: token().body.token as string };
    const path = `/app/installations/${installation.id}/suspended`;
    expect(world.call({ token: jwt() }, `PUT ${path}`).status).toBe(204);
    const refusal = { status: 403, body: { message: 'This installation has been suspended' } };
    expect(world.call(as, 'GET /repos/owner/repo')).toMatchObject(refusal);
    expect(token()).toMatchObject(refusal);
    expect(world.call({ token: jwt() }, `DELETE ${path}`).status).toBe(204);
    expect(world.call(as, 'GET /repos/owner/repo').status).toBe(200);
  });

  it('ends with its tokens', () => {
    const as = { token: token().body.token as string };
    expect(world.call({ token: jwt() }, `DELETE /app/installations/${installation.id}`).status).toBe(204);
    expect(world.call(as, 'GET /repos/owner/repo').status).toBe(401);
    expect(world.call({ token: jwt() }, 'GET /repos/owner/repo/installation').status).toBe(404);
  });

  it('is given repositories one by one by who administers them', () => {
    const { core } = world.sandbox;
    core.store.transaction(() =>
      core.tables.installations.put({ ...installation, repositories: [world.repository.id] }),
    );
    const other = core.tables.repositories.find('name', `${world.repository.ownerId}/other`)!;
    const path = `/user/installations/${installation.id}/repositories`;
    expect(world.call('owner', `PUT ${path}/${other.id}`).status).toBe(204);
    expect(core.tables.installations.get(installation.id)?.repositories).toHaveLength(2);
    expect(world.call('owner', `DELETE ${path}/${world.repository.id}`).status).toBe(204);
    expect(world.call('writer', `PUT ${path}/${other.id}`).status).toBe(404);
    expect(world.call('owner', 'GET /user/installations').status).toBe(403);
  });
});

describe('an App hears (https://docs.github.com/webhooks/webhook-events-and-payloads#installation)', () => {
  it('of its installations and of repositories that come and go', () => {
    const { core } = world.sandbox;
    const heard: string[] = [];
    core.listeners.push((_, event) => {
      if (event.installationId === installation.id) heard.push(`${event.name}.${event.action ?? ''}`);
    });
    const owner = core.tables.accounts.require(world.repository.ownerId);
    const by = { kind: 'user', userId: owner.id, tokenId: 0 } as const;
    core.store.transaction(() =>
      installAndTell(core, installation.appId, owner.id, { repositories: 'all' }, owner, by),
    );
    world.call('owner', 'POST /user/repos', { name: 'new' });
    world.call('owner', 'DELETE /repos/owner/new');
    world.call({ token: jwt() }, `PUT /app/installations/${installation.id}/suspended`);
    world.call({ token: jwt() }, `PUT /app/installations/${installation.id}/suspended`);
    world.call({ token: jwt() }, `DELETE /app/installations/${installation.id}`);
    expect(heard).toEqual([
      'installation.new_permissions_accepted',
      'installation_repositories.added',
      'installation_repositories.removed',
      'installation.suspend',
      'installation.deleted',
    ]);
  });
});

describe('an App made from a manifest (https://docs.github.com/apps/sharing-github-apps/registering-a-github-app-from-a-manifest)', () => {
  const manifest = {
    name: 'From Manifest',
    url: 'http://127.0.0.1:3000',
    hook_attributes: { url: 'http://127.0.0.1:3000/hook' },
    default_permissions: { contents: 'read' },
    default_events: ['push'],
  };

  it('hands out its credentials once, within the hour', () => {
    const { core } = world.sandbox;
    const start = () => core.store.transaction(() => startManifest(core, world.repository.ownerId, manifest));
    const code = start();
    const made = world.call(undefined, `POST /app-manifests/${code}/conversions`);
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ slug: 'from-manifest', events: ['push'] });
    expect(made.body.pem).toContain('BEGIN RSA PRIVATE KEY');
    expect(made.body.webhook_secret).toHaveLength(40);
    expect(world.call(undefined, `POST /app-manifests/${code}/conversions`).status).toBe(404);
    const now = Math.floor(core.clock.now() / 1000);
    const own = signJwt(
      { iss: made.body.client_id, iat: now, exp: now + 60 },
      { key: createPrivateKey(made.body.pem as string) },
    );
    expect(world.call({ token: own }, 'GET /app').body.slug).toBe('from-manifest');
    const late = start();
    world.clock.advance(3_600_000);
    expect(world.call(undefined, `POST /app-manifests/${late}/conversions`).status).toBe(404);
  });
});
