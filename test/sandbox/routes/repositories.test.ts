import { beforeEach, describe, expect, it } from 'vitest';

import { newWorld, type World } from '../world.ts';

let world: World;
beforeEach(() => {
  world = newWorld();
});

describe('a repository (https://docs.github.com/rest/repos/repos)', () => {
  it('is shown with what the caller may do', () => {
    const permissions = (who: Parameters<World['call']>[0]) =>
      world.call(who, 'GET /repos/owner/repo').body.permissions;
    expect(permissions('owner')).toEqual({
      admin: true,
      maintain: true,
      push: true,
      triage: true,
      pull: true,
    });
    expect(permissions('reader')).toEqual({
      admin: false,
      maintain: false,
      push: false,
      triage: false,
      pull: true,
    });
    expect(permissions(undefined)).toBeUndefined();
  });

  it('shows how it merges to those who may push', () => {
    expect(world.call('writer', 'GET /repos/owner/repo').body.allow_squash_merge).toBe(true);
    expect(world.call('reader', 'GET /repos/owner/repo').body).not.toHaveProperty('allow_squash_merge');
  });

  it('is created with a README, nine labels and its owner as administrator', () => {
    const made = world.call('writer', 'POST /user/repos', {
      name: 'my model',
      description: 'A model',
      auto_init: true,
      private: true,
    });
    expect(made.status).toBe(201);
    expect(made.headers['location']).toBe(made.body.url);
    expect(made.body).toMatchObject({ name: 'my-model', private: true, default_branch: 'main' });
    expect(world.call('outsider', 'GET /repos/writer/my-model').status).toBe(404);
    const { core } = world.sandbox;
    expect(core.tables.labels.count('repository', made.body.id)).toBe(9);
    expect(core.tables.refs.get(`${made.body.id}:refs/heads/main`)).toBeDefined();
  });

  it('is refused under a name the account has', () => {
    const answer = world.call('owner', 'POST /user/repos', { name: 'REPO' });
    expect(answer.status).toBe(422);
    expect(answer.body.errors[0].message).toBe('name already exists on this account');
  });

  it('is found under its old name after a rename, until the name is taken again', () => {
    expect(world.call('owner', 'PATCH /repos/owner/repo', { name: 'churn' }).body.full_name).toBe(
      'owner/churn',
    );
    const moved = world.call('owner', 'GET /repos/owner/repo/topics?page=1');
    expect(moved.status).toBe(301);
    expect(moved.headers['location']).toBe('http://api.github.localhost/repos/owner/churn/topics?page=1');
    expect(world.call('owner', 'PUT /repos/owner/repo/topics', { names: [] }).status).toBe(307);
    world.call('owner', 'POST /user/repos', { name: 'repo' });
    expect(world.call('owner', 'GET /repos/owner/repo').body.name).toBe('repo');
  });

  it('does not tell outsiders that a private one moved', () => {
    world.call('owner', 'PATCH /repos/owner/repo', { name: 'churn', private: true });
    expect(world.call('outsider', 'GET /repos/owner/repo').status).toBe(404);
  });

  it('takes only an existing branch as default', () => {
    const answer = world.call('owner', 'PATCH /repos/owner/repo', { default_branch: 'nope' });
    expect(answer.status).toBe(422);
    expect(answer.body.errors[0].field).toBe('default_branch');
  });

  it('keeps at least one way to merge', () => {
    const off = { allow_squash_merge: false, allow_merge_commit: false, allow_rebase_merge: false };
    expect(world.call('owner', 'PATCH /repos/owner/repo', off).status).toBe(422);
  });

  it('lets those who maintain it change its description, and administrators the rest', () => {
    const { core } = world.sandbox;
    const id = core.tables.accounts.find('login', 'writer')!.id;
    const put = (role: 'write' | 'maintain') =>
      core.store.transaction(() =>
        core.tables.collaborators.put({
          key: `${world.repository.id}/${id}`,
          repositoryId: world.repository.id,
          userId: id,
          role,
        }),
      );
    const describe_ = () => world.call('writer', 'PATCH /repos/owner/repo', { description: 'x' });
    put('write');
    expect(describe_()).toMatchObject({
      status: 403,
      body: { message: 'Must have admin rights to Repository.' },
    });
    put('maintain');
    expect(describe_().status).toBe(200);
    expect(world.call('writer', 'PATCH /repos/owner/repo', { description: 'x', private: true }).status).toBe(
      403,
    );
    expect(world.call('writer', 'PUT /repos/owner/repo/topics', { names: ['ml'] }).body.names).toEqual([
      'ml',
    ]);
  });

  it('is read-only while archived, except for being brought back', () => {
    expect(world.call('owner', 'PATCH /repos/owner/repo', { archived: true }).body.archived).toBe(true);
    expect(world.call('owner', 'PUT /repos/owner/repo/topics', { names: ['ml'] })).toMatchObject({
      status: 403,
      body: { message: 'Repository was archived so is read-only.' },
    });
    expect(world.call('owner', 'PATCH /repos/owner/repo', { description: 'x' }).status).toBe(403);
    expect(world.call('owner', 'PATCH /repos/owner/repo', { archived: false }).status).toBe(200);
  });

  it('is gone with all its rows once deleted', () => {
    expect(world.call('writer', 'DELETE /repos/owner/repo').status).toBe(403);
    expect(world.call('owner', 'DELETE /repos/owner/repo').status).toBe(204);
    expect(world.call('owner', 'GET /repos/owner/repo').status).toBe(404);
    expect(world.sandbox.core.tables.collaborators.count('repository', world.repository.id)).toBe(0);
  });

  it('refuses topics GitHub would refuse', () => {
    expect(world.call('owner', 'PUT /repos/owner/repo/topics', { names: ['-a'] }).status).toBe(422);
    expect(world.call('owner', 'PUT /repos/owner/repo/topics', { names: ['ML'] }).body.names).toEqual(['ml']);
  });
});

