import { describe, expect, it } from 'vitest';

import { addToken } from '../../../sandbox/access/index.ts';
import type { Permissions } from '../../../sandbox/kernel/identity.ts';
import { pullWorld, type PullWorld } from '../pulls/world.ts';
import { ask } from './ask.ts';

/** A fine-grained token of the owner with these permissions on the world's repository. */
function token(world: PullWorld, permissions: Permissions): { token: string } {
  const owner = world.core.tables.accounts.find('login', 'owner')!;
  return {
    token: world.core.store.transaction(() =>
      addToken(world.core, owner.id, { permissions, repositories: [world.repository.id] }),
    ),
  };
}

const REPOSITORY = (selection: string) => `{repository(owner:"owner",name:"repo"){${selection}}}`;

describe('fine-grained tokens on a private repository', () => {
  it('see what their permissions let the REST API tell them', () => {
    const world = pullWorld({ private: true });
    world.push('feature', { 'b.txt': 'b\n' });
    const number = world.open('feature');
    const pulls = token(world, { metadata: 'read', pull_requests: 'read' });
    expect(
      ask(world, pulls, REPOSITORY(`pullRequest(number:${number}){title}`)).data.repository.pullRequest.title,
    ).toBe('Change');
    const { errors } = ask(world, pulls, REPOSITORY('name defaultBranchRef{target{oid}}'));
    expect(errors).toMatchObject([
      { type: 'FORBIDDEN', message: 'Resource not accessible by personal access token' },
    ]);
    const contents = token(world, { metadata: 'read', contents: 'read' });
    expect(ask(world, contents, REPOSITORY('defaultBranchRef{target{oid}}')).errors).toBeUndefined();
    expect(ask(world, contents, REPOSITORY('pullRequests(first:1){totalCount}')).errors).toMatchObject([
      { type: 'FORBIDDEN' },
    ]);
  });

  it('get by node id nothing that they could not read', () => {
    const world = pullWorld({ private: true });
    world.push('feature', { 'b.txt': 'b\n' });
    const number = world.open('feature');
    const id = ask(world, 'owner', REPOSITORY(`pullRequest(number:${number}){id}`)).data.repository
      .pullRequest.id as string;
    const other = token(world, { metadata: 'read', actions: 'read' });
    expect(ask(world, other, `{node(id:"${id}"){id}}`).errors).toMatchObject([{ type: 'FORBIDDEN' }]);
    expect(ask(world, 'outsider', `{node(id:"${id}"){id}}`).errors).toMatchObject([{ type: 'NOT_FOUND' }]);
  });

  it('of several ids each fails for itself', () => {
    const world = pullWorld();
    world.push('feature', { 'b.txt': 'b\n' });
    const number = world.open('feature');
    const id = ask(world, 'owner', REPOSITORY(`pullRequest(number:${number}){id}`)).data.repository
      .pullRequest.id as string;
    const answer = ask(world, 'reader', `{nodes(ids:["${id}","PR_none"]){id}}`);
    expect(answer.data.nodes).toEqual([{ id }, null]);
    expect(answer.errors).toMatchObject([{ type: 'NOT_FOUND', path: ['nodes', 1] }]);
  });

  it('change what they may write, and no more', () => {
    const world = pullWorld({ private: true });
    world.push('feature', { 'b.txt': 'b\n' });
    const number = world.open('feature');
    const id = ask(world, 'owner', REPOSITORY(`pullRequest(number:${number}){id}`)).data.repository
      .pullRequest.id as string;
    const close = `mutation{closePullRequest(input:{pullRequestId:"${id}"}){pullRequest{state}}}`;
    expect(ask(world, token(world, { pull_requests: 'read' }), close).errors).toMatchObject([
      { type: 'FORBIDDEN' },
    ]);
    expect(
      ask(world, token(world, { pull_requests: 'write' }), close).data.closePullRequest.pullRequest.state,
    ).toBe('CLOSED');
  });
});
