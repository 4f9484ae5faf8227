import { describe, expect, it } from 'vitest';

import { addAccount, addMember, addRepository } from '../../../sandbox/seed.ts';
import { newWorld, type World } from '../world.ts';

function withOrganization(world: World): void {
  const { core } = world.sandbox;
  core.store.transaction(() => {
    const acme = addAccount(core, 'acme', 'Organization');
    addMember(core, acme.id, core.tables.accounts.find('login', 'owner')!.id, 'admin');
    addMember(core, acme.id, core.tables.accounts.find('login', 'writer')!.id);
    addRepository(core, acme.id, 'model', { private: true });
  });
}

describe('collaborators (https://docs.github.com/rest/collaborators)', () => {
  it('are listed to those who may push', () => {
    const world = newWorld();
    const logins = (query = '') =>
      (world.call('writer', `GET /repos/owner/repo/collaborators${query}`).body as { login: string }[]).map(
        (one) => one.login,
      );
    expect(logins()).toEqual(['owner', 'writer', 'writer-2', 'reader']);
    expect(logins('?permission=push')).toEqual(['owner', 'writer', 'writer-2']);
    expect(world.call('reader', 'GET /repos/owner/repo/collaborators')).toMatchObject({
      status: 403,
      body: { message: 'Must have push access to view repository collaborators.' },
    });
  });

  it('have a permission in four words and a role by its name', () => {
    const world = newWorld();
    const level = (login: string) => {
      const { permission, role_name } = world.call(
        'owner',
        `GET /repos/owner/repo/collaborators/${login}/permission`,
      ).body;
      return [permission, role_name];
    };
    expect(level('owner')).toEqual(['admin', 'admin']);
    expect(level('writer')).toEqual(['write', 'write']);
    expect(level('outsider')).toEqual(['read', 'read']);
    expect(world.call('owner', 'GET /repos/owner/repo/collaborators/outsider').status).toBe(404);
    expect(world.call('owner', 'GET /repos/owner/repo/collaborators/writer').status).toBe(204);
  });

  it('who are strangers are invited, and have no role before they accept', () => {
    const world = newWorld({ private: true });
    const invited = world.call('owner', 'PUT /repos/owner/repo/collaborators/outsider', {});
    expect(invited.status).toBe(201);
    expect(world.call('outsider', 'GET /repos/owner/repo').status).toBe(404);
    expect(world.call('outsider', 'GET /user/repository_invitations').body).toHaveLength(1);
    const accept = `PATCH /user/repository_invitations/${invited.body.id}`;
    expect(world.call('reader', accept).status).toBe(404);
    expect(world.call('outsider', accept).status).toBe(204);
    expect(world.call('outsider', 'GET /repos/owner/repo').body.permissions.push).toBe(true);
  });

  it('of an organisation who are members are added at once, with the role asked for', () => {
    const world = newWorld();
    withOrganization(world);
    const put = world.call('owner', 'PUT /repos/acme/model/collaborators/writer', { permission: 'triage' });
    expect(put.status).toBe(204);
    const level = world.call('owner', 'GET /repos/acme/model/collaborators/writer/permission').body;
    expect([level.permission, level.role_name]).toEqual(['read', 'triage']);
  });

  it('are added by administrators only; anybody may leave', () => {
    const world = newWorld();
    expect(world.call('writer', 'PUT /repos/owner/repo/collaborators/outsider', {}).status).toBe(403);
    expect(world.call('writer', 'DELETE /repos/owner/repo/collaborators/writer-2').status).toBe(403);
    expect(world.call('writer', 'DELETE /repos/owner/repo/collaborators/writer').status).toBe(204);
    expect(world.call('writer', 'GET /repos/owner/repo').body.permissions.push).toBe(false);
  });

  it('never are the owner, nor anything but a known word', () => {
    const world = newWorld();
    expect(world.call('owner', 'PUT /repos/owner/repo/collaborators/owner', {}).status).toBe(422);
    expect(
      world.call('owner', 'PUT /repos/owner/repo/collaborators/outsider', { permission: 'boss' }).status,
    ).toBe(422);
    expect(world.call('owner', 'PUT /repos/owner/repo/collaborators/nobody', {}).status).toBe(404);
  });
});