describe('lists of repositories', () => {
  it('show a person what they own and collaborate on', () => {
    world.call('writer', 'POST /user/repos', { name: 'own', private: true });
    const names = (query: string) =>
      (world.call('writer', `GET /user/repos${query}`).body as { full_name: string }[]).map(
        (r) => r.full_name,
      );
    expect(names('')).toEqual(['owner/repo', 'writer/own']);
    expect(names('?type=owner')).toEqual(['writer/own']);
    expect(names('?affiliation=collaborator')).toEqual(['owner/repo']);
    expect(names('?visibility=private')).toEqual(['writer/own']);
    expect(world.call('writer', 'GET /user/repos?type=owner&affiliation=owner').status).toBe(422);
  });

  it('show others only the public ones', () => {
    world.call('writer', 'POST /user/repos', { name: 'own', private: true });
    expect(world.call('owner', 'GET /users/writer/repos').body).toEqual([]);
    expect(world.call(undefined, 'GET /repositories').body).toHaveLength(1);
  });
});

describe('a fork (https://docs.github.com/rest/repos/forks)', () => {
  beforeEach(() => {
    world.call('owner', 'POST /user/repos', { name: 'source', auto_init: true });
  });

  it('copies branches, names its parent and is made once', () => {
    const fork = world.call('outsider', 'POST /repos/owner/source/forks', {});
    expect(fork.status).toBe(202);
    expect(fork.body).toMatchObject({ full_name: 'outsider/source', fork: true });
    expect(fork.body.parent.full_name).toBe('owner/source');
    expect(fork.body.source.full_name).toBe('owner/source');
    expect(world.call('outsider', 'POST /repos/owner/source/forks', {}).body.id).toBe(fork.body.id);
    expect(world.call('owner', 'GET /repos/owner/source').body.forks_count).toBe(1);
    expect(world.call('owner', 'GET /repos/owner/source/forks').body).toHaveLength(1);
    const { tables } = world.sandbox.core;
    expect(tables.refs.get(`${fork.body.id}:refs/heads/main`)?.oid).toMatch(/^[0-9a-f]{40}$/);
  });

  it('of a fork knows its root, and a deleted parent is skipped', () => {
    world.call('outsider', 'POST /repos/owner/source/forks', {});
    const second = world.call('reader', 'POST /repos/outsider/source/forks', { name: 'mine' });
    expect(second.body.parent.full_name).toBe('outsider/source');
    expect(second.body.source.full_name).toBe('owner/source');
    world.call('outsider', 'DELETE /repos/outsider/source');
    expect(world.call('reader', 'GET /repos/reader/mine').body.parent.full_name).toBe('owner/source');
  });

  it('is refused of an own or an empty repository', () => {
    expect(world.call('owner', 'POST /repos/owner/source/forks', {}).status).toBe(422);
    expect(world.call('outsider', 'POST /repos/owner/repo/forks', {}).status).toBe(403);
  });
});
