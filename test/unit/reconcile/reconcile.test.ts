import { beforeEach, describe, expect, it } from 'vitest';

import { commitFiles } from '../../sandbox/history.ts';
import { CONFIG, repositoryWorld, type RepositoryWorld } from './world.ts';

describe('reconciling a repository', () => {
  let world: RepositoryWorld;
  beforeEach(async () => {
    world = repositoryWorld();
    await world.registered('churn', 'v1.0.0');
  });

  it('records a promotion that a writer asks for by a label, shows it, and does nothing more', async () => {
    world.label('writer', 'promote:staging');
    const summary = await world.reconcile();
    expect(summary.recorded.map(({ entry }) => entry.op)).toEqual(['promote', 'verified']);
    expect(world.comments('slipway[bot]')).toHaveLength(1);
    expect(world.labels()).toEqual([]);
    const again = await world.reconcile();
    expect(again.recorded).toEqual([]);
    expect(world.comments('slipway[bot]')).toHaveLength(1);
  });

  it('costs few calls when nothing changed', async () => {
    world.label('writer', 'promote:staging');
    await world.reconcile();
    world.clock.advance(60_000);
    await world.reconcile();
    world.clock.advance(60_000);
    world.routes();
    await world.reconcile();
    expect(world.routes().length).toBeLessThanOrEqual(4);
  });

  it('promotes nothing for people who may only read, and says so', async () => {
    world.comment('reader', '/promote churn@v1.0.0 staging');
    const summary = await world.reconcile();
    expect(summary.recorded).toEqual([]);
    expect(summary.decided?.answers[0]).toMatchObject({ status: 'refused' });
    expect(world.comments('slipway[bot]')[0]).toContain('Not done: `churn@v1.0.0` to staging');
  });

  it('waits for approvals by others than the author, given by label or command', async () => {
    world.label('writer', 'promote:staging');
    await world.reconcile();
    world.comment('writer', '/promote churn@v1.0.0 production');
    expect((await world.reconcile()).recorded).toEqual([]);
    world.comment('writer-2', '/approve churn@v1.0.0 production');
    expect((await world.reconcile()).recorded).toEqual([]);
    world.label('owner', 'approve:production');
    const { recorded } = await world.reconcile();
    expect(recorded[0]?.entry).toMatchObject({ op: 'promote', stage: 'production' });
    expect(recorded[0]?.entry.approvals.map(({ login }) => login).toSorted()).toEqual(['owner', 'writer-2']);
    world.forget();
    await world.reconcile();
    expect(world.comments('slipway[bot]')[0]).not.toContain('Not done');
  });

  it('starts from nothing after its memory is gone, and doubles nothing', async () => {
    world.label('writer', 'promote:staging');
    await world.reconcile();
    world.forget();
    const summary = await world.reconcile();
    expect(summary.recorded).toEqual([]);
    expect(world.comments('slipway[bot]')).toHaveLength(1);
  });
});

describe('tags of GTO', () => {
  it('show what stages hold, once each, and go on after a rollback', async () => {
    const world = repositoryWorld();
    await world.registered('churn', 'v1.0.0');
    world.label('writer', 'promote:staging');
    await world.reconcile();
    world.forget();
    await world.reconcile();
    expect(world.tags()).toEqual(['churn#staging#1']);
    await world.registered('churn', 'v1.1.0', commitFiles(world.world, { 'train.py': 'print(2)\n' }));
    world.clock.advance(5000);
    world.comment('writer', '/promote churn@v1.1.0 staging');
    await world.reconcile();
    world.comment('writer', '/rollback churn staging v1.0.0');
    const { recorded } = await world.reconcile();
    expect(recorded.map(({ entry }) => [entry.op, entry.version])).toEqual([
      ['rollback', 'v1.0.0'],
      ['verified', 'v1.0.0'],
    ]);
    expect(world.tags()).toEqual(['churn#staging#1', 'churn#staging#2', 'churn#staging#3']);
  });

  it('of an existing history are taken over as genesis entries, once', async () => {
    const config = `${CONFIG}registry: {adopt: gto, stages: {prod: production}}\n`;
    const world = repositoryWorld(config);
    world.tag('churn@v0.1.0');
    world.tag('churn#prod#1');
    world.tag('release-2026');
    const { recorded } = await world.reconcile();
    expect(recorded).toEqual([]);
    world.forget();
    world.comment('writer', '/status');
    await world.reconcile();
    const log = await world.log();
    expect(log.n).toBe(2);
    expect(log.models.get('churn')?.stages['production']?.held).toMatchObject({
      version: 'v0.1.0',
      status: 'verified',
    });
  });
});
