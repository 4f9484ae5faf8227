import { removeSuite } from '../../checks/suites.ts';
import type { Core } from '../../kernel/core.ts';
import { ApiError } from '../../kernel/errors.ts';
import type { WorkflowRun } from '../../state/actions.ts';
import { removeArtifact } from '../results/index.ts';

/** Removes a run with its attempts, jobs, checks, logs and artifacts. @throws ApiError 403 while it is not over */
export function removeRun(core: Core, run: WorkflowRun): void {
  if (run.status !== 'completed') throw new ApiError(403, 'Could not delete the workflow run');
  const { tables } = core;
  removeLogs(core, run);
  for (const artifact of tables.artifacts.where('run', run.id)) removeArtifact(core, artifact);
  for (const job of tables.workflowJobs.where('run', run.id)) {
    for (const table of [tables.jobSteps, tables.jobSummaries] as const) {
      for (const key of [...table.keys('job', job.id)]) table.remove(key);
    }
    for (const key of [...tables.jobAnnotations.keys('job', job.id)]) tables.jobAnnotations.remove(key);
    tables.workflowJobs.remove(job.id);
  }
  for (const { key, attempt } of tables.runAttempts.where('run', run.id)) {
    for (const table of [tables.jobNodes, tables.callScopes] as const) {
      for (const one of [...table.keys('attempt', `${run.id}/${attempt}`)]) table.remove(one);
    }
    tables.runAttempts.remove(key);
  }
  for (const review of tables.runReviews.where('run', run.id)) tables.runReviews.remove(review.id);
  for (const suite of tables.checkSuites.where('workflowRun', run.id)) removeSuite(core, suite.id);
  tables.runEvents.remove(run.id);
  tables.workflowRuns.remove(run.id);
}

/** Removes what the jobs of a run said. */
export function removeLogs(core: Core, run: WorkflowRun): void {
  for (const job of core.tables.workflowJobs.where('run', run.id)) {
    for (const key of [...core.tables.jobLogs.keys('job', job.id)]) core.tables.jobLogs.remove(key);
  }
}
