import { describe, expect, it } from 'vitest';
import { now } from '../../../../sandbox/kernel/core.ts';
import type { Identity } from '../../../../sandbox/kernel/identity.ts';
import { createPull } from '../../../../sandbox/pulls/create.ts';
import { mergePull } from '../../../../sandbox/pulls/merge.ts';
import { addAccount, addRepository } from '../../../../sandbox/seed.ts';
import { approve } from '../../../../sandbox/actions/runs/control.ts';
import { legOf } from '../../../../sandbox/actions/jobs/leg.ts';
import type { Account } from '../../../../sandbox/state/accounts.ts';
import type { Pull } from '../../../../sandbox/state/pulls.ts';
import { valueKey, type WorkflowRun } from '../../../../sandbox/state/actions.ts';
import { refKey } from '../../../../sandbox/state/repositories.ts';
import { JOB, newStage, workflow, type Stage } from '../stage.ts';

const CI = '.github/workflows/ci.yml';
const user = (account: Account): Identity => ({
  kind: 'user',
  userId: account.id,
  tokenId: 0,
  scopes: ['repo'],
});
const asJob = (stage: Stage): Identity => ({
  kind: 'job',
  repositoryId: stage.repository().id,
  runId: 0,
  jobId: 0,
  tokenId: 0,
  permissions: { contents: 'write', pull_requests: 'write' },
});

function during(stage: Stage, work: () => void): WorkflowRun[] {
  const known = new Set(stage.runs().map(({ id }) => id));
  stage.core.store.transaction(work);
  return stage.runs().filter(({ id }) => !known.has(id));
}

function openPull(
  stage: Stage,
  by: { account?: Account; head?: string; by?: Identity } = {},
): { pull: Pull; runs: WorkflowRun[] } {
  const account = by.account ?? stage.writer;
  let pull: Pull | undefined;
  const runs = during(stage, () => {
    pull = createPull(stage.core, { account, by: by.by ?? user(account) }, stage.repository(), {
      head: by.head ?? 'feature',
      base: 'main',
      title: 'Better',
    });
  });
  return { pull: pull!, runs };
}

/** A fork of the repository by an outsider, with one commit more on `feature`. */
function fork(stage: Stage): Account {
  const { core } = stage;
  return core.store.transaction(() => {
    const outsider = addAccount(core, 'outsider');
    const source = stage.repository();
    const made = addRepository(core, outsider.id, 'repo', { forkOf: source.id, networkId: source.networkId });
    const oid = stage.commit({ 'f.txt': 'fork' }, 'refs/heads/tmp');
    core.tables.refs.remove(refKey(source.id, 'refs/heads/tmp'));
    for (const name of ['refs/heads/main', 'refs/heads/feature'])
      core.tables.refs.put({ key: refKey(made.id, name), repositoryId: made.id, name, oid });
    return outsider;
  });
}

