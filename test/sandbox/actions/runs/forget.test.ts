import { expect, it } from 'vitest';
import { watchJobs, type JobNews } from '../../../../sandbox/actions/jobs/watch.ts';
import { forgetActions } from '../../../../sandbox/actions/runs/forget.ts';
import { nextTick } from '../../../../sandbox/actions/runs/tick.ts';
import { JOB, newStage, workflow } from '../stage.ts';

it('a repository that goes takes its runs along, without starting others, and stops its runners', () => {
  const stage = newStage();
  stage.push({
    '.github/workflows/ci.yml': workflow('{ push: , schedule: [{ cron: "0 0 * * *" }] }', { a: JOB, b: JOB }),
    '.github/workflows/after.yml': `on: { workflow_run: { workflows: [CI], types: [completed] } }\njobs:\n  a:\n    ${JOB}\n`,
  });
  stage.start('a');
  const job = stage.job('a').id;
  const news: JobNews[] = [];
  watchJobs(stage.core, (one) => news.push(one));
  stage.core.store.transaction(() => forgetActions(stage.core, stage.repository().id));
  const { tables } = stage.core;
  for (const table of [
    tables.workflowRuns,
    tables.workflowJobs,
    tables.runAttempts,
    tables.runEvents,
    tables.jobNodes,
    tables.callScopes,
    tables.workflowFiles,
    tables.scheduleMarks,
  ])
    expect([...table.all()]).toEqual([]);
  expect(news).toEqual([{ kind: 'kill', jobId: job }]);
  expect(nextTick(stage.core)).toBeUndefined();
});
