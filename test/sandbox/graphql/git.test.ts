import { describe, expect, it } from 'vitest';

import { pullWorld, type PullWorld } from '../pulls/world.ts';
import { ask, data } from './ask.ts';

const ZERO = '0'.repeat(40);

const repositoryId = (world: PullWorld): string =>
  data(world, 'writer', '{repository(owner:"owner",name:"repo"){id}}').repository.id as string;

const refOid = (world: PullWorld, name: string): string | undefined =>
  data(world, 'writer', `{repository(owner:"owner",name:"repo"){ref(qualifiedName:"${name}"){target{oid}}}}`)
    .repository.ref?.target.oid as string | undefined;

describe('refs by GraphQL', () => {
  it('are made, moved and deleted, and the world is told', () => {
    const world = pullWorld();
    const main = world.tip('main');
    world.told();
    const { createRef } = data(
      world,
      'writer',
      `mutation{createRef(input:{repositoryId:"${repositoryId(world)}",name:"refs/heads/next",oid:"${main}"}){ref{id name}}}`,
    );
    expect(createRef.ref.name).toBe('next');
    const next = world.commit({ 'n.txt': 'n\n' }, [main]);
    data(
      world,
      'writer',
      `mutation{updateRef(input:{refId:"${createRef.ref.id as string}",oid:"${next}"}){ref{target{oid}}}}`,
    );
    expect(refOid(world, 'refs/heads/next')).toBe(next);
    data(
      world,
      'writer',
      `mutation{deleteRef(input:{refId:"${createRef.ref.id as string}"}){clientMutationId}}`,
    );
    expect(refOid(world, 'refs/heads/next')).toBeUndefined();
    expect(world.told().map(({ name }) => name)).toEqual(['create', 'push', 'push', 'delete', 'push']);
  });

  it('are moved together or not at all', () => {
    const world = pullWorld();
    const main = world.tip('main');
    const next = world.commit({ 'n.txt': 'n\n' }, [main]);
    const update = (updates: string) =>
      ask(
        world,
        'writer',
        `mutation{updateRefs(input:{repositoryId:"${repositoryId(world)}",refUpdates:[${updates}]}){clientMutationId}}`,
      );
    const stale = update(
      `{name:"refs/heads/a",afterOid:"${next}",beforeOid:"${ZERO}"},{name:"refs/heads/main",afterOid:"${next}",beforeOid:"${next}"}`,
    );
    expect(stale.errors).toMatchObject([{ type: 'STALE_DATA' }]);
    expect(refOid(world, 'refs/heads/a')).toBeUndefined();
    const done = update(
      `{name:"refs/heads/a",afterOid:"${next}",beforeOid:"${ZERO}"},{name:"refs/heads/main",afterOid:"${next}",beforeOid:"${main}"}`,
    );
    expect(done.errors).toBeUndefined();
    expect([refOid(world, 'refs/heads/a'), world.tip('main')]).toEqual([next, next]);
  });

  it('that would lose commits are refused without force', () => {
    const world = pullWorld();
    const first = world.tip('main');
    world.push('main', { 'b.txt': 'b\n' });
    const back = (force: boolean) =>
      ask(
        world,
        'writer',
        `mutation{updateRefs(input:{repositoryId:"${repositoryId(world)}",refUpdates:[{name:"refs/heads/main",afterOid:"${first}",force:${force}}]}){clientMutationId}}`,
      );
    expect(back(false).errors).toMatchObject([
      { type: 'UNPROCESSABLE', message: 'Update is not a fast forward' },
    ]);
    expect(back(true).errors).toBeUndefined();
    expect(world.tip('main')).toBe(first);
  });
});

describe('commits by GraphQL', () => {
  const commit = (world: PullWorld, head: string, changes: string, as: 'writer' | 'reader' = 'writer') =>
    ask(
      world,
      as,
      `mutation{createCommitOnBranch(input:{
        branch:{repositoryNameWithOwner:"owner/repo",branchName:"main"},expectedHeadOid:"${head}",
        message:{headline:"By hand",body:"Because."},fileChanges:{${changes}}}){commit{oid message author{user{login}}}}}`,
    );
  const text = Buffer.from('new\n').toString('base64');

  it('add, replace and delete files on a branch', () => {
    const world = pullWorld();
    const answer = commit(
      world,
      world.tip('main'),
      `additions:[{path:"docs/new.md",contents:"${text}"}],deletions:[{path:"README.md"}]`,
    );
    expect(answer.errors).toBeUndefined();
    expect(answer.data.createCommitOnBranch.commit).toEqual({
      oid: world.tip('main'),
      message: 'By hand\n\nBecause.',
      author: { user: { login: 'writer' } },
    });
    const { repository } = data(
      world,
      'writer',
      '{repository(owner:"owner",name:"repo"){new:object(expression:"main:docs/new.md"){... on Blob{text}} gone:object(expression:"main:README.md"){id}}}',
    );
    expect(repository).toEqual({ new: { text: 'new\n' }, gone: null });
  });

  it('need the branch to be where it was, and the right to write', () => {
    const world = pullWorld();
    const first = world.tip('main');
    world.push('main', { 'b.txt': 'b\n' });
    expect(commit(world, first, `additions:[{path:"x",contents:"${text}"}]`).errors).toMatchObject([
      { type: 'STALE_DATA', message: expect.stringContaining('Expected branch to point to') as string },
    ]);
    expect(
      commit(world, world.tip('main'), `additions:[{path:"x",contents:"${text}"}]`, 'reader').errors,
    ).toMatchObject([
      {
        type: 'FORBIDDEN',
        message: 'reader does not have the correct permissions to execute `CreateCommitOnBranch`',
      },
    ]);
    expect(commit(world, world.tip('main'), 'deletions:[{path:"nothing"}]').errors).toMatchObject([
      { message: expect.stringContaining('requested for deletion which does not exist') as string },
    ]);
  });
});
