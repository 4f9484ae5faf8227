import { describe, expect, it } from 'vitest';

import { commitFiles, plantRef } from '../history.ts';
import { newWorld, type World } from '../world.ts';

const DEPLOYMENTS = '/repos/owner/repo/deployments';

function withCommit() {
  const world = newWorld();
  return { world, oid: commitFiles(world, { 'a.txt': 'a' }) };
}

function deploy(world: World, more: Record<string, unknown> = {}) {
  return world.call('writer', `POST ${DEPLOYMENTS}`, { ref: 'main', ...more });
}

function report(world: World, id: number, state: string, more: Record<string, unknown> = {}) {
  return world.call('writer', `POST ${DEPLOYMENTS}/${id}/statuses`, { state, ...more });
}

function told(world: World): string[] {
  const seen: string[] = [];
  world.sandbox.core.listeners.push((_core, event) => {
    const state = (event.body()['deployment_status'] as { state?: string } | undefined)?.state;
    if (event.name.startsWith('deployment')) seen.push(state === undefined ? event.name : state);
  });
  return seen;
}

describe('a deployment', () => {
  it('is of the commit its ref names, to production where nothing is said', () => {
    const { world, oid } = withCommit();
    const seen = told(world);
    const made = deploy(world, { payload: { version: 'v1' }, description: 'a try' });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      sha: oid,
      ref: 'main',
      task: 'deploy',
      environment: 'production',
      original_environment: 'production',
      production_environment: true,
      transient_environment: false,
      payload: { version: 'v1' },
      description: 'a try',
      creator: { login: 'writer' },
    });
    expect(seen).toEqual(['deployment']);
    expect(world.call('reader', `GET ${DEPLOYMENTS}/${made.body.id}`).body.id).toBe(made.body.id);
    const environments = world.call('reader', 'GET /repos/owner/repo/environments').body;
    expect(environments).toMatchObject({ total_count: 1, environments: [{ name: 'production' }] });
  });

  it('can be of a branch, a tag or a commit, of nothing else', () => {
    const { world, oid } = withCommit();
    plantRef(world, 'refs/tags/v1', oid);
    expect(deploy(world, { ref: 'v1' }).body.sha).toBe(oid);
    expect(deploy(world, { ref: oid }).body.sha).toBe(oid);
    expect(deploy(world, { ref: 'nothing' })).toMatchObject({
      status: 422,
      body: { message: 'No ref found for: nothing' },
    });
  });

  it('takes what the default branch has into the branch first', () => {
    const { world, oid } = withCommit();
    plantRef(world, 'refs/heads/topic', oid);
    commitFiles(world, { 'b.txt': 'b' }, 'topic');
    commitFiles(world, { 'c.txt': 'c' });
    const merged = deploy(world, { ref: 'topic' });
    expect(merged).toMatchObject({
      status: 202,
      body: { message: 'Auto-merged main into topic on deployment.' },
    });
    expect(deploy(world, { ref: 'topic' }).status).toBe(201);
  });

  it('is refused where that conflicts, unless no merge is wanted', () => {
    const { world, oid } = withCommit();
    plantRef(world, 'refs/heads/topic', oid);
    commitFiles(world, { 'a.txt': 'b' }, 'topic');
    commitFiles(world, { 'a.txt': 'c' });
    expect(deploy(world, { ref: 'topic' })).toMatchObject({
      status: 409,
      body: { message: 'Conflict merging main into topic.' },
    });
    expect(deploy(world, { ref: oid }).status).toBe(409);
    expect(deploy(world, { ref: 'topic', auto_merge: false }).status).toBe(201);
  });

  it('waits for the checks of its commit, all or the named ones, unless none is asked for', () => {
    const { world, oid } = withCommit();
    const { core } = world.sandbox;
    core.store.transaction(() => {
      core.tables.commitStatuses.put({
        id: 1_000_000,
        repositoryId: world.repository.id,
        sha: oid,
        state: 'pending',
        context: 'build',
        description: null,
        targetUrl: null,
        creatorId: world.repository.ownerId,
        appId: null,
        createdAt: '2026-01-01T00:00:00Z',
        updatedAt: '2026-01-01T00:00:00Z',
      });
    });
    const refused = deploy(world);
    expect(refused).toMatchObject({
      status: 409,
      body: {
        message: 'Conflict: Commit status checks failed for main.',
        errors: [
          {
            contexts: [{ context: 'build', state: 'pending' }],
            resource: 'Deployment',
            field: 'required_contexts',
            code: 'invalid',
          },
        ],
      },
    });
    expect(deploy(world, { required_contexts: ['other'] }).status).toBe(409);
    expect(deploy(world, { required_contexts: [] }).status).toBe(201);
  });

  it('is found by what it is of', () => {
    const { world, oid } = withCommit();
    deploy(world, { environment: 'staging', task: 'deploy:migrations' });
    deploy(world, { ref: oid });
    const count = (query: string) =>
      (world.call('reader', `GET ${DEPLOYMENTS}?${query}`).body as unknown[]).length;
    expect(
      ['', 'environment=Staging', `sha=${oid}`, `ref=${oid}`, 'task=deploy:migrations', 'sha=none'].map(
        count,
      ),
    ).toEqual([2, 1, 2, 1, 1, 2]);
  });

  it('is deleted when it is inactive or the only one', () => {
    const { world } = withCommit();
    const remove = (id: number) => world.call('writer', `DELETE ${DEPLOYMENTS}/${id}`).status;
    const [one, two] = [deploy(world).body.id as number, deploy(world).body.id as number];
    report(world, one, 'success');
    expect(remove(one)).toBe(422);
    report(world, one, 'inactive');
    expect(remove(one)).toBe(204);
    expect(remove(two)).toBe(204);
  });
});

