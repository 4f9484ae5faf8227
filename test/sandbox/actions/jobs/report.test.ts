import { describe, expect, it } from 'vitest';
import { identify } from '../../../../sandbox/access/index.ts';
import { legOf } from '../../../../sandbox/actions/jobs/leg.ts';
import { runnerEvent } from '../../../../sandbox/actions/jobs/report.ts';
import { now } from '../../../../sandbox/kernel/core.ts';
import { valueKey } from '../../../../sandbox/state/actions.ts';
import { JOB, newStage, workflow, type Stage } from '../stage.ts';

const CI = '.github/workflows/ci.yml';

function started(job = JOB, more = '', limits = {}): Stage {
  const stage = newStage({ limits });
  stage.push({ [CI]: workflow('push', { a: job }, more) });
  return stage;
}

const leg = (stage: Stage, name = 'a') =>
  stage.core.store.transaction(() => legOf(stage.core, stage.job(name).id, (job) => `runtime-${job.id}`));

describe('what a runner gets', () => {
  it('the job without what the control plane decided, and every context', () => {
    const stage = started(
      `if: success()\n    timeout-minutes: 7\n    permissions: { issues: write }\n    env: { X: "\${{ github.ref }}" }\n    strategy: { matrix: { os: [linux] } }\n    outputs: { o: "\${{ steps.a.outputs.b }}" }\n    ${JOB}`,
      'env: { TOP: 1 }\ndefaults: { run: { shell: bash } }',
    );
    const run = stage.runs()[0]!;
    const got = leg(stage, 'a (linux)');
    expect(got).toMatchObject({
      runId: run.id,
      attempt: 1,
      repository: { owner: 'owner', name: 'repo' },
      workflow: { name: 'CI', path: CI },
      sha: run.sha,
      ref: 'refs/heads/main',
      event: { name: 'push' },
      actor: 'writer',
      key: 'a',
      name: 'a (linux)',
      workflowEnv: { TOP: '1' },
      workflowDefaults: { run: { shell: 'bash' } },
      matrix: { os: 'linux' },
      strategy: { failFast: true, index: 0, total: 1, maxParallel: 1 },
      timeoutMinutes: 7,
    });
    expect(Object.keys(got.job)).toEqual(['env', 'outputs', 'runs-on', 'steps']);
    expect(got.runtimeToken).toBe(`runtime-${stage.job('a (linux)').id}`);
    expect(got.github).toMatchObject({
      workflow_ref: `owner/repo/${CI}@refs/heads/main`,
      ref_name: 'main',
      ref_type: 'branch',
      run_number: '1',
      repository: 'owner/repo',
    });
  });

  it('a token with the permissions of the job, dead when the job ends', () => {
    const stage = started(`permissions: { issues: write }\n    ${JOB}`);
    const { token } = leg(stage);
    const who = () => identify(stage.core, { authorization: `Bearer ${token}` });
    expect(who()).toMatchObject({
      kind: 'job',
      repositoryId: stage.repository().id,
      permissions: { issues: 'write' },
    });
    stage.finish('a');
    expect(who).toThrow('Bad credentials');
  });
});

