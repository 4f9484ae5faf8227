import { now, type Core } from '../../kernel/core.ts';
import type { CallScope, WorkflowJobRow } from '../../state/action-jobs.ts';
import { ExpressionFailure, Scope } from '../expressions/scope.ts';
import { evaluateCondition } from '../expressions/template.ts';
import type { Member } from './concurrency.ts';
import { jobContexts } from './contexts.ts';
import { endJob } from './end.ts';
import { workflowOf } from './files.ts';
import { attemptKey, nodeKey, scopeKey } from './keys.ts';
import { complain } from './note.ts';
import { jobStatus } from './status.ts';
import { putRun } from './tell.ts';
import { announce } from './watch.ts';
import { leave, touch } from './work.ts';

/** Cancels a job: at once where no runner has it, else the runner is told and has time to clean up. */
export function cancelJob(core: Core, jobId: number, reason?: string): void {
  const job = core.tables.workflowJobs.require(jobId);
  if (job.status !== 'in_progress') {
    endJob(core, jobId, 'cancelled', reason === undefined ? {} : { reason });
    return;
  }
  if (job.cancelledAt !== null) return;
  if (reason !== undefined) complain(core, jobId, reason);
  core.tables.workflowJobs.put({ ...job, cancelledAt: now(core) });
  announce(core, { kind: 'cancel', jobId });
}

/**
 * Cancels a run: jobs whose `if` holds although it is cancelled (`always()`) go on, also those that have not begun.
 * Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-cancellation
 */
export function cancelRun(core: Core, runId: number, reason?: string): void {
  const run = core.tables.workflowRuns.require(runId);
  if (run.status === 'completed') return;
  core.tables.workflowRuns.put({ ...run, cancelledAt: run.cancelledAt ?? now(core) });
  for (const job of openJobs(core, run)) if (!survives(core, job)) cancelJob(core, job.id, reason);
  touch(core, runId);
}

/** Ends everything of a run at once, whatever its conditions say. */
export function forceCancelRun(core: Core, runId: number): void {
  const run = core.tables.workflowRuns.require(runId);
  if (run.status === 'completed') return;
  const cancelled = putRun(core, { ...run, cancelledAt: run.cancelledAt ?? now(core) });
  for (const job of openJobs(core, cancelled)) {
    if (job.status === 'in_progress') announce(core, { kind: 'kill', jobId: job.id });
    endJob(core, job.id, 'cancelled');
  }
  for (const node of core.tables.jobNodes.where('attempt', attemptKey({ ...cancelled, runId })))
    if (node.state === 'blocked') core.tables.jobNodes.put({ ...node, state: 'done', result: 'cancelled' });
  touch(core, runId);
}

/** Cancels a call of a workflow with everything under it. */
export function cancelScope(core: Core, key: string, reason?: string): void {
  const scope = core.tables.callScopes.require(key);
  if (scope.state === 'done') return;
  core.tables.callScopes.put({ ...scope, cancelledAt: scope.cancelledAt ?? now(core) });
  for (const job of openJobs(core, { id: scope.runId, attempt: scope.attempt }))
    if (isWithin(job.scope, scope.scope)) cancelJob(core, job.id, reason);
  touch(core, scope.runId);
}

/** Takes a member out of its concurrency group for a newcomer. */
export function evict(core: Core, member: Member, group: string): void {
  const reason = `Canceling since a higher priority waiting request for '${group}' exists`;
  if (member.kind === 'run') cancelRun(core, member.row.id, reason);
  else if (member.kind === 'job') cancelJob(core, member.row.id, reason);
  else cancelScope(core, member.row.key, reason);
  // A run that never began has no job to say why.
  if (member.kind === 'run' && member.row.status === 'pending') leave(core, member.row.repositoryId, group);
}

/** Is a scope the other one or under it? */
export function isWithin(scope: string, other: string): boolean {
  return other === '' || scope === other || scope.startsWith(`${other}/`);
}

/** Was a scope cancelled, by itself or with what contains it? */
export function isCancelled(core: Core, scope: CallScope): boolean {
  if (scope.cancelledAt !== null) return true;
  if (scope.parent === null) return core.tables.workflowRuns.require(scope.runId).cancelledAt !== null;
  return isCancelled(core, core.tables.callScopes.require(scopeKey(scope, scope.parent)));
}

function openJobs(core: Core, run: { readonly id: number; readonly attempt: number }): WorkflowJobRow[] {
  return core.tables.workflowJobs
    .where('attempt', attemptKey({ runId: run.id, attempt: run.attempt }))
    .filter((job) => job.status !== 'completed');
}

/** Does a job go on although its run is cancelled? */
function survives(core: Core, row: WorkflowJobRow): boolean {
  const scope = core.tables.callScopes.require(scopeKey(row, row.scope));
  const workflow = workflowOf(core, scope.origin);
  const job = workflow.jobs.find(({ id }) => id === row.key);
  if (job === undefined) return false;
  const run = core.tables.workflowRuns.require(row.runId);
  const status = jobStatus(
    job,
    workflow.jobs,
    (id) => core.tables.jobNodes.get(nodeKey(scope, scope.scope, id)),
    true,
  );
  try {
    return evaluateCondition(job.if, new Scope(jobContexts(core, run, scope, job), status));
  } catch (error) {
    if (error instanceof ExpressionFailure) return false;
    throw error;
  }
}
