import { describe, expect, it } from 'vitest';

import { requestAction } from '../../../sandbox/checks/index.ts';
import { checkWorld } from './world.ts';

const REPO = '/repos/owner/repo';
const RUNS = `${REPO}/check-runs`;

function started(limits = {}) {
  const w = checkWorld({ limits });
  const { app, token } = w.install('Linter');
  const sha = w.tip('main');
  const create = (body: Record<string, unknown> = {}) =>
    w.call({ token }, `POST ${RUNS}`, { name: 'lint', head_sha: sha, ...body });
  const update = (id: number, body: Record<string, unknown>) =>
    w.call({ token }, `PATCH ${RUNS}/${id}`, body);
  return { ...w, app, token, sha, create, update };
}

const names = (w: ReturnType<typeof started>) => w.heard().map(({ name }) => name);

describe('a check run (docs: REST API endpoints for check runs)', () => {
  it('is made queued in the App’s suite of the commit, with what an App does not say filled in', () => {
    const w = started();
    const made = w.create({ external_id: 'x1' });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      name: 'lint',
      head_sha: w.sha,
      status: 'queued',
      conclusion: null,
      started_at: '2026-01-01T00:00:00Z',
      completed_at: null,
      external_id: 'x1',
      details_url: w.app.externalUrl,
      app: { slug: 'linter' },
      output: { title: null, summary: null, annotations_count: 0 },
    });
    const suite = w.call('reader', `GET ${REPO}/check-suites/${made.body.check_suite.id}`).body;
    expect(suite).toMatchObject({
      head_branch: 'main',
      status: 'queued',
      latest_check_runs_count: 1,
      app: { id: w.app.id },
    });
    expect(w.call(undefined, `GET ${RUNS}/${made.body.id}`).body).toEqual(made.body);
    expect(names(w)).toEqual(['check_run.created']);
  });

  it('is completed by a conclusion, and completes its suite', () => {
    const w = started();
    const { id, check_suite } = w.create().body;
    expect(w.update(id, { status: 'in_progress' }).body.status).toBe('in_progress');
    w.clock.advance(1000);
    expect(w.update(id, { conclusion: 'success' }).body).toMatchObject({
      status: 'completed',
      conclusion: 'success',
      completed_at: '2026-01-01T00:00:01Z',
    });
    expect(w.call('reader', `GET ${REPO}/check-suites/${check_suite.id}`).body).toMatchObject({
      status: 'completed',
      conclusion: 'success',
    });
    expect(names(w)).toEqual(['check_run.created', 'check_run.completed', 'check_suite.completed']);
    expect(w.update(id, { status: 'in_progress' }).body).toMatchObject({
      status: 'in_progress',
      conclusion: null,
      completed_at: null,
    });
  });

  it('may be completed from the start', () => {
    const w = started();
    const made = w.create({ conclusion: 'neutral', completed_at: '2025-12-31T00:00:00+01:00' });
    expect(made.body).toMatchObject({ status: 'completed', completed_at: '2025-12-30T23:00:00Z' });
    expect(names(w)).toEqual(['check_run.created', 'check_run.completed', 'check_suite.completed']);
  });

  it('needs a conclusion where it is completed, and `stale` is GitHub’s', () => {
    const w = started();
    expect(w.create({ status: 'completed' }).status).toBe(422);
    expect(w.create({ completed_at: '2026-01-01T00:00:00Z' }).status).toBe(422);
    expect(w.create({ conclusion: 'stale' }).status).toBe(422);
    expect(w.create({ conclusion: 'great' }).status).toBe(422);
    expect(w.create({ head_sha: '0'.repeat(40) })).toMatchObject({
      status: 422,
      body: { message: `No commit found for SHA: ${'0'.repeat(40)}` },
    });
    expect(names(w)).toEqual([]);
  });

  it('has output of a limited number of bytes, and at most three actions', () => {
    const w = started({ checkOutputBytes: 10 });
    const output = (summary: string, text = '') => ({ output: { title: 't', summary, text } });
    expect(w.create(output('0123456789')).status).toBe(201);
    expect(w.create(output('€€€€')).status).toBe(422);
    expect(w.create(output('s', '0123456789a')).status).toBe(422);
    const action = { label: 'Fix', description: 'fix it', identifier: 'fix' };
    expect(w.create({ actions: [action, action, action] }).status).toBe(201);
    expect(w.create({ actions: [action, action, action, action] }).status).toBe(422);
    expect(w.create({ actions: [{ ...action, label: 'x'.repeat(21) }] }).status).toBe(422);
  });

  it('gathers annotations, fifty a request', () => {
    const w = started();
    const note = (start_line: number) => ({
      path: 'a b.txt',
      start_line,
      end_line: start_line,
      annotation_level: 'warning',
      message: 'hm',
    });
    const notes = (count: number) => ({
      output: {
        title: 't',
        summary: 's',
        annotations: Array.from({ length: count }, (_, at) => note(at + 1)),
      },
    });
    const { id } = w.create(notes(50)).body;
    expect(w.update(id, { ...notes(51), status: 'in_progress' }).status).toBe(422);
    const changed = w.update(id, { ...notes(2), status: 'in_progress' });
    expect(changed.body.output.annotations_count).toBe(52);
    const listed = w.call('reader', `GET ${RUNS}/${id}/annotations?per_page=100`).body;
    expect(listed).toHaveLength(52);
    expect(listed[0]).toMatchObject({
      path: 'a b.txt',
      start_line: 1,
      annotation_level: 'warning',
      blob_href: `http://github.localhost/owner/repo/blob/${w.sha}/a%20b.txt`,
    });
    const over = { ...note(1), end_line: 2, start_column: 1 };
    expect(w.create({ output: { title: 't', summary: 's', annotations: [over] } }).status).toBe(422);
  });

  it('is written by its own App alone, never by people', () => {
    const w = started();
    const { id } = w.create().body;
    expect(w.call('owner', `POST ${RUNS}`, { name: 'x', head_sha: w.sha })).toMatchObject({
      status: 403,
      body: { message: 'You must authenticate via a GitHub App.' },
    });
    const other = w.install('Other');
    expect(w.call(other, `PATCH ${RUNS}/${id}`, { conclusion: 'success' })).toMatchObject({
      status: 403,
      body: {
        message: `Invalid app_id \`${other.app.id}\` - check run can only be modified by the GitHub App that created it.`,
      },
    });
    const weak = w.install('Weak', { checks: 'read' });
    expect(w.call(weak, `POST ${RUNS}`, { name: 'x', head_sha: w.sha })).toMatchObject({
      status: 403,
      body: { message: 'Resource not accessible by integration' },
    });
  });

  it('can be made by GITHUB_TOKEN with `checks: write`', () => {
    const w = started();
    const make = (token: string) => w.call({ token }, `POST ${RUNS}`, { name: 'x', head_sha: w.sha });
    expect(make(w.jobToken({ checks: 'read' })).status).toBe(403);
    expect(make(w.jobToken({ checks: 'write' })).body).toMatchObject({ app: { slug: 'github-actions' } });
  });

  it('is asked for again, and told of buttons, without being changed', () => {
    const w = started();
    const actions = [{ label: 'Fix', description: 'fix it', identifier: 'fix' }];
    const { id, check_suite } = w.create({ conclusion: 'failure', actions }).body;
    w.heard();
    expect(w.call('writer', `POST ${RUNS}/${id}/rerequest`)).toMatchObject({ status: 201, body: {} });
    expect(w.call('reader', `POST ${RUNS}/${id}/rerequest`).status).toBe(403);
    expect(w.call(w.install('Other'), `POST ${RUNS}/${id}/rerequest`).status).toBe(403);
    expect(w.call('reader', `GET ${RUNS}/${id}`).body.conclusion).toBe('failure');
    expect(w.call('reader', `GET ${REPO}/check-suites/${check_suite.id}`).body).toMatchObject({
      status: 'queued',
      conclusion: null,
    });
    const run = w.core.tables.checkRuns.require(id);
    w.core.store.transaction(() => {
      requestAction(w.core, w.actor('writer'), run, 'fix');
    });
    expect(() => {
      requestAction(w.core, w.actor('writer'), run, 'other');
    }).toThrow('no action other');
    const told = w.heard();
    expect(told.map(({ name }) => name)).toEqual(['check_run.rerequested', 'check_run.requested_action']);
    expect(told[1]!.body['requested_action']).toEqual({ identifier: 'fix' });
  });
});

