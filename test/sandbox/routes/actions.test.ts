import { unzipSync, strFromU8 } from 'fflate';
import { beforeEach, describe, expect, it } from 'vitest';

import { runnerEvent } from '../../../sandbox/actions/jobs/report.ts';
import type { RunnerEvent } from '../../../sandbox/actions/leg.ts';
import { findResultsJob } from '../../../sandbox/actions/pool/results-job.ts';
import { answerResults } from '../../../sandbox/actions/results/index.ts';
import { type Answer, newWorld, type Who, type World } from '../world.ts';

const RUNNER = { id: 9, name: 'GitHub Actions 9', labels: ['ubuntu-latest'], selfHosted: false };
const WORKFLOW = `name: CI
on:
  push:
  workflow_dispatch:
    inputs:
      speed: {type: choice, options: [slow, fast], default: slow}
jobs:
  build:
    runs-on: ubuntu-latest
    steps: [{run: make}]
  test:
    needs: build
    runs-on: ubuntu-latest
    steps: [{run: make test}]
`;

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('Actions by REST', () => {
  let world: World;
  const get = (path: string, as: Who = 'reader'): Answer =>
    world.call(as, `GET /repos/owner/repo/actions/${path}`);
  const post = (path: string, body?: unknown, as: Who = 'writer'): Answer =>
    world.call(as, `POST /repos/owner/repo/actions/${path}`, body);

  const report = (jobId: number, ...events: RunnerEvent[]): void => {
    for (const event of events) runnerEvent(world.sandbox.core, jobId, event);
  };
  const jobId = (name: string): number =>
    [...world.sandbox.core.tables.workflowJobs.all()].filter((job) => job.name === name).at(-1)!.id;
  const finish = (name: string, conclusion: 'success' | 'failure' = 'success'): void => {
    report(
      jobId(name),
      { kind: 'started', runner: RUNNER },
      { kind: 'step-started', number: 1, name: 'Set up job' },
      { kind: 'log', number: 1, lines: ['ready'] },
      { kind: 'step-finished', number: 1, name: 'Set up job', conclusion: 'success' },
      { kind: 'step-started', number: 2, name: 'Run make' },
      { kind: 'log', number: 2, lines: ['made'] },
      { kind: 'step-finished', number: 2, name: 'Run make', conclusion },
      { kind: 'finished', conclusion, outputs: {} },
    );
  };
  /** What a redirect leads to. */
  const follow = async (answer: Answer) => {
    expect(answer.status).toBe(302);
    const url = new URL(answer.headers['location']!);
    const { core } = world.sandbox;
    const request = {
      method: 'GET',
      url: url.pathname + url.search,
      headers: {},
      body: (async function* () {})(),
    };
    return answerResults(core, findResultsJob(core), request);
  };

  beforeEach(() => {
    world = newWorld();
    const put = world.call('owner', 'PUT /repos/owner/repo/contents/.github/workflows/ci.yml', {
      message: 'ci',
      content: base64(WORKFLOW),
    });
    expect(put.status).toBe(201);
  });

  it('workflows are found by id and by file, switched off and on', () => {
    const { body } = get('workflows');
    expect(body).toMatchObject({
      total_count: 1,
      workflows: [{ name: 'CI', path: '.github/workflows/ci.yml', state: 'active' }],
    });
    const { id } = body.workflows[0];
    expect(get(`workflows/${id}`).body).toEqual(get('workflows/ci.yml').body);
    expect(get('workflows/none.yml').status).toBe(404);
    const put = (verb: string, as: Who) =>
      world.call(as, `PUT /repos/owner/repo/actions/workflows/ci.yml/${verb}`).status;
    expect(put('disable', 'reader')).toBe(403);
    expect(put('disable', 'writer')).toBe(204);
    expect(get('workflows/ci.yml').body.state).toBe('disabled_manually');
    expect(post('workflows/ci.yml/dispatches', { ref: 'main' }).status).toBe(403);
    expect(put('enable', 'writer')).toBe(204);
  });

  it('a dispatch starts a run, and tells which where it is asked', () => {
    expect(post('workflows/ci.yml/dispatches', { ref: 'main' })).toMatchObject({ status: 204 });
    const told = post('workflows/ci.yml/dispatches', {
      ref: 'main',
      inputs: { speed: 'fast' },
      return_run_details: true,
    });
    expect(told.status).toBe(200);
    expect(get(`runs/${told.body.workflow_run_id}`).body).toMatchObject({
      event: 'workflow_dispatch',
      url: told.body.run_url,
      html_url: told.body.html_url,
      actor: { login: 'writer' },
    });
    expect(post('workflows/ci.yml/dispatches', { ref: 'main', inputs: { speed: 'warp' } }).status).toBe(422);
    expect(post('workflows/ci.yml/dispatches', { ref: 'none' }).status).toBe(422);
    expect(post('workflows/ci.yml/dispatches', { ref: 'main' }, 'reader').status).toBe(403);
  });

  it('runs are listed newest first, and by every filter', () => {
    post('workflows/ci.yml/dispatches', { ref: 'main' });
    const all = get('runs').body.workflow_runs;
    expect(all.map((run: { event: string }) => run.event)).toEqual(['workflow_dispatch', 'push']);
    const count = (query: string): number => get(`runs?${query}`).body.total_count;
    expect(count('event=push')).toBe(1);
    expect(count('actor=writer')).toBe(1);
    expect(count('branch=main')).toBe(2);
    expect(count('branch=none')).toBe(0);
    expect(count('status=queued')).toBe(2);
    expect(count('status=success')).toBe(0);
    expect(count(`head_sha=${all[0].head_sha}`)).toBe(2);
    expect(count(`check_suite_id=${all[1].check_suite_id}`)).toBeLessThanOrEqual(1);
    expect(get('workflows/ci.yml/runs?event=push').body.total_count).toBe(1);
    expect(get('runs/1').status).toBe(404);
  });

  it('jobs and logs follow the runner', async () => {
    const run = get('runs').body.workflow_runs[0];
    expect(get(`runs/${run.id}/jobs`).body).toMatchObject({
      total_count: 1,
      jobs: [{ name: 'build', status: 'queued', steps: [] }],
    });
    expect(get(`runs/${run.id}/logs`, 'writer').status).toBe(404);
    finish('build');
    expect(get(`jobs/${jobId('build')}`).body).toMatchObject({
      conclusion: 'success',
      runner_name: 'GitHub Actions 9',
      steps: [{ name: 'Set up job' }, { name: 'Run make', conclusion: 'success' }],
    });
    finish('test', 'failure');
    expect(get(`runs/${run.id}`).body).toMatchObject({ status: 'completed', conclusion: 'failure' });
    const text = await follow(get(`jobs/${jobId('build')}/logs`, 'writer'));
    expect(Buffer.from(text.body as Uint8Array).toString()).toBe(
      '2026-01-01T00:00:00.0000000Z ready\n2026-01-01T00:00:00.0000000Z made\n',
    );
    const zip = await follow(get(`runs/${run.id}/logs`, 'writer'));
    const files = unzipSync(zip.body as Uint8Array);
    expect(Object.keys(files).sort()).toEqual([
      ...['0_build.txt', '1_test.txt', 'build/1_Set up job.txt', 'build/2_Run make.txt'],
      ...['test/1_Set up job.txt', 'test/2_Run make.txt'],
    ]);
    expect(strFromU8(files['build/2_Run make.txt']!)).toBe('2026-01-01T00:00:00.0000000Z made\n');
    expect(world.call('writer', `DELETE /repos/owner/repo/actions/runs/${run.id}/logs`).status).toBe(204);
    expect(get(`runs/${run.id}/logs`, 'writer').status).toBe(404);
  });

  it('runs are cancelled, repeated in attempts, and deleted', () => {
    const { id } = get('runs').body.workflow_runs[0];
    expect(post(`runs/${id}/cancel`, undefined, 'reader').status).toBe(403);
    expect(post(`runs/${id}/cancel`).status).toBe(202);
    expect(get(`runs/${id}`).body.conclusion).toBe('cancelled');
    expect(post(`runs/${id}/cancel`).status).toBe(409);
    expect(post(`runs/${id}/rerun`).status).toBe(201);
    expect(get(`runs/${id}`).body).toMatchObject({
      run_attempt: 2,
      status: 'queued',
      triggering_actor: { login: 'writer' },
    });
    expect(get(`runs/${id}/attempts/1`).body).toMatchObject({ run_attempt: 1, conclusion: 'cancelled' });
    expect(get(`runs/${id}/attempts/3`).status).toBe(404);
    expect(get(`runs/${id}/jobs?filter=all`).body.total_count).toBeGreaterThan(
      get(`runs/${id}/jobs`).body.total_count,
    );
    finish('build', 'failure');
    expect(post(`runs/${id}/rerun-failed-jobs`).status).toBe(201);
    finish('build');
    finish('test');
    expect(get(`runs/${id}`).body).toMatchObject({ run_attempt: 3, conclusion: 'success' });
    expect(get(`runs/${id}/timing`).body).toMatchObject({ billable: {} });
    expect(world.call('writer', `DELETE /repos/owner/repo/actions/runs/${id}`).status).toBe(204);
    expect(get(`runs/${id}`).status).toBe(404);
    expect(world.sandbox.core.tables.workflowJobs.size).toBe(0);
  });

  it('artifacts are listed, downloaded by an address, and expire', async () => {
    const { id } = get('runs').body.workflow_runs[0];
    const { core } = world.sandbox;
    const blob = core.blobs.put(Buffer.from('zipped'));
    core.store.transaction(() => {
      core.tables.artifacts.put({
        ...{
          id: 900,
          repositoryId: world.repository.id,
          runId: id,
          attempt: 1,
          jobId: jobId('build'),
          name: 'dist',
        },
        ...{
          mimeType: 'application/zip',
          blob: blob.blob,
          size: blob.size,
          sha256: blob.sha256,
          finalized: true,
        },
        ...{
          createdAt: '2026-01-01T00:00:00Z',
          updatedAt: '2026-01-01T00:00:00Z',
          expiresAt: '2026-01-02T00:00:00Z',
        },
      });
    });
    expect(get('artifacts?name=dist').body).toMatchObject({
      total_count: 1,
      artifacts: [
        {
          name: 'dist',
          size_in_bytes: 6,
          expired: false,
          digest: `sha256:${blob.sha256}`,
          workflow_run: { id },
        },
      ],
    });
    expect(get(`runs/${id}/artifacts`).body.total_count).toBe(1);
    expect((await follow(get('artifacts/900/zip', 'writer'))).body).toMatchObject({ blob: blob.blob });
    world.clock.advance(24 * 3_600_000);
    expect(get('artifacts/900').body.expired).toBe(true);
    expect(get('artifacts/900/zip', 'writer').status).toBe(410);
    expect(world.call('writer', 'DELETE /repos/owner/repo/actions/artifacts/900').status).toBe(204);
    expect(get('artifacts/900').status).toBe(404);
  });

  it('caches are listed, sorted, and deleted by id and by key', () => {
    const { core } = world.sandbox;
    core.store.transaction(() => {
      for (const [id, key, ref, size] of [
        [1, 'npm-1', 'refs/heads/main', 5],
        [2, 'npm-2', 'refs/heads/main', 3],
        [3, 'npm-1', 'refs/pull/1/merge', 4],
      ] as const) {
        core.tables.caches.put({
          ...{ id: 900 + id, repositoryId: world.repository.id, runId: 1, jobId: 1, key, version: 'v', ref },
          ...{ blob: null, size, sha256: null, finalized: true },
          ...{ createdAt: '2026-01-01T00:00:00Z', lastUsedAt: `2026-01-01T00:00:0${id}Z` },
        });
      }
    });
    const keys = (query: string) =>
      get(`caches?${query}`).body.actions_caches.map((one: { id: number }) => one.id - 900);
    expect(keys('')).toEqual([3, 2, 1]);
    expect(keys('sort=size_in_bytes&direction=asc')).toEqual([2, 3, 1]);
    expect(keys('key=npm-1')).toEqual([3, 1]);
    expect(keys('ref=main')).toEqual([2, 1]);
    expect(get('cache/usage').body).toMatchObject({
      active_caches_count: 3,
      active_caches_size_in_bytes: 12,
    });
    const remove = (path: string) => world.call('writer', `DELETE /repos/owner/repo/actions/caches${path}`);
    expect(remove('?key=npm-1&ref=refs/heads/main').body).toMatchObject({ total_count: 1 });
    expect(remove('?key=none').status).toBe(404);
    expect(remove('/902').status).toBe(204);
    expect(keys('')).toEqual([3]);
  });

  it('variables are kept by repository and environment', () => {
    const at = '/repos/owner/repo/actions/variables';
    const call = (route: string, body?: unknown, as: Who = 'writer') => world.call(as, route, body);
    expect(call(`POST ${at}`, { name: 'region', value: 'eu' }).status).toBe(201);
    expect(call(`POST ${at}`, { name: 'REGION', value: 'us' }).status).toBe(409);
    expect(call(`POST ${at}`, { name: '1x', value: 'x' }).status).toBe(422);
    expect(call(`POST ${at}`, { name: 'GITHUB_X', value: 'x' }).status).toBe(422);
    expect(call(`GET ${at}/region`).body).toMatchObject({ name: 'REGION', value: 'eu' });
    expect(call(`PATCH ${at}/region`, { value: 'us' }).status).toBe(204);
    expect(call(`GET ${at}`).body).toMatchObject({
      total_count: 1,
      variables: [{ name: 'REGION', value: 'us' }],
    });
    expect(call(`DELETE ${at}/region`).status).toBe(204);
    expect(call(`GET ${at}/region`).status).toBe(404);
    expect(call('PUT /repos/owner/repo/environments/prod', {}, 'owner').status).toBe(200);
    const own = '/repos/owner/repo/environments/prod/variables';
    expect(call(`POST ${own}`, { name: 'REGION', value: 'prod' }, 'owner').status).toBe(201);
    expect(call(`GET ${own}`, undefined, 'owner').body.total_count).toBe(1);
  });

  it('settings of the repository', () => {
    const at = '/repos/owner/repo/actions/permissions';
    const call = (route: string, body?: unknown) => world.call('owner', route, body);
    expect(call(`GET ${at}`).body).toMatchObject({ enabled: true, allowed_actions: 'all' });
    expect(call(`PUT ${at}`, { enabled: false }).status).toBe(204);
    expect(call(`GET ${at}`).body.enabled).toBe(false);
    expect(call(`PUT ${at}`, { enabled: true, allowed_actions: 'local_only' }).status).toBe(501);
    expect(call(`PUT ${at}/workflow`, { default_workflow_permissions: 'write' }).status).toBe(204);
    expect(call(`GET ${at}/workflow`).body).toMatchObject({ default_workflow_permissions: 'write' });
    expect(world.call('writer', `GET ${at}`).status).toBe(403);
    expect(call('GET /repos/owner/repo/actions/runners').body).toEqual({ total_count: 0, runners: [] });
  });
});
