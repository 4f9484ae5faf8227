import { describe, expect, it } from 'vitest';

import { Refused } from '../../../../src/platform/github/api.ts';
import { reconcile, newMemory } from '../../../../src/reconcile/index.ts';
import { repositoryWorld } from '../world.ts';

/** One pass in which GitHub refuses to take comments on the pull request. */
async function refusing(status: number, said: string) {
  const world = repositoryWorld();
  await world.registered('churn', 'v1.0.0');
  world.label('writer', 'promote:staging');
  const connected = world.connected();
  const ports = {
    ...connected,
    repository: {
      ...connected.repository,
      createComment: () => Promise.reject(new Refused('POST comments', status, said)),
    },
    trust: { bot: world.bot.id },
    mode: 'app' as const,
    self: world.bot,
    page: 'http://github.localhost/owner/repo',
  };
  await reconcile(ports, newMemory(), { sleep: () => Promise.resolve() });
  return world;
}

describe('a conversation that takes no comments', () => {
  it('because it is locked or gone keeps no other view from being written', async () => {
    for (const [status, said] of [
      [403, 'Unable to create comment because issue is locked.'],
      [410, 'This issue was deleted'],
    ] as const) {
      const world = await refusing(status, said);
      expect(world.labels()).not.toContain('promote:staging');
    }
  });

  it('because we may not write any is told', async () => {
    await expect(refusing(403, 'Resource not accessible by integration')).rejects.toThrow('not accessible');
  });
});

describe('receipts', () => {
  it('of approvals stay as they were once the promotion is recorded', async () => {
    const world = repositoryWorld();
    await world.registered('churn', 'v1.0.0');
    world.comment('writer', '/promote churn@v1.0.0 staging');
    await world.reconcile();
    world.comment('writer', '/promote churn@v1.0.0 production');
    const first = world.comment('owner', '/approve churn@v1.0.0 production');
    await world.reconcile();
    world.comment('writer-2', '/approve churn@v1.0.0 production');
    await world.reconcile();
    expect((await world.log()).models.get('churn')?.stages['production']?.held?.version).toBe('v1.0.0');
    world.clock.advance(3_600_000);
    world.forget();
    await world.reconcile();
    const reactions = world.port('owner').ask('reactions/list-for-issue-comment', { comment_id: first });
    expect((reactions as { content: string }[]).map(({ content }) => content)).toEqual(['eyes']);
  });
});