describe('lists of check runs', () => {
  it('have the latest of each name in a suite unless all are asked for', () => {
    const w = started();
    w.create({ conclusion: 'failure' });
    const second = w.create({ conclusion: 'success' }).body;
    const test = w.create({ name: 'test', status: 'in_progress' }).body;
    const other = w.install('Other');
    const theirs = w.call(other, `POST ${RUNS}`, { name: 'lint', head_sha: w.sha }).body;
    const list = (query = '', of = 'commits/main') => {
      const { body } = w.call('reader', `GET ${REPO}/${of}/check-runs${query}`);
      expect(body.total_count).toBe(body.check_runs.length);
      return body.check_runs.map(({ id }: { id: number }) => id);
    };
    expect(list()).toEqual([theirs.id, test.id, second.id]);
    expect(list('?filter=all')).toHaveLength(4);
    expect(list('?check_name=lint')).toEqual([theirs.id, second.id]);
    expect(list('?status=in_progress')).toEqual([test.id]);
    expect(list(`?app_id=${other.app.id}`)).toEqual([theirs.id]);
    expect(list('?filter=latest', `check-suites/${second.check_suite.id}`)).toEqual([test.id, second.id]);
    expect(w.call('reader', `GET ${REPO}/commits/nothing/check-runs`).status).toBe(422);
  });

  it('name the pull requests of this repository whose head the commit is', () => {
    const w = started();
    const sha = w.push('feature', { 'b.txt': '1\n' });
    const number = w.open('feature');
    const { body } = w.call({ token: w.token }, `POST ${RUNS}`, { name: 'lint', head_sha: sha });
    expect(body.pull_requests).toMatchObject([{ number, head: { ref: 'feature', sha } }]);
  });
});
