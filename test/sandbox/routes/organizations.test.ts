import { beforeEach, describe, expect, it } from 'vitest';

import { addAccount, addMember, addRepository, addToken } from '../../../sandbox/seed.ts';
import { newWorld, type World } from '../world.ts';

let world: World;
beforeEach(() => {
  world = newWorld();
  const { core } = world.sandbox;
  core.store.transaction(() => {
    const id = (login: string) => core.tables.accounts.find('login', login)!.id;
    const acme = addAccount(core, 'acme', 'Organization', { defaultRole: 'none' });
    addMember(core, acme.id, id('owner'), 'admin');
    addMember(core, acme.id, id('writer'));
    addMember(core, acme.id, id('reader'));
    addRepository(core, acme.id, 'model', { private: true });
  });
});

const logins = (body: { login: string }[]) => body.map((one) => one.login);

describe('an organisation (https://docs.github.com/rest/orgs)', () => {
  it('tells its settings and members to members only', () => {
    expect(world.call('writer', 'GET /orgs/acme').body.default_repository_permission).toBe('none');
    expect(world.call('outsider', 'GET /orgs/acme').body).not.toHaveProperty('default_repository_permission');
    expect(logins(world.call('writer', 'GET /orgs/acme/members').body)).toEqual([
      'owner',
      'writer',
      'reader',
    ]);
    expect(logins(world.call('writer', 'GET /orgs/acme/members?role=admin').body)).toEqual(['owner']);
    expect(world.call('outsider', 'GET /orgs/acme/members').body).toEqual([]);
    expect(world.call(undefined, 'GET /orgs/owner').status).toBe(404);
  });

  it('answers whether somebody is a member', () => {
    expect(world.call('writer', 'GET /orgs/acme/members/reader').status).toBe(204);
    expect(world.call('writer', 'GET /orgs/acme/members/outsider').status).toBe(404);
    expect(world.call('outsider', 'GET /orgs/acme/members/reader').status).toBe(302);
  });

  it('is changed by its owners only', () => {
    expect(world.call('writer', 'PATCH /orgs/acme', { name: 'x' }).status).toBe(403);
    expect(world.call('outsider', 'PATCH /orgs/acme', { name: 'x' }).status).toBe(404);
    const answer = world.call('owner', 'PATCH /orgs/acme', { default_repository_permission: 'write' });
    expect(answer.body.default_repository_permission).toBe('write');
    expect(world.call('writer', 'GET /repos/acme/model').body.permissions.push).toBe(true);
  });

  it('takes and loses members; the last owner stays', () => {
    expect(world.call('owner', 'PUT /orgs/acme/memberships/outsider', {}).body.role).toBe('member');
    expect(world.call('writer', 'PUT /orgs/acme/memberships/outsider', { role: 'admin' }).status).toBe(403);
    expect(world.call('writer', 'DELETE /orgs/acme/memberships/reader').status).toBe(403);
    expect(world.call('reader', 'DELETE /orgs/acme/memberships/reader').status).toBe(204);
    expect(world.call('owner', 'DELETE /orgs/acme/members/owner').status).toBe(422);
    expect(world.call('owner', 'DELETE /orgs/acme/members/outsider').status).toBe(204);
  });

  it('lists a person their own organisations and memberships', () => {
    expect(logins(world.call('writer', 'GET /user/orgs').body)).toEqual(['acme']);
    expect(world.call('writer', 'GET /user/memberships/orgs').body[0].role).toBe('member');
    expect(world.call('owner', 'GET /user/memberships/orgs/acme').body.role).toBe('admin');
    expect(world.call('outsider', 'GET /user/memberships/orgs/acme').status).toBe(404);
  });

  it('asks a classic token for read:org', () => {
    const { core } = world.sandbox;
    const id = core.tables.accounts.find('login', 'writer')!.id;
    const token = core.store.transaction(() => addToken(core, id, { scopes: ['repo'] }));
    const orgs = world.call({ token }, 'GET /user/orgs');
    expect(orgs.status).toBe(403);
    expect(orgs.headers['x-accepted-oauth-scopes']).toBe('read:org, user');
    expect(world.call({ token }, 'GET /orgs/acme/teams').status).toBe(404);
  });

  it('creates repositories for members where it lets them', () => {
    expect(world.call('writer', 'POST /orgs/acme/repos', { name: 'one' }).status).toBe(201);
    world.call('owner', 'PATCH /orgs/acme', { members_can_create_repositories: false });
    expect(world.call('writer', 'POST /orgs/acme/repos', { name: 'two' }).status).toBe(403);
    expect(world.call('owner', 'POST /orgs/acme/repos', { name: 'two' }).status).toBe(201);
    expect(world.call('outsider', 'POST /orgs/acme/repos', { name: 'three' }).status).toBe(404);
    expect(
      (world.call('owner', 'GET /orgs/acme/repos?sort=full_name').body as { name: string }[]).map(
        (r) => r.name,
      ),
    ).toEqual(['model', 'one', 'two']);
    expect(world.call('outsider', 'GET /orgs/acme/repos').body).toHaveLength(2);
  });
});

