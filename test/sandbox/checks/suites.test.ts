import { describe, expect, it } from 'vitest';

import { checkWorld } from './world.ts';

const REPO = '/repos/owner/repo';

describe('check suites (docs: REST API endpoints for check suites)', () => {
  it('are requested of every App that may write checks when something is pushed', () => {
    const w = checkWorld();
    const linter = w.install('Linter');
    w.install('Reader', { checks: 'read' });
    const before = w.tip('main');
    const sha = w.push('main', { 'b.txt': '1\n' });
    const told = w.heard();
    expect(told.map(({ name }) => name)).toEqual(['check_suite.requested']);
    expect(told[0]!.body).toMatchObject({
      check_suite: { head_sha: sha, head_branch: 'main', before, after: sha, app: { id: linter.app.id } },
      sender: { login: 'writer' },
    });
    const listed = w.call('reader', `GET ${REPO}/commits/main/check-suites`).body;
    expect(listed).toMatchObject({
      total_count: 1,
      check_suites: [{ status: 'queued', conclusion: null, latest_check_runs_count: 0 }],
    });
    const run = w.call(linter, `POST ${REPO}/check-runs`, { name: 'lint', head_sha: sha }).body;
    expect(run.check_suite.id).toBe(listed.check_suites[0].id);
    w.push('other', { 'c.txt': '1\n' });
    w.heard();
    w.move('same', w.tip('other'));
    expect(w.heard()).toEqual([]);
  });

  it('are made by hand where an administrator has switched the automatic ones off', () => {
    const w = checkWorld();
    const linter = w.install('Linter');
    const off = { auto_trigger_checks: [{ app_id: linter.app.id, setting: false }] };
    expect(w.call('writer', `PATCH ${REPO}/check-suites/preferences`, off).status).toBe(403);
    expect(w.call('owner', `PATCH ${REPO}/check-suites/preferences`, off).body.preferences).toEqual(off);
    const sha = w.push('main', { 'b.txt': '1\n' });
    expect(w.heard()).toEqual([]);
    const make = () => w.call(linter, `POST ${REPO}/check-suites`, { head_sha: sha });
    const made = make();
    expect(made).toMatchObject({ status: 201, body: { head_sha: sha, app: { id: linter.app.id } } });
    expect(make()).toMatchObject({ status: 200, body: { id: made.body.id } });
    expect(w.call('owner', `POST ${REPO}/check-suites`, { head_sha: sha }).status).toBe(403);
  });

  it('say what their latest runs say: the worst of the conclusions', () => {
    const w = checkWorld();
    const linter = w.install('Linter');
    const sha = w.push('main', { 'b.txt': '1\n' });
    const run = (name: string, conclusion?: string) =>
      w.call(linter, `POST ${REPO}/check-runs`, {
        name,
        head_sha: sha,
        ...(conclusion === undefined ? {} : { conclusion }),
      }).body;
    const suite = () => {
      const { status, conclusion } = w.call('reader', `GET ${REPO}/commits/main/check-suites`).body
        .check_suites[0];
      return [status, conclusion];
    };
    const one = run('one');
    expect(suite()).toEqual(['queued', null]);
    run('two', 'timed_out');
    expect(suite()).toEqual(['in_progress', null]);
    w.call(linter, `PATCH ${REPO}/check-runs/${one.id}`, { conclusion: 'success' });
    run('three', 'neutral');
    expect(suite()).toEqual(['completed', 'timed_out']);
    run('two', 'success');
    expect(suite()).toEqual(['completed', 'neutral']);
  });

  it('are asked for again', () => {
    const w = checkWorld();
    const linter = w.install('Linter');
    const sha = w.push('main', { 'b.txt': '1\n' });
    const { check_suite } = w.call(linter, `POST ${REPO}/check-runs`, {
      name: 'lint',
      head_sha: sha,
      conclusion: 'failure',
    }).body;
    w.heard();
    expect(w.call('writer', `POST ${REPO}/check-suites/${check_suite.id}/rerequest`).status).toBe(201);
    const [told] = w.heard();
    expect(told).toMatchObject({
      name: 'check_suite.rerequested',
      body: { check_suite: { id: check_suite.id, status: 'queued', conclusion: null } },
    });
  });

  it('are found by App and by the name of a run', () => {
    const w = checkWorld();
    const [one, two] = [w.install('One'), w.install('Two')];
    const sha = w.push('main', { 'b.txt': '1\n' });
    w.call(one, `POST ${REPO}/check-runs`, { name: 'lint', head_sha: sha });
    const count = (query: string) =>
      w.call('reader', `GET ${REPO}/commits/${sha}/check-suites${query}`).body.total_count;
    expect([count(''), count(`?app_id=${two.app.id}`), count('?check_name=lint')]).toEqual([2, 1, 1]);
  });

  it('go with their repository', () => {
    const w = checkWorld();
    const linter = w.install('Linter');
    const sha = w.push('main', { 'b.txt': '1\n' });
    w.call(linter, `POST ${REPO}/check-runs`, { name: 'lint', head_sha: sha });
    w.call('writer', `POST ${REPO}/statuses/${sha}`, { state: 'success' });
    expect(w.call('owner', `DELETE ${REPO}`).status).toBe(204);
    const { checkSuites, checkRuns, commitStatuses } = w.core.tables;
    expect([checkSuites.size, checkRuns.size, commitStatuses.size]).toEqual([0, 0, 0]);
  });
});