describe('statuses of a deployment', () => {
  it('are told, the newest first', () => {
    const { world } = withCommit();
    const { id } = deploy(world).body;
    const seen = told(world);
    report(world, id, 'in_progress');
    const done = report(world, id, 'success', {
      log_url: 'http://localhost/log',
      environment_url: 'http://localhost/app',
      description: 'done',
    });
    expect(done.status).toBe(201);
    expect(done.body).toMatchObject({ target_url: 'http://localhost/log', log_url: 'http://localhost/log' });
    report(world, id, 'inactive');
    expect(seen).toEqual(['in_progress', 'success']);
    const states = world.call('reader', `GET ${DEPLOYMENTS}/${id}/statuses`).body;
    expect(states.map(({ state }: { state: string }) => state)).toEqual([
      'inactive',
      'success',
      'in_progress',
    ]);
    expect(world.call('reader', `GET ${DEPLOYMENTS}/${id}/statuses/${done.body.id}`).body.state).toBe(
      'success',
    );
  });

  it('make earlier successes of the environment inactive, apart from production', () => {
    const { world } = withCommit();
    const make = (environment: string) => {
      const { id } = deploy(world, { environment }).body;
      report(world, id, 'success');
      return id as number;
    };
    const [one, other] = [make('staging'), make('qa')];
    const [live] = [make('production')];
    make('staging');
    make('production');
    const latest = (id: number) =>
      world.call('reader', `GET ${DEPLOYMENTS}/${id}/statuses`).body[0].state as string;
    expect([one, other, live].map(latest)).toEqual(['inactive', 'success', 'success']);
  });

  it('are refused with a long description or a bad address', () => {
    const { world } = withCommit();
    const { id } = deploy(world).body;
    expect(report(world, id, 'success', { description: 'x'.repeat(141) }).status).toBe(422);
    expect(report(world, id, 'success', { log_url: 'ftp://x' }).status).toBe(422);
    expect(report(world, id, 'finished').status).toBe(422);
  });

  it('take push access', () => {
    const { world } = withCommit();
    const { id } = deploy(world).body;
    expect(
      world.call('reader', `POST ${DEPLOYMENTS}/${id}/statuses`, { state: 'success' }).status,
    ).toBeGreaterThanOrEqual(403);
  });
});
