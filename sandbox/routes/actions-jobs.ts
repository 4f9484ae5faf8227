import { rerun } from '../actions/runs/rerun.ts';
import { hasLog, jobLogPath } from '../actions/results/index.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';
import { notFound } from '../kernel/errors.ts';
import type { WorkflowJobRow } from '../state/action-jobs.ts';
import { jobsOfAttempt, jobView } from '../views/actions-runs.ts';
import { attemptOfPath, refuseDebug, runOfPath } from './actions-runs.ts';

/** The job of the path. @throws ApiError 404 */
function jobOfPath(c: Context): WorkflowJobRow {
  const job = c.tables.workflowJobs.get(c.number('job_id'));
  if (job?.repositoryId !== c.repo.id) throw notFound();
  return job;
}

function page(c: Context, jobs: readonly WorkflowJobRow[]): Reply {
  return c.page(
    jobs,
    (job) => jobView(c, job),
    (list, total_count) => ({ total_count, jobs: list }),
  );
}

/** Jobs of the newest attempt, or with `filter=all` of every one. */
function list(c: Context): Reply {
  const run = runOfPath(c);
  const all = c.ask('filter') === 'all';
  return page(c, all ? c.tables.workflowJobs.where('run', run.id) : jobsOfAttempt(c, run.id, run.attempt));
}

/** Jobs: https://docs.github.com/rest/actions/workflow-jobs */
export const actionsJobRoutes: Routes = {
  'actions/list-jobs-for-workflow-run': list,
  'actions/list-jobs-for-workflow-run-attempt': (c) =>
    page(c, jobsOfAttempt(c, runOfPath(c).id, attemptOfPath(c).attempt)),
  'actions/get-job-for-workflow-run': (c) => c.ok(jobView(c, jobOfPath(c))),
  'actions/download-job-logs-for-workflow-run': (c) => {
    const job = jobOfPath(c);
    if (!hasLog(c.core, job)) throw notFound();
    return c.redirect(c.urls.web + jobLogPath(c.core, job));
  },
  'actions/re-run-job-for-workflow-run': (c) => {
    refuseDebug(c);
    const job = jobOfPath(c);
    const run = c.tables.workflowRuns.require(job.runId);
    rerun(c.core, run, c.actor.id, { kind: 'job', jobId: job.id });
    return { status: 201, body: {} };
  },
};
