import { beforeEach, describe, expect, it } from 'vitest';

import { addAccount, addMember } from '../../../sandbox/seed.ts';
import { newWorld, type World } from '../world.ts';

let world: World;
beforeEach(() => {
  world = newWorld();
  const { core } = world.sandbox;
  core.store.transaction(() => {
    const acme = addAccount(core, 'acme', 'Organization');
    addMember(core, acme.id, world.repository.ownerId, 'admin');
  });
  world.call('owner', 'POST /user/repos', { name: 'model', auto_init: true });
});

const put = (path: string, text: string) =>
  world.call('owner', `PUT /repos/owner/model/contents/${path}`, {
    message: path,
    content: Buffer.from(text).toString('base64'),
  });

describe('what a repository holds', () => {
  it('is written in languages, largest first; prose does not count', () => {
    put('a.sh', 'x');
    put('train.py', 'print(1)');
    expect(world.call('reader', 'GET /repos/owner/model/languages').body).toEqual({ Python: 8, Shell: 1 });
    expect(world.call('reader', 'GET /repos/owner/repo/languages').body).toEqual({});
  });

  it('has contributors by their commits', () => {
    put('a.txt', 'x');
    expect(world.call('reader', 'GET /repos/owner/model/contributors').body).toMatchObject([
      { login: 'owner', contributions: 2 },
    ]);
    expect(world.call('reader', 'GET /repos/owner/repo/contributors').status).toBe(204);
  });

  it('has mistakes in its CODEOWNERS told by line', () => {
    expect(world.call('owner', 'GET /repos/owner/model/codeowners/errors').status).toBe(404);
    put('CODEOWNERS', '* @owner\n*.py nobody\n');
    const { errors } = world.call('owner', 'GET /repos/owner/model/codeowners/errors').body;
    expect(errors).toMatchObject([{ line: 2, kind: 'Invalid owner', path: 'CODEOWNERS' }]);
  });

  it('has SHA-1 names and no stargazers', () => {
    expect(world.call('reader', 'GET /repos/owner/model/hash-algorithm').body).toEqual({
      hash_algorithm: 'sha1',
    });
    expect(world.call('reader', 'GET /repos/owner/model/stargazers').body).toEqual([]);
  });
});

describe('a transfer (https://docs.github.com/rest/repos/repos#transfer-a-repository)', () => {
  it('moves a repository into an organisation, and leaves its old name as a redirect', () => {
    const moved = world.call('owner', 'POST /repos/owner/model/transfer', {
      new_owner: 'acme',
      new_name: 'churn',
    });
    expect([moved.status, moved.body.full_name]).toEqual([202, 'acme/churn']);
    expect(world.call('owner', 'GET /repos/owner/model').headers['location']).toContain('/repos/acme/churn');
    expect(world.call('owner', 'GET /repos/acme/churn/commits').body).toHaveLength(1);
  });

  it('is an administrator’s to do, and needs a place to go', () => {
    expect(world.call('writer', 'POST /repos/owner/repo/transfer', { new_owner: 'acme' }).status).toBe(403);
    expect(world.call('owner', 'POST /repos/owner/model/transfer', { new_owner: 'nobody' }).status).toBe(422);
    expect(world.call('owner', 'POST /repos/owner/model/transfer', { new_owner: 'writer' }).status).toBe(501);
  });
});

describe('a template (https://docs.github.com/rest/repos/repos#create-a-repository-using-a-template)', () => {
  it('begins a repository with its files in one commit of its own', () => {
    put('src/train.py', 'print(1)');
    const make = () => world.call('writer', 'POST /repos/owner/model/generate', { name: 'mine' });
    expect(make().status).toBe(404);
    world.call('owner', 'PATCH /repos/owner/model', { is_template: true });
    expect(make().body).toMatchObject({ full_name: 'writer/mine', fork: false });
    expect(world.call('writer', 'GET /repos/writer/mine/commits').body).toHaveLength(1);
    expect(world.call('writer', 'GET /repos/writer/mine/contents/src/train.py').body.size).toBe(8);
    expect(world.call(undefined, 'POST /repos/owner/model/generate', { name: 'x' }).status).toBe(401);
  });
});
