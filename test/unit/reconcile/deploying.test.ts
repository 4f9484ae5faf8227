import { describe, expect, it } from 'vitest';

import type { DeployOutcome } from '../../../src/contracts/deployment.ts';
import type { Deployer, Deployment } from '../../../src/deployment/ports.ts';
import { commitFiles } from '../../sandbox/history.ts';
import { CONFIG, repositoryWorld } from './world.ts';

const DEPLOYS = CONFIG.replace('staging: {}', 'staging: {target: local}');

/** A place that runs what it is given and ends as the test says. */
function target() {
  const started: Deployment[] = [];
  const outcomes = new Map<number, DeployOutcome>();
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

describe('a deployment by a workflow of the repository', () => {
  it('is asked for once, and again only when nothing showed for a quarter of an hour; then it is given up', async () => {
    const world = repositoryWorld(DEPLOYS);
    await world.registered('churn', 'v1.0.0');
    world.label('writer', 'promote:staging');
    const asked = async (minutes: number) => {
      world.clock.advance(minutes * 60_000);
      world.routes();
      const { recorded } = await world.reconcile();
      return [
        world.routes().filter((route) => route.endsWith('/dispatches')).length,
        recorded.map(({ entry }) => entry.op),
      ];
    };
    expect(await asked(0)).toEqual([1, ['promote']]);
    expect(await asked(5)).toEqual([0, []]);
    expect(await asked(15)).toEqual([1, []]);
    expect(await asked(25 * 60)).toEqual([0, ['failed']]);
  });
});

describe('a push to the default branch in the middle of a pass', () => {
  it('makes the pass decide again by the new config, once', async () => {
    const world = repositoryWorld();
    await world.registered('churn', 'v1.0.0');
    world.label('writer', 'promote:staging');
    const api = world.api();
    let pushed = false;
    const { recorded, calls } = await world.reconcile((route, parameters) => {
      if (route.includes('/permission') && !pushed) {
        pushed = true;
        commitFiles(world.world, { 'README.md': 'more' });
      }
      return api(route, parameters);
    });
    expect(pushed).toBe(true);
    expect(recorded.map(({ entry }) => entry.op)).toEqual(['promote', 'verified']);
    expect(calls).toBeLessThan(80);
  });
});
