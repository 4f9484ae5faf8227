import { now, type Core } from '../../kernel/core.ts';
import { isoTime } from '../../kernel/environment.ts';
import type { WorkflowJobRow } from '../../state/action-jobs.ts';
import { portsOf, type EnvironmentGate } from '../ports.ts';
import { enterGroup } from './groups.ts';
import { endJob } from './end.ts';
import { shortRef } from './github-context.ts';
import { putJob } from './tell.ts';
import { announce } from './watch.ts';

/** Lets a new job through its gates, as far as they open: concurrency group, environment, queue. */
export function admit(core: Core, jobId: number): void {
  const job = core.tables.workflowJobs.require(jobId);
  const concurrency = job.wants?.concurrency ?? null;
  if (concurrency === null) {
    approach(core, jobId);
    return;
  }
  const held = { group: concurrency.group, queue: concurrency.queue };
  const outcome = enterGroup(core, { kind: 'job', row: job }, concurrency);
  if (outcome === 'refused' || outcome === 'deadlock') {
    endJob(core, jobId, 'cancelled', { reason: refusal(outcome, concurrency.group) });
    return;
  }
  const member = { ...job, concurrency: held };
  if (outcome === 'pending') putJob(core, { ...member, status: 'pending' }, true);
  else approach(core, core.tables.workflowJobs.put(member).id);
}

function refusal(outcome: 'refused' | 'deadlock', group: string): string {
  return outcome === 'refused'
    ? `The queue of concurrency group '${group}' is full`
    : `Canceling since a deadlock was detected for concurrency group: '${group}'`;
}

/** The group, if any, is held: on to the environment. */
export function approach(core: Core, jobId: number): void {
  const job = core.tables.workflowJobs.require(jobId);
  const wanted = job.wants?.environment ?? null;
  if (wanted === null) {
    enqueue(core, jobId);
    return;
  }
  const run = core.tables.workflowRuns.require(job.runId);
  const gate = portsOf(core).environment(
    core,
    core.tables.repositories.require(job.repositoryId),
    wanted.name,
  );
  if (!gate.allows(run.ref)) {
    endJob(core, jobId, 'failure', {
      reason: `Branch "${shortRef(run.ref)}" is not allowed to deploy to ${gate.name} due to environment protection rules.`,
    });
    return;
  }
  const named = core.tables.workflowJobs.put({ ...job, environmentId: gate.id, deploys: wanted.deployment });
  if (gate.waitMinutes === 0 && !gate.needsReview) {
    enqueue(core, jobId);
    return;
  }
  keepWaiting(core, named, gate);
}

function keepWaiting(core: Core, job: WorkflowJobRow, gate: EnvironmentGate): void {
  const ends = core.clock.now() + gate.waitMinutes * 60_000;
  core.tables.pendingDeployments.put({
    jobId: job.id,
    runId: job.runId,
    repositoryId: job.repositoryId,
    environmentId: gate.id,
    waitUntil: gate.waitMinutes === 0 ? null : isoTime(ends),
    waitStartedAt: now(core),
    needsReview: gate.needsReview,
    createdAt: now(core),
  });
  putJob(core, { ...job, status: 'waiting' });
}

/** Nothing holds the job back: a runner may take it. */
export function enqueue(core: Core, jobId: number): void {
  const job = core.tables.workflowJobs.require(jobId);
  core.tables.pendingDeployments.remove(jobId);
  putJob(core, { ...job, status: 'queued', wants: null, queuedAt: now(core) });
  announce(core, { kind: 'queued', jobId });
}
