import { describe, expect, it } from 'vitest';
import { cancel, forceCancel } from '../../../../sandbox/actions/runs/control.ts';
import { watchJobs, type JobNews } from '../../../../sandbox/actions/jobs/watch.ts';
import { JOB, newStage, workflow, type Stage } from '../stage.ts';

const CI = '.github/workflows/ci.yml';
const JOBS = {
  running: JOB,
  stubborn: `if: always()\n    ${JOB}`,
  queued: JOB,
  after: `needs: running\n    ${JOB}`,
  clean: `needs: running\n    if: always()\n    ${JOB}`,
  mourn: `needs: running\n    if: cancelled()\n    ${JOB}`,
  repair: `needs: running\n    if: failure()\n    ${JOB}`,
};

function started(): { stage: Stage; news: JobNews[]; id: number } {
  const stage = newStage();
  const news: JobNews[] = [];
  const [run] = stage.push({ [CI]: workflow('push', JOBS) });
  stage.start('running');
  stage.start('stubborn');
  watchJobs(stage.core, (one) => news.push(one));
  return { stage, news, id: run!.id };
}

// https://docs.github.com/actions/reference/workflows-and-actions/workflow-cancellation
describe('cancelling a run', () => {
  it('tells runners to stop, drops what is queued, and lets always() and cancelled() run', () => {
    const { stage, news, id } = started();
    stage.core.store.transaction(() => cancel(stage.core, stage.run(id)));
    expect(stage.jobs()).toEqual({ running: 'in_progress', stubborn: 'in_progress', queued: 'cancelled' });
    expect(news).toEqual([{ kind: 'cancel', jobId: stage.job('running').id }]);
    stage.finish('running', 'cancelled');
    expect(stage.jobs()).toMatchObject({
      after: 'skipped',
      clean: 'queued',
      mourn: 'queued',
      repair: 'skipped',
    });
    for (const name of ['stubborn', 'clean', 'mourn']) stage.finish(name);
    expect(stage.run(id)).toMatchObject({ status: 'completed', conclusion: 'cancelled' });
  });

  it('by force ends everything at once', () => {
    const { stage, news, id } = started();
    stage.core.store.transaction(() => forceCancel(stage.core, stage.run(id)));
    expect(stage.jobs()).toEqual({ running: 'cancelled', stubborn: 'cancelled', queued: 'cancelled' });
    expect(stage.run(id)).toMatchObject({ status: 'completed', conclusion: 'cancelled' });
    expect(news.map(({ kind }) => kind)).toEqual(['kill', 'kill']);
  });

  it('is refused once it is over', () => {
    const { stage, id } = started();
    stage.core.store.transaction(() => forceCancel(stage.core, stage.run(id)));
    expect(() => stage.core.store.transaction(() => cancel(stage.core, stage.run(id)))).toThrow(
      'Cannot cancel a workflow run that is completed.',
    );
  });

  it('a runner that reports later is told that it is over', () => {
    const { stage, id } = started();
    stage.core.store.transaction(() => forceCancel(stage.core, stage.run(id)));
    stage.report('running', { kind: 'finished', conclusion: 'success', outputs: {} });
    expect(stage.jobs()['running']).toBe('cancelled');
  });
});