describe('a push', () => {
  it('runs the workflows of the pushed commit at the pushed ref', () => {
    const stage = newStage();
    stage.push({ [CI]: workflow('push', { a: JOB }) });
    const [run] = stage.push(
      { [CI]: workflow('push', { b: JOB }) },
      { ref: 'refs/heads/dev', message: 'Second\n\nbody' },
    );
    expect(run).toMatchObject({ ref: 'refs/heads/dev', headBranch: 'dev', title: 'Second', number: 2 });
    expect(stage.jobs()).toEqual({ b: 'queued' });
  });

  it('of a tag runs what is on tags', () => {
    const stage = newStage();
    stage.commit({ [CI]: workflow('{ push: { tags: ["v*"] } }', { a: JOB }) });
    expect(stage.push({ x: '1' })).toEqual([]);
    const [run] = stage.push({}, { ref: 'refs/tags/v1' });
    expect(run).toMatchObject({ ref: 'refs/tags/v1', headBranch: 'v1' });
  });

  it('is filtered by changed files; a new branch by what it adds', () => {
    const stage = newStage();
    stage.commit({ [CI]: workflow('{ push: { paths: ["src/**"] } }', { a: JOB }) });
    expect(stage.push({ 'docs/a': '1' })).toHaveLength(0);
    expect(stage.push({ 'src/a': '1' })).toHaveLength(1);
    expect(stage.push({ 'docs/b': '1' }, { ref: 'refs/heads/x' })).toHaveLength(0);
    expect(stage.push({ 'src/b': '1' }, { ref: 'refs/heads/y' })).toHaveLength(1);
  });

  it('can ask for nothing', () => {
    const stage = newStage();
    expect(stage.push({ [CI]: workflow('push', { a: JOB }) }, { message: 'x [skip ci]' })).toEqual([]);
  });

  it('with a broken file is reported as a startup failure', () => {
    const stage = newStage();
    const [run] = stage.push({ [CI]: 'on: [push\n' });
    expect(run).toMatchObject({ conclusion: 'startup_failure', name: CI });
    expect(run!.problems[0]).toMatch(/yaml syntax/);
  });

  it('by the token of a job starts nothing; a disabled workflow neither; nor a repository without Actions', () => {
    const stage = newStage();
    stage.commit({ [CI]: workflow('push', { a: JOB }) });
    expect(stage.push({ x: '1' }, { by: asJob(stage) })).toEqual([]);
    expect(stage.push({ x: '2' })).toHaveLength(1);
    stage.core.store.transaction(() => {
      const file = stage.core.tables.workflowFiles.find('path', `${stage.repository().id}/${CI}`)!;
      stage.core.tables.workflowFiles.put({ ...file, state: 'disabled_manually' });
    });
    expect(stage.push({ x: '3' })).toEqual([]);
    const other = newStage();
    other.core.store.transaction(() => {
      const repository = other.repository();
      other.core.tables.repositories.put({
        ...repository,
        actions: { ...repository.actions, enabled: false },
      });
    });
    expect(other.push({ [CI]: workflow('push', { a: JOB }) })).toEqual([]);
  });

  it('makes workflows of the default branch known and forgets removed ones', () => {
    const stage = newStage();
    stage.push({ [CI]: workflow('issues', { a: JOB }) });
    const states = () =>
      [...stage.core.tables.workflowFiles.all()].map(({ path, name, state }) => [path, name, state]);
    expect(states()).toEqual([[CI, 'CI', 'active']]);
    stage.push({ [CI]: null });
    expect(states()).toEqual([[CI, 'CI', 'deleted']]);
  });

  it('of a deleted branch runs on the default branch', () => {
    const stage = newStage();
    const sha = stage.commit({ [CI]: workflow('push', { a: JOB }) });
    const [run] = stage.tell({ name: 'push', facts: { ref: 'refs/heads/gone', before: sha } });
    expect(run).toMatchObject({ ref: 'refs/heads/main', sha });
  });
});

