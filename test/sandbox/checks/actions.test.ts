import { describe, expect, it } from 'vitest';

import type { Conclusion, RunnerEvent } from '../../../sandbox/actions/leg.ts';
import { runnerEvent } from '../../../sandbox/actions/jobs/report.ts';
import { moveBranch } from '../../../sandbox/pulls/refs.ts';
import { checkWorld } from './world.ts';

const REPO = '/repos/owner/repo';
const CI = `name: CI
on: [push, workflow_dispatch]
permissions: { checks: write }
jobs:
  build:
    runs-on: ubuntu-latest
    steps: [{ run: make }]
  deploy:
    needs: build
    runs-on: ubuntu-latest
    environment: production
    steps: [{ run: make deploy }]
`;
const RUNNER = { id: 1, name: 'hosted', labels: ['ubuntu-latest'], selfHosted: false };

function pushed() {
  const w = checkWorld();
  const all: string[] = [];
  w.core.listeners.push((_, event) => {
    const { name, action, body } = event;
    if (!/^(?:workflow_|check_|deployment)/.test(name)) return;
    const state = (body()['deployment_status'] as { state?: string } | undefined)?.state;
    all.push([name, state ?? action ?? ''].join('.'));
  });
  const push = () => {
    const { account } = w.actor('owner');
    const by = { kind: 'user', userId: account.id, tokenId: 0, scopes: ['repo', 'workflow'] } as const;
    const before = w.tip('main');
    const after = w.commit({ '.github/workflows/ci.yml': CI }, [before]);
    w.core.store.transaction(() => {
      moveBranch(w.core, { account, by }, w.repository, 'main', before, after, { kind: 'push' });
    });
    return after;
  };
  const job = (name: string) => {
    const found = [...w.core.tables.workflowJobs.all()].findLast((one) => one.name === name);
    if (found === undefined) throw new Error(`no job ${name}`);
    return found;
  };
  const tell = (name: string, event: RunnerEvent) => runnerEvent(w.core, job(name).id, event);
  const finish = (name: string, conclusion: Conclusion = 'success') => {
    tell(name, { kind: 'started', runner: RUNNER });
    tell(name, { kind: 'finished', conclusion, outputs: {} });
  };
  const get = (path: string) => w.call('owner', `GET ${REPO}/${path}`).body;
  return { ...w, push, job, tell, finish, get, told: () => all.splice(0) };
}

