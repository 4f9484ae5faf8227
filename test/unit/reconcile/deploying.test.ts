import { describe, expect, it } from 'vitest';

import type { Deployer, Deployment, DeploymentOutcome } from '../../../src/deployment/ports.ts';
import { CONFIG, repositoryWorld } from './world.ts';

const DEPLOYS = CONFIG.replace('staging: {}', 'staging: {target: local}');

/** A place that runs what it is given and ends as the test says. */
function target() {
  const started: Deployment[] = [];
  const outcomes = new Map<number, DeploymentOutcome>();
  const deployer: Deployer = {
    start: (deployment) => {
      if (!started.some(({ n }) => n === deployment.n)) started.push(deployment);
      if (!outcomes.has(deployment.n)) outcomes.set(deployment.n, { status: 'running' });
      return Promise.resolve();
    },
    outcome: ({ n }) => Promise.resolve(outcomes.get(n) ?? null),
  };
  return { deployer, started, outcomes };
}

describe('a promotion into a stage that deploys', () => {
  it('is verified when its deployment is, and GitHub shows it', async () => {
    const { deployer, started, outcomes } = target();
    const world = repositoryWorld(DEPLOYS, deployer);
    await world.registered('churn', 'v1.0.0');
    world.label('writer', 'promote:staging');
    const first = await world.reconcile();
    expect(first.recorded.map(({ entry }) => entry.op)).toEqual(['promote']);
    expect(first.unfinished).toBe(true);
    expect(started).toMatchObject([{ n: 2, model: 'churn', stage: 'staging', version: 'v1.0.0' }]);
    outcomes.set(2, { status: 'verified' });
    const second = await world.reconcile();
    expect(second.recorded[0]?.entry).toMatchObject({ op: 'verified', of: 2 });
    expect(world.deployments('staging')).toEqual([{ n: 2, state: 'success' }]);
    expect(started).toHaveLength(1);
  });

  it('that fails goes back to what ran before, and its people are told once', async () => {
    const { deployer, outcomes } = target();
    const world = repositoryWorld(DEPLOYS, deployer);
    await world.registered('churn', 'v1.0.0');
    world.label('writer', 'promote:staging');
    await world.reconcile();
    outcomes.set(2, { status: 'verified' });
    await world.reconcile();
    await world.registered('churn', 'v1.1.0');
    world.clock.advance(5000);
    world.comment('writer', '/promote churn@v1.1.0 staging');
    await world.reconcile();
    const { n } = (await world.log()).models.get('churn')!.stages['staging']!.held!;
    outcomes.set(n, { status: 'failed', reason: 'the smoke test failed' });
    const { recorded } = await world.reconcile();
    expect(recorded.map(({ entry }) => [entry.op, entry.version])).toEqual([
      ['failed', 'v1.1.0'],
      ['rollback', 'v1.0.0'],
    ]);
    world.forget();
    await world.reconcile();
    const notices = world.comments('slipway[bot]').filter((body) => body.includes('@writer'));
    expect(notices).toHaveLength(1);
    expect(notices[0]).toContain('churn@v1.1.0');
  });
});