describe('events of the default branch', () => {
  it.each([
    'issues',
    'issue_comment',
    'label',
    'milestone',
    'watch',
    'status',
    'fork',
    'delete',
    'repository_dispatch',
  ])('%s runs at its tip, whatever other branches hold', (name) => {
    const stage = newStage();
    const sha = stage.commit({ [CI]: workflow(name, { a: JOB }) });
    stage.commit({ [CI]: workflow(name, { other: JOB }) }, 'refs/heads/dev');
    const [run] = stage.tell({ name });
    expect(run).toMatchObject({ event: name, sha, ref: 'refs/heads/main' });
    expect(stage.jobs()).toEqual({ a: 'queued' });
  });

  it('drafts of releases, inactive deployments and checks of Actions start nothing', () => {
    const stage = newStage();
    const sha = stage.commit({
      [CI]: workflow('[release, deployment_status, check_run]', { a: JOB }),
    });
    stage.commit({}, 'refs/tags/v1');
    const draft = (value: boolean, action: string) =>
      stage.tell({
        name: 'release',
        action,
        facts: { ref: 'refs/tags/v1' },
        payload: () => ({ release: { draft: value, tag_name: 'v1' } }),
      });
    expect(draft(true, 'created')).toEqual([]);
    expect(draft(false, 'published')[0]).toMatchObject({
      ref: 'refs/tags/v1',
      headBranch: 'v1',
      title: 'v1',
    });
    const status = (state: string) =>
      stage.tell({
        name: 'deployment_status',
        payload: () => ({ deployment: { sha, ref: 'main' }, deployment_status: { state } }),
      });
    expect(status('inactive')).toEqual([]);
    expect(status('success')[0]).toMatchObject({ sha, ref: 'refs/heads/main' });
    const check = (slug: string) =>
      stage.tell({
        name: 'check_run',
        action: 'completed',
        payload: () => ({ check_run: { head_sha: 'x', app: { slug } } }),
      });
    expect(check('github-actions')).toEqual([]);
    expect(check('other')).toHaveLength(1);
  });
});

describe('a pull request', () => {
  const onPull = { [CI]: workflow('pull_request', { a: JOB }) };

  it('runs at its trial merge', () => {
    const stage = newStage();
    stage.commit(onPull);
    stage.commit({ x: '1' }, 'refs/heads/feature');
    const { pull, runs } = openPull(stage);
    expect(runs[0]).toMatchObject({
      ref: 'refs/pull/1/merge',
      sha: pull.trial?.merge,
      headSha: pull.head.oid,
      headBranch: 'feature',
      title: 'Better',
      pullIds: [pull.id],
      trust: 'full',
    });
  });

  it('with a conflict runs nothing, but pull_request_target does, on the default branch', () => {
    const stage = newStage();
    stage.commit({
      ...onPull,
      '.github/workflows/t.yml': workflow('pull_request_target', { t: JOB }),
      x: '0',
    });
    stage.commit({ x: '1' }, 'refs/heads/feature');
    const sha = stage.commit({ x: '2' });
    const { runs } = openPull(stage);
    expect(runs.map(({ event, ref }) => [event, ref])).toEqual([['pull_request_target', 'refs/heads/main']]);
    expect(runs[0]?.sha).toBe(sha);
  });

  it('that was merged runs closed workflows on the base branch', () => {
    const stage = newStage();
    stage.commit({ [CI]: workflow('{ pull_request: { types: [closed] } }', { a: JOB }) });
    stage.commit({ x: '1' }, 'refs/heads/feature');
    const { pull } = openPull(stage);
    const runs = during(stage, () =>
      mergePull(stage.core, { account: stage.writer, by: user(stage.writer) }, pull, {}),
    );
    expect(runs.find((run) => run.event === 'pull_request')).toMatchObject({
      ref: 'refs/heads/main',
      action: 'closed',
    });
  });

  it('of a fork by somebody unknown waits for approval, then runs without secrets and write access', () => {
    const stage = newStage();
    stage.commit({ [CI]: workflow('pull_request', { a: JOB }, 'permissions: write-all') });
    const outsider = fork(stage);
    const { runs } = openPull(stage, { account: outsider, head: 'outsider:feature' });
    expect(runs[0]).toMatchObject({
      status: 'completed',
      conclusion: 'action_required',
      trust: 'fork',
      pullIds: [],
    });
    stage.core.store.transaction(() => approve(stage.core, runs[0]!));
    expect(stage.run(runs[0]!.id)).toMatchObject({ status: 'queued', conclusion: null, attempt: 1 });
    const { secrets } = stage.core.store.transaction(() =>
      legOf(stage.core, stage.job('a', runs[0]).id, () => ''),
    );
    expect(secrets).toEqual({});
    expect(stage.job('a', runs[0]).permissions).toMatchObject({ contents: 'read', 'id-token': 'none' });
    stage.finish('a', 'success', {}, runs[0]);
    expect(() => approve(stage.core, stage.run(runs[0]!.id))).toThrow('not waiting for approval');
  });

  it('made by the token of a job waits for approval', () => {
    const stage = newStage();
    stage.commit(onPull);
    stage.commit({ x: '1' }, 'refs/heads/feature');
    stage.core.store.transaction(() => {
      const repository = stage.repository();
      stage.core.tables.repositories.put({
        ...repository,
        actions: { ...repository.actions, mayApprovePulls: true },
      });
    });
    const bot = stage.core.tables.accounts.find('login', 'github-actions[bot]')!;
    const { runs } = openPull(stage, { account: bot, by: asJob(stage) });
    expect(runs[0]).toMatchObject({ conclusion: 'action_required', trust: 'full' });
  });
});