describe('what a runner tells', () => {
  it('steps, logs and summaries are kept', () => {
    const stage = started();
    stage.start('a');
    stage.report('a', { kind: 'step-started', number: 1, name: 'make' });
    stage.report('a', { kind: 'log', number: 1, lines: ['one', 'two'] });
    stage.clock.advance(2000);
    stage.report('a', { kind: 'summary', number: 1, markdown: '# Done' });
    stage.report('a', { kind: 'step-finished', number: 1, name: 'make', conclusion: 'success' });
    stage.report('a', { kind: 'step-started', number: 2, name: 'stop' });
    stage.finish('a', 'failure');
    const { id } = stage.job('a');
    expect(stage.core.tables.jobSteps.where('job', id)).toMatchObject([
      {
        name: 'make',
        status: 'completed',
        conclusion: 'success',
        startedAt: '2026-01-01T00:00:00Z',
        completedAt: '2026-01-01T00:00:02Z',
      },
      { name: 'stop', status: 'completed', conclusion: 'failure' },
    ]);
    expect(stage.core.tables.jobLogs.where('job', id)).toMatchObject([{ step: 1, lines: ['one', 'two'] }]);
    expect(stage.core.tables.jobSummaries.where('job', id)).toMatchObject([{ markdown: '# Done' }]);
  });

  it('ten annotations of a level for a step, twenty summaries of 1 MiB for a job', () => {
    const stage = started(JOB, '', { summaryBytes: 2048 });
    stage.start('a');
    const note = (level: 'warning' | 'failure', number: number) =>
      stage.report('a', { kind: 'annotation', number, annotation: { level, message: 'x' } });
    for (let index = 0; index < 12; index++) {
      note('warning', 1);
      note('failure', 1);
    }
    note('warning', 2);
    for (let number = 1; number < 25; number++) stage.report('a', { kind: 'summary', number, markdown: 'x' });
    stage.report('a', { kind: 'summary', number: 3, markdown: 'x'.repeat(4096) });
    const { id } = stage.job('a');
    const notes = stage.core.tables.jobAnnotations.where('job', id);
    expect(notes).toHaveLength(22);
    expect(notes.at(-1)?.annotation.message).toBe(
      '$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 2k, got 4k.',
    );
    expect(stage.core.tables.jobSummaries.where('job', id)).toHaveLength(20);
  });

  it('outputs that hold a secret stay behind, and too large ones fail the job', () => {
    const stage = newStage();
    stage.core.store.transaction(() => {
      const owner = `repository/${stage.repository().id}`;
      const at = now(stage.core);
      stage.core.tables.actionsSecrets.put({
        key: valueKey(owner, 'KEY'),
        owner,
        name: 'KEY',
        value: 'hush',
        createdAt: at,
        updatedAt: at,
      });
    });
    stage.push({ [CI]: workflow('push', { a: JOB, b: JOB }) });
    stage.finish('a', 'success', { safe: '1', leak: 'it is hush!' });
    expect(stage.job('a').outputs).toEqual({ safe: '1' });
    expect(stage.core.tables.jobAnnotations.where('job', stage.job('a').id)[0]?.annotation.message).toBe(
      "Skip output 'leak' since it may contain secret.",
    );
    stage.finish('b', 'success', { big: 'x'.repeat(2 ** 20 + 1) });
    expect(stage.jobs()).toMatchObject({ b: 'failure' });
  });

  it('a reason that a step told already is not told twice', () => {
    const stage = started();
    stage.start('a');
    const message = 'no docker here';
    stage.report('a', { kind: 'step-started', number: 1, name: 'Set up job' });
    stage.report('a', { kind: 'annotation', number: 1, annotation: { level: 'failure', message } });
    stage.report('a', { kind: 'finished', conclusion: 'failure', outputs: {}, reason: message });
    const told = stage.core.tables.jobAnnotations.where('job', stage.job('a').id);
    expect(told.map(({ annotation }) => annotation.message)).toEqual([message]);
  });

  it('a reason becomes an annotation', () => {
    const stage = started();
    stage.start('a');
    stage.report('a', { kind: 'finished', conclusion: 'failure', outputs: {}, reason: 'no docker here' });
    expect(stage.core.tables.jobAnnotations.where('job', stage.job('a').id)[0]?.annotation).toEqual({
      level: 'failure',
      message: 'no docker here',
    });
  });

  it('about a job that is over or unknown is not taken', () => {
    const stage = started();
    expect(runnerEvent(stage.core, 0, { kind: 'log', number: 1, lines: [] })).toBe(false);
    expect(runnerEvent(stage.core, stage.job('a').id, { kind: 'log', number: 1, lines: [] })).toBe(false);
    stage.finish('a');
    expect(runnerEvent(stage.core, stage.job('a').id, { kind: 'log', number: 1, lines: [] })).toBe(false);
  });
});