describe('a workflow run', () => {
  it('has a check suite, its jobs check runs and deployments, and webhooks tell all of it', () => {
    const w = pushed();
    const sha = w.push();
    expect(w.told()).toEqual(['workflow_run.requested', 'check_run.created', 'workflow_job.queued']);
    const [run] = w.get('actions/runs').workflow_runs;
    const suite = w.get(`check-suites/${run.check_suite_id}`);
    expect(suite).toMatchObject({
      head_sha: sha,
      head_branch: 'main',
      status: 'queued',
      app: { slug: 'github-actions', id: 15_368 },
    });
    w.tell('build', { kind: 'started', runner: RUNNER });
    const annotation = { level: 'warning', message: 'odd', file: 'a.txt', line: 2 } as const;
    w.tell('build', { kind: 'annotation', number: 1, annotation });
    w.tell('build', { kind: 'finished', conclusion: 'success', outputs: {} });
    const page = `http://github.localhost/owner/repo/actions/runs/${run.id}/job/${w.job('build').id}`;
    const { check_runs } = w.get(`commits/${sha}/check-runs`);
    expect(check_runs).toMatchObject([
      { name: 'deploy', status: 'queued' },
      {
        id: w.job('build').id,
        name: 'build',
        status: 'completed',
        conclusion: 'success',
        html_url: page,
        details_url: page,
        external_id: String(w.job('build').id),
        check_suite: { id: suite.id },
        output: { annotations_count: 1 },
      },
    ]);
    expect(w.get(`check-runs/${check_runs[1].id}/annotations`)).toMatchObject([
      { path: 'a.txt', start_line: 2, annotation_level: 'warning', message: 'odd' },
    ]);
    w.finish('deploy');
    expect(w.told()).toEqual([
      'workflow_job.in_progress',
      'workflow_run.in_progress',
      'check_run.completed',
      'workflow_job.completed',
      'deployment.created',
      'deployment_status.queued',
      'check_run.created',
      'workflow_job.queued',
      'deployment_status.in_progress',
      'workflow_job.in_progress',
      'deployment_status.success',
      'check_run.completed',
      'workflow_job.completed',
      'check_suite.completed',
      'workflow_run.completed',
    ]);
    expect(w.get(`check-suites/${suite.id}`)).toMatchObject({ status: 'completed', conclusion: 'success' });
    const [deployment] = w.get('deployments');
    expect(deployment).toMatchObject({ sha, environment: 'production', creator: { type: 'Bot' } });
    const states = w.get(`deployments/${deployment.id}/statuses`).map((one: { state: string }) => one.state);
    expect(states).toEqual(['success', 'in_progress', 'queued']);
    expect(w.get(`check-runs/${w.job('deploy').id}`).deployment.id).toBe(deployment.id);
  });

  it('waits at an environment for its reviewer', () => {
    const w = pushed();
    const reviewer = w.core.tables.accounts.find('login', 'writer-2')!;
    expect(
      w.call('owner', `PUT ${REPO}/environments/production`, {
        reviewers: [{ type: 'User', id: reviewer.id }],
      }).status,
    ).toBe(200);
    w.push();
    w.finish('build');
    expect(w.job('deploy').status).toBe('waiting');
    const [run] = w.get('actions/runs').workflow_runs;
    expect(run.status).toBe('waiting');
    expect(w.get(`check-runs/${w.job('deploy').id}`).status).toBe('waiting');
    const pending = w.call('writer-2', `GET ${REPO}/actions/runs/${run.id}/pending_deployments`).body;
    expect(pending).toMatchObject([{ environment: { name: 'production' }, current_user_can_approve: true }]);
    const answer = (as: 'writer' | 'writer-2') =>
      w.call(as, `POST ${REPO}/actions/runs/${run.id}/pending_deployments`, {
        environment_ids: [pending[0].environment.id],
        state: 'approved',
        comment: 'fine',
      });
    expect(answer('writer').status).toBe(422);
    expect(w.job('deploy').status).toBe('waiting');
    expect(answer('writer-2').status).toBe(200);
    expect(w.job('deploy').status).toBe('queued');
    w.finish('deploy');
    expect(w.get(`actions/runs/${run.id}`)).toMatchObject({ status: 'completed', conclusion: 'success' });
    expect(w.told()).toContain('deployment_status.waiting');
  });

  it('run again keeps its suite; new attempts have new check runs, of which the latest count', () => {
    const w = pushed();
    const sha = w.push();
    w.finish('build', 'failure');
    const [run] = w.get('actions/runs').workflow_runs;
    const first = w.job('build').id;
    const latest = () =>
      w
        .get(`commits/${sha}/check-runs?check_name=build`)
        .check_runs.map(({ id, conclusion }: { id: number; conclusion: string | null }) => [id, conclusion]);
    expect(latest()).toEqual([[first, 'failure']]);
    expect(w.call('owner', `POST ${REPO}/actions/runs/${run.id}/rerun-failed-jobs`).status).toBe(201);
    expect(w.get(`check-suites/${run.check_suite_id}`)).toMatchObject({ status: 'queued', conclusion: null });
    w.finish('build');
    expect(w.job('build').id).not.toBe(first);
    expect(latest()).toEqual([[w.job('build').id, 'success']]);
    expect(w.get(`commits/${sha}/check-suites`).total_count).toBe(1);
  });

  it('is a required check of the Actions App; nobody else can set its status', () => {
    const w = pushed();
    w.push();
    const { id } = w.job('build');
    const token = w.jobToken({ checks: 'write' });
    const change = (body: Record<string, unknown>) =>
      w.call({ token }, `PATCH ${REPO}/check-runs/${id}`, body);
    expect(change({ conclusion: 'success' }).status).toBe(403);
    expect(change({ output: { title: 't', summary: 's' } }).body.output.summary).toBe('s');
    expect(w.call('owner', `POST ${REPO}/check-runs/${id}/rerequest`).status).toBe(403);
  });

  it('that is deleted takes its checks along', () => {
    const w = pushed();
    w.push();
    w.finish('build', 'failure');
    const [run] = w.get('actions/runs').workflow_runs;
    expect(w.call('owner', `DELETE ${REPO}/actions/runs/${run.id}`).status).toBe(204);
    expect([w.core.tables.checkSuites.size, w.core.tables.checkRuns.size]).toEqual([0, 0]);
  });
});