describe('workflow_run', () => {
  const chained = (name: string, after: string) =>
    `name: ${name}\non: { workflow_run: { workflows: [${after}], types: [completed] } }\njobs:\n  a:\n    ${JOB}\n`;

  it('follows another workflow, at most three times', () => {
    const stage = newStage();
    stage.commit({
      [CI]: workflow('push', { a: JOB }),
      '.github/workflows/b.yml': chained('B', 'CI'),
      '.github/workflows/c.yml': chained('C', 'B'),
      '.github/workflows/d.yml': chained('D', 'C'),
      '.github/workflows/e.yml': chained('E', 'D'),
    });
    const [first] = stage.push({ x: '1' });
    let run = first;
    const names: string[] = [];
    while (run !== undefined) {
      names.push(run.name);
      const before = run;
      const known = stage.runs().length;
      stage.finish('a', 'success', {}, before);
      run = stage.runs()[known];
    }
    expect(names).toEqual(['CI', 'B', 'C', 'D']);
  });

  it('is told when the other one is requested, begins and completes, and runs trusted', () => {
    const stage = newStage();
    stage.commit({
      [CI]: workflow('push', { a: JOB }),
      '.github/workflows/b.yml': `name: B\non: { workflow_run: { workflows: [CI] } }\njobs:\n  b:\n    ${JOB}\n`,
    });
    stage.push({ x: '1' });
    const first = stage.runs().find((run) => run.name === 'CI')!;
    stage.start('a', first);
    stage.finish('a', 'success', {}, first);
    const followers = stage.runs().filter((run) => run.name === 'B');
    expect(followers.map(({ action }) => action)).toEqual(['requested', 'in_progress', 'completed']);
    expect(followers[0]).toMatchObject({ ref: 'refs/heads/main', chain: 1, trust: 'full' });
  });
});

describe('Dependabot', () => {
  it('has a token that only reads, and its own secrets alone', () => {
    const stage = newStage();
    const { core } = stage;
    const bot = core.store.transaction(() => {
      const at = now(core);
      for (const [owner, value] of [
        [`repository/${stage.repository().id}`, 'all'],
        [`dependabot/${stage.repository().id}`, 'updates'],
      ] as const)
        core.tables.actionsSecrets.put({
          key: valueKey(owner, 'KEY'),
          owner,
          name: 'KEY',
          value,
          createdAt: at,
          updatedAt: at,
        });
      return addAccount(core, 'dependabot[bot]', 'Bot');
    });
    const sha = stage.commit({ [CI]: workflow('push', { a: JOB }, 'permissions: write-all') });
    const [run] = stage.tell({ name: 'push', sender: bot, facts: { ref: 'refs/heads/main', sha } });
    expect(run?.trust).toBe('dependabot');
    expect(stage.job('a').permissions).toMatchObject({ contents: 'read' });
    expect(core.store.transaction(() => legOf(core, stage.job('a').id, () => '')).secrets).toEqual({
      KEY: 'updates',
    });
  });
});
