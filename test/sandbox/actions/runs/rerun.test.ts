import { describe, expect, it } from 'vitest';
import { rerun, type Again } from '../../../../sandbox/actions/runs/rerun.ts';
import { JOB, newStage, workflow, type Stage } from '../stage.ts';

const CI = '.github/workflows/ci.yml';
const DAY = 24 * 60 * 60_000;

function again(stage: Stage, id: number, what: Again): void {
  stage.core.store.transaction(() => rerun(stage.core, stage.run(id), stage.owner.id, what));
}

function failed(): { stage: Stage; id: number } {
  const stage = newStage();
  const [run] = stage.push({
    [CI]: workflow('push', {
      a: JOB,
      b: JOB,
      c: `needs: [a, b]\n    ${JOB}`,
      d: `needs: a\n    name: d \${{ needs.a.outputs.x }}\n    ${JOB}`,
    }),
  });
  stage.finish('a', 'success', { x: '1' });
  stage.finish('b', 'failure');
  stage.finish('d 1');
  return { stage, id: run!.id };
}

// https://docs.github.com/actions/how-tos/manage-workflow-runs/re-run-workflows-and-jobs
describe('running again', () => {
  it('all jobs', () => {
    const { stage, id } = failed();
    again(stage, id, { kind: 'all' });
    expect(stage.run(id)).toMatchObject({
      attempt: 2,
      status: 'queued',
      conclusion: null,
      actorId: stage.writer.id,
      triggeringActorId: stage.owner.id,
    });
    expect(stage.jobs()).toEqual({ a: 'queued', b: 'queued' });
    expect(stage.core.tables.runAttempts.get(`${id}/1`)).toMatchObject({
      status: 'completed',
      conclusion: 'failure',
    });
  });

  it('failed jobs and what comes after them; the rest keeps its result and outputs', () => {
    const { stage, id } = failed();
    again(stage, id, { kind: 'failed' });
    expect(stage.jobs()).toEqual({ a: 'success', b: 'queued', 'd 1': 'success' });
    expect(stage.job('a').keptFrom).not.toBeNull();
    stage.finish('b');
    stage.finish('c');
    expect(stage.run(id)).toMatchObject({ attempt: 2, conclusion: 'success' });
  });

  it('one job with what comes after it', () => {
    const { stage, id } = failed();
    again(stage, id, { kind: 'job', jobId: stage.job('a').id });
    expect(stage.jobs()).toEqual({ a: 'queued', b: 'failure' });
    stage.finish('a', 'success', { x: '2' });
    expect(stage.jobs()).toEqual({ a: 'success', b: 'failure', c: 'skipped', 'd 2': 'queued' });
  });

  it('one leg of a matrix', () => {
    const stage = newStage();
    const [run] = stage.push({
      [CI]: workflow('push', { t: `strategy: { fail-fast: false, matrix: { n: [1, 2] } }\n    ${JOB}` }),
    });
    stage.finish('t (1)');
    stage.finish('t (2)', 'failure');
    again(stage, run!.id, { kind: 'failed' });
    expect(stage.jobs()).toEqual({ 't (1)': 'success', 't (2)': 'queued' });
    stage.finish('t (2)');
    expect(stage.run(run!.id).conclusion).toBe('success');
  });

  it('failed jobs inside a called workflow, of the same commit of it', () => {
    const stage = newStage();
    const [run] = stage.push({
      [CI]: workflow('push', {
        call: 'uses: ./.github/workflows/x.yml',
        z: `needs: call\n    ${JOB}`,
        y: JOB,
      }),
      '.github/workflows/x.yml': workflow('workflow_call', {
        one: JOB,
        two: JOB,
        three: `needs: two\n    ${JOB}`,
      }),
    });
    stage.finish('call / one');
    stage.finish('call / two', 'failure');
    stage.finish('y');
    again(stage, run!.id, { kind: 'failed' });
    expect(stage.jobs()).toEqual({ 'call / one': 'success', 'call / two': 'queued', y: 'success' });
    stage.finish('call / two');
    stage.finish('call / three');
    stage.finish('z');
    expect(stage.run(run!.id).conclusion).toBe('success');
  });

  it('a third attempt keeps what the second kept', () => {
    const { stage, id } = failed();
    const first = stage.job('a').id;
    again(stage, id, { kind: 'failed' });
    stage.finish('b', 'failure');
    again(stage, id, { kind: 'failed' });
    expect(stage.job('a').keptFrom).toBe(first);
    expect(stage.jobs()).toEqual({ a: 'success', b: 'queued', 'd 1': 'success' });
  });

  it('is refused while it runs, after 30 days, after 50 times, and without failed jobs', () => {
    const { stage, id } = failed();
    stage.clock.advance(31 * DAY);
    expect(() => again(stage, id, { kind: 'all' })).toThrow('over a month ago');
    const other = failed();
    again(other.stage, other.id, { kind: 'all' });
    expect(() => again(other.stage, other.id, { kind: 'all' })).toThrow('already running');
    const limited = newStage({ limits: { reruns: 1 } });
    const [run] = limited.push({ [CI]: workflow('push', { a: JOB }) });
    limited.finish('a');
    expect(() => again(limited, run!.id, { kind: 'failed' })).toThrow('no jobs that could be re-run');
    again(limited, run!.id, { kind: 'all' });
    limited.finish('a');
    expect(() => again(limited, run!.id, { kind: 'all' })).toThrow('retried 1 times');
  });

  it('a cancelled run can be run again, and begins anew', () => {
    const stage = newStage();
    const [run] = stage.push({ [CI]: workflow('push', { a: JOB, b: `needs: a\n    ${JOB}` }) });
    stage.finish('a', 'cancelled');
    expect(stage.run(run!.id).conclusion).toBe('cancelled');
    again(stage, run!.id, { kind: 'failed' });
    stage.finish('a');
    stage.finish('b');
    expect(stage.run(run!.id).conclusion).toBe('success');
  });
});