describe('teams (https://docs.github.com/rest/teams)', () => {
  it('give their members a role on their repositories, and so do the teams above them', () => {
    world.call('owner', 'POST /orgs/acme/teams', { name: 'ML People', privacy: 'closed' });
    const parent = world.call('owner', 'GET /orgs/acme/teams/ml-people').body.id;
    const child = world.call('owner', 'POST /orgs/acme/teams', {
      name: 'Vision',
      parent_team_id: parent,
    });
    expect(child.status).toBe(201);
    expect(child.body.parent.slug).toBe('ml-people');
    expect(world.call('owner', 'PUT /orgs/acme/teams/vision/memberships/reader', {}).body.role).toBe(
      'member',
    );
    expect(world.call('reader', 'GET /repos/acme/model').status).toBe(404);
    const put = world.call('owner', 'PUT /orgs/acme/teams/ml-people/repos/acme/model', {
      permission: 'push',
    });
    expect(put.status).toBe(204);
    expect(world.call('reader', 'GET /repos/acme/model').body.permissions.push).toBe(true);
    expect(world.call('owner', 'GET /orgs/acme/teams/vision/repos').body[0].role_name).toBe('write');
    expect(world.call('owner', 'GET /orgs/acme/teams/vision/repos/acme/model').status).toBe(204);
    expect(logins(world.call('owner', 'GET /orgs/acme/teams/ml-people/members').body)).toContain('reader');
    expect(world.call('owner', 'GET /repos/acme/model/teams').body[0].permission).toBe('push');
    expect(world.call('owner', 'DELETE /orgs/acme/teams/ml-people/repos/acme/model').status).toBe(204);
    expect(world.call('reader', 'GET /repos/acme/model').status).toBe(404);
  });

  it('are managed by owners and their maintainers, and secret ones known to their own', () => {
    expect(world.call('writer', 'POST /orgs/acme/teams', { name: 'Quiet' }).body.privacy).toBe('secret');
    expect(world.call('reader', 'GET /orgs/acme/teams/quiet').status).toBe(404);
    expect(world.call('reader', 'GET /orgs/acme/teams').body).toEqual([]);
    expect(world.call('writer', 'PUT /orgs/acme/teams/quiet/memberships/reader', {}).status).toBe(200);
    expect(world.call('reader', 'PATCH /orgs/acme/teams/quiet', { name: 'Loud' }).status).toBe(403);
    expect(world.call('reader', 'DELETE /orgs/acme/teams/quiet/memberships/reader').status).toBe(204);
    expect(world.call('writer', 'PATCH /orgs/acme/teams/quiet', { name: 'Loud' }).body.slug).toBe('loud');
    expect(world.call('owner', 'DELETE /orgs/acme/teams/loud').status).toBe(204);
  });

  it('take only members of the organisation, and only repositories the caller administers', () => {
    world.call('writer', 'POST /orgs/acme/teams', { name: 'ml', privacy: 'closed' });
    expect(world.call('owner', 'PUT /orgs/acme/teams/ml/memberships/outsider', {}).status).toBe(422);
    world.call('owner', 'PUT /repos/acme/model/collaborators/writer', { permission: 'push' });
    expect(world.call('writer', 'PUT /orgs/acme/teams/ml/repos/acme/model', {}).status).toBe(403);
    expect(world.call('owner', 'PUT /orgs/acme/teams/ml/repos/owner/repo', {}).status).toBe(422);
    expect(world.call('outsider', 'GET /orgs/acme/teams/ml').status).toBe(404);
    expect(world.call('owner', 'POST /orgs/acme/teams', { name: 'ML' }).status).toBe(422);
  });
});

describe('people (https://docs.github.com/rest/users)', () => {
  it('see themselves whole and others as they are shown', () => {
    expect(world.call('writer', 'GET /user').body).toMatchObject({
      login: 'writer',
      user_view_type: 'private',
    });
    expect(world.call('writer', 'GET /users/owner').body.public_repos).toBe(1);
    expect(world.call(undefined, 'GET /user')).toMatchObject({
      status: 401,
      body: { message: 'Requires authentication' },
    });
    expect(world.call('writer', 'GET /users/nobody').status).toBe(404);
    expect(world.call('writer', 'GET /users/github-actions%5Bbot%5D').body.type).toBe('Bot');
    const page = world.call('writer', 'GET /users?per_page=2');
    expect(logins(page.body)).toEqual(['owner', 'writer']);
    const next = /<http:\/\/api\.github\.localhost([^>]+)>; rel="next"/.exec(page.headers['link']!)![1]!;
    expect(logins(world.call('writer', `GET ${next}`).body)).toEqual(['writer-2', 'reader']);
    expect(world.call('writer', 'GET /user/emails').body[0].verified).toBe(true);
  });
});

describe('the API about itself', () => {
  it('answers its first address, versions and a sentence', () => {
    expect(world.call(undefined, 'GET /').body.repository_url).toBe(
      'http://api.github.localhost/repos/{owner}/{repo}',
    );
    expect(world.call(undefined, 'GET /versions').body).toContain('2022-11-28');
    expect(world.call(undefined, 'GET /zen').headers['content-type']).toContain('text/plain');
    expect(world.call(undefined, 'GET /meta').status).toBe(200);
  });
});
