import { expect, it } from 'vitest';

import { authorize } from '../../../sandbox/access/index.ts';
import { operationOf } from '../../../sandbox/contract/index.ts';
import { createIssue, createPullIssue } from '../../../sandbox/issues/create.ts';
import { Context } from '../../../sandbox/kernel/context.ts';
import type { Permissions } from '../../../sandbox/kernel/identity.ts';
import { newWorld } from '../world.ts';

it('the permission for pull requests reaches their conversations, not those of issues', () => {
  const { sandbox, repository } = newWorld({ private: true });
  const { core } = sandbox;
  core.listeners.length = 0;
  const actor = {
    account: core.tables.accounts.require(repository.ownerId),
    by: { kind: 'user', userId: repository.ownerId, tokenId: 0 },
  } as const;
  const input = { title: 'x', body: null };
  const [issue, pull] = core.store.transaction(() => [
    createIssue(core, actor, repository.id, input),
    createPullIssue(core, actor, repository.id, input),
  ]);
  const comment = (permissions: Permissions, number: number) => {
    const c = new Context({
      core,
      urls: core.urls,
      viewer: {
        kind: 'job',
        repositoryId: repository.id,
        runId: 1,
        jobId: 1,
        tokenId: 0,
        permissions,
      },
      operation: operationOf('issues/create-comment')!,
      request: { method: 'POST', url: '', headers: {} },
      path: '',
      search: new URLSearchParams(),
    });
    c.params = { owner: 'owner', repo: 'repo', issue_number: String(number) };
    c.repo = repository;
    return () => {
      authorize(c, {});
    };
  };
  expect(comment({ issues: 'write' }, issue.number)).not.toThrow();
  expect(comment({ issues: 'write' }, pull.number)).not.toThrow();
  expect(comment({ pull_requests: 'write' }, pull.number)).not.toThrow();
  expect(comment({ pull_requests: 'write' }, issue.number)).toThrow('Resource not accessible by integration');
});
