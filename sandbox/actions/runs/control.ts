/** What people do to runs: cancel, approve, review deployments. Each is a part of the caller's transaction. */
import { newId, now, type Core } from '../../kernel/core.ts';
import { ApiError, unprocessable } from '../../kernel/errors.ts';
import { isReviewer } from '../../deployments/environments.ts';
import type { PendingDeployment, RunReview, WorkflowRun } from '../../state/actions.ts';
import { enqueue } from '../jobs/admit.ts';
import { endJob } from '../jobs/end.ts';
import { workflowOf } from '../jobs/files.ts';
import { settle } from '../jobs/step.ts';
import { cancelRun, forceCancelRun } from '../jobs/stop.ts';
import { putRun } from '../jobs/tell.ts';
import { launch } from './start.ts';

/** Cancels a run. @throws ApiError 409 where it is over */
export function cancel(core: Core, run: WorkflowRun): void {
  if (run.status === 'completed') throw new ApiError(409, 'Cannot cancel a workflow run that is completed.');
  cancelRun(core, run.id);
  settle(core);
}

/** Ends a run at once, also jobs with `always()`. @throws ApiError 409 where it is over */
export function forceCancel(core: Core, run: WorkflowRun): void {
  if (run.status === 'completed') throw new ApiError(409, 'Cannot cancel a workflow run that is completed.');
  forceCancelRun(core, run.id);
  settle(core);
}

/** Lets a run begin that waited for approval. @throws ApiError 403 where it waits for none */
export function approve(core: Core, run: WorkflowRun): WorkflowRun {
  if (run.conclusion !== 'action_required') throw new ApiError(403, 'This run is not waiting for approval');
  const fresh = putRun(core, { ...run, status: 'queued', conclusion: null, startedAt: now(core) });
  const workflow = workflowOf(core, { repositoryId: run.repositoryId, path: run.path, sha: run.workflowSha });
  return launch(core, fresh, workflow);
}

/** Environments of a run that wait, with what they wait for. */
export function pendingDeployments(core: Core, run: WorkflowRun): PendingDeployment[] {
  return core.tables.pendingDeployments.where('run', run.id);
}

/** May somebody review what waits for an environment? Not for a run of their own where the environment forbids that. */
export function mayReview(core: Core, run: WorkflowRun, environmentId: number, userId: number): boolean {
  const environment = core.tables.environments.get(environmentId);
  if (environment === undefined || !isReviewer(core, environment, userId)) return false;
  return !(environment.preventSelfReview && [run.actorId, run.triggeringActorId].includes(userId));
}

/**
 * Approves or rejects what waits for some environments.
 * @throws ApiError 422 where nothing waits for one of them, or the reviewer may not
 */
export function reviewPendingDeployments(
  core: Core,
  run: WorkflowRun,
  review: Pick<RunReview, 'userId' | 'state' | 'comment' | 'environmentIds'>,
): RunReview {
  const pending = pendingDeployments(core, run).filter((one) => one.needsReview);
  for (const id of review.environmentIds) {
    if (!pending.some((one) => one.environmentId === id))
      throw unprocessable(
        `There are no pending deployment requests for environment ${id} to approve or reject`,
      );
    if (!mayReview(core, run, id, review.userId))
      throw unprocessable(`You are not allowed to review deployments to environment ${id}`);
  }
  const row = core.tables.runReviews.put({
    id: newId(core),
    runId: run.id,
    userId: review.userId,
    state: review.state,
    comment: review.comment,
    environmentIds: review.environmentIds,
    createdAt: now(core),
  });
  for (const one of pending)
    if (review.environmentIds.includes(one.environmentId)) answer(core, one, review.state);
  settle(core);
  return row;
}

function answer(core: Core, pending: PendingDeployment, state: RunReview['state']): void {
  if (state === 'rejected') {
    endJob(core, pending.jobId, 'failure', {
      reason: "The deployment was rejected or didn't satisfy other protection rules.",
    });
    return;
  }
  core.tables.pendingDeployments.put({ ...pending, needsReview: false });
  passTimer(core, pending.jobId);
}

/** Lets a job go on whose reviews are in and whose timer has run out. */
export function passTimer(core: Core, jobId: number): void {
  const pending = core.tables.pendingDeployments.require(jobId);
  if (pending.needsReview) return;
  if (pending.waitUntil !== null && Date.parse(pending.waitUntil) > core.clock.now()) return;
  enqueue(core, jobId);
}
