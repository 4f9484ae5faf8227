import type { Core } from '../../kernel/core.ts';
import type { WorkflowJobRow } from '../../state/action-jobs.ts';
import type { FindJob, ResultsJob } from '../results/index.ts';

/** What the artifact and cache services know of a job. */
export function resultsJob(core: Core, job: WorkflowJobRow): ResultsJob {
  const run = core.tables.workflowRuns.require(job.runId);
  const repository = core.tables.repositories.require(job.repositoryId);
  const bases = run.pullIds.flatMap((id) => {
    const pull = core.tables.pulls.get(id);
    return pull === undefined ? [] : [`refs/heads/${pull.base.ref}`];
  });
  return {
    repositoryId: job.repositoryId,
    runId: job.runId,
    attempt: job.attempt,
    jobId: job.id,
    running: job.status !== 'completed',
    cacheRefs: [...new Set([run.ref, ...bases, `refs/heads/${repository.defaultBranch}`])],
    savesCaches: true,
  };
}

/** The job behind a runtime token. */
export function findResultsJob(core: Core): FindJob {
  return (jobId) => {
    const job = core.tables.workflowJobs.get(jobId);
    return job === undefined ? undefined : resultsJob(core, job);
  };
}
