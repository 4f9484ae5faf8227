import { describe, expect, it } from 'vitest';

import { Port } from '../../../../sandbox/port.ts';
import { CHECK, checkOf, syncChecks } from '../../../../src/reconcile/views/check.ts';
import { syncReport } from '../../../../src/reconcile/views/comment.ts';
import type { PullJudgement } from '../../../../src/reconcile/index.ts';
import type { ShownCheck } from '../../../../src/reconcile/memory.ts';
import { installedApp } from '../../../support/installed-app.ts';
import { repositoryWorld } from '../world.ts';

const RECORD = 'a'.repeat(64);

function judged(more: Partial<PullJudgement> = {}): PullJudgement {
  return {
    pull: 1,
    head: '0'.repeat(40),
    model: 'churn',
    status: 'judged',
    decision: 'pass',
    reason: 'ALL_GATES_PASS',
    message: 'every gate passed',
    comparison: null,
    record: RECORD,
    document: { title: 'churn: PASS', summary: '', blocks: [] },
    conclusion: 'success',
    ...more,
  };
}
const unclear = judged({ decision: 'inconclusive', conclusion: 'action_required', message: 'cannot tell' });

describe('the check slipway/gate', () => {
  it('is the worst of a head’s models', () => {
    const failed = judged({ model: 'fraud', decision: 'fail', conclusion: 'failure', message: 'worse' });
    expect(checkOf([judged(), failed, unclear], new Map())).toMatchObject({
      conclusion: 'failure',
      title: 'fraud: worse',
    });
    expect(checkOf([judged(), unclear], new Map()).conclusion).toBe('action_required');
    expect(checkOf([judged({ conclusion: 'neutral' }), judged()], new Map()).conclusion).toBe('success');
  });

  it('passes when a person accepted exactly this evaluation, by the log', () => {
    const accepted = (evaluation: string) =>
      new Map([
        [
          'churn',
          {
            schema: 'slipway.model-state/1' as const,
            model: 'churn',
            n: 3,
            versions: [],
            stages: {},
            accepted: [
              {
                n: 3,
                op: 'accept' as const,
                evaluation,
                actor: { id: 1, login: 'owner' },
                reason: 'seen by hand',
              },
            ],
          },
        ],
      ]);
    expect(checkOf([unclear], accepted(RECORD))).toMatchObject({
      conclusion: 'success',
      title: 'accepted by owner: seen by hand',
    });
    expect(checkOf([unclear], accepted('b'.repeat(64))).conclusion).toBe('action_required');
  });

  it('is one check run of the head, edited when what it says changes, untouched otherwise', async () => {
    const world = repositoryWorld();
    const views = world.connected().repository;
    const { sha } = world.port('owner').pull(world.pull).head;
    const shown = new Map<string, ShownCheck>();
    await syncChecks(views, [{ ...unclear, head: sha }], new Map(), shown, 'slipway[bot]');
    await syncChecks(views, [judged({ head: sha })], new Map(), new Map(), 'slipway[bot]');
    const runs = world.port('owner').checks(sha, CHECK);
    expect(runs.map(({ conclusion }) => conclusion)).toEqual(['success']);
    world.routes();
    await syncChecks(views, [{ ...unclear, head: sha }], new Map(), shown, 'slipway[bot]');
    expect(world.routes()).toEqual([]);
  });

  it('and the comment beside it are changed by one call each where both are known', async () => {
    const world = repositoryWorld();
    const views = world.connected().repository;
    const { sha } = world.port('owner').pull(world.pull).head;
    const shown = new Map<string, ShownCheck>();
    const show = async (one: PullJudgement) => {
      const own = (await views.comments(world.pull)).filter(({ author }) => author.id === world.bot.id);
      world.routes();
      await syncReport(views, world.pull, own, one.message);
      await syncChecks(views, [{ ...one, head: sha }], new Map(), shown, 'slipway[bot]');
      return world.routes();
    };
    await show(unclear);
    expect(await show(judged())).toEqual([
      'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
      'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}',
    ]);
    expect(await show(judged())).toEqual([]);
    expect(world.port('owner').checks(sha, CHECK)).toHaveLength(1);
    expect(world.comments('slipway[bot]')).toHaveLength(1);
  });

  it('is this App’s own, beside whatever a workflow or another App calls by its name', async () => {
    const world = repositoryWorld();
    const { sha } = world.port('owner').pull(world.pull).head;
    const { core } = world.world.sandbox;
    const token = installedApp(core, { checks: 'write' }, 'other').token();
    const other = new Port(core, { token, owner: 'owner', repo: 'repo' });
    const forged = { name: CHECK, head_sha: sha, external_id: `slipway:${sha}`, conclusion: 'success' };
    other.createCheck(forged);
    const views = world.connected().repository;
    await syncChecks(views, [{ ...unclear, head: sha }], new Map(), new Map(), 'slipway[bot]');
    await syncChecks(views, [{ ...unclear, head: sha }], new Map(), new Map(), 'slipway[bot]');
    const runs = world.port('owner').checks(sha, CHECK);
    expect(runs.map(({ conclusion }) => conclusion).toSorted()).toEqual(['action_required', 'success']);
  });
});
