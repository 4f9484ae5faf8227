import { revokeJobToken } from '../../access/tokens.ts';
import { newId, now, type Core } from '../../kernel/core.ts';
import type { WorkflowJobRow } from '../../state/action-jobs.ts';
import type { Conclusion } from '../leg.ts';
import { complain } from './note.ts';
import { putJob } from './tell.ts';
import { leave, touch } from './work.ts';

/** Ends a job: it leaves its group, its environment and its runner, and its token is nobody's. Whoever waits for it is looked at when the work settles. */
export function endJob(
  core: Core,
  jobId: number,
  conclusion: Conclusion,
  more: { readonly reason?: string; readonly outputs?: WorkflowJobRow['outputs'] } = {},
): void {
  const job = core.tables.workflowJobs.require(jobId);
  if (job.status === 'completed') return;
  if (more.reason !== undefined) complain(core, jobId, more.reason);
  core.tables.pendingDeployments.remove(jobId);
  for (const runner of core.tables.runners.where('job', jobId)) {
    if (runner.ephemeral) core.tables.runners.remove(runner.id);
    else core.tables.runners.put({ ...runner, jobId: null });
  }
  endSteps(core, jobId, conclusion);
  revokeJobToken(core, jobId);
  putJob(core, {
    ...job,
    status: 'completed',
    conclusion,
    held: false,
    wants: null,
    outputs: more.outputs ?? job.outputs,
    startedAt: job.startedAt ?? now(core),
    completedAt: now(core),
    ended: newId(core),
  });
  if (job.concurrency !== null) leave(core, job.repositoryId, job.concurrency.group);
  touch(core, job.runId);
}

/** Steps that never ended get an end. */
function endSteps(core: Core, jobId: number, conclusion: Conclusion): void {
  for (const step of core.tables.jobSteps.where('job', jobId)) {
    if (step.status === 'completed') continue;
    core.tables.jobSteps.put({
      ...step,
      status: 'completed',
      conclusion: step.status === 'queued' || conclusion === 'success' ? 'skipped' : conclusion,
      completedAt: now(core),
    });
  }
}
