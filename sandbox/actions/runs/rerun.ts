import { now, type Core } from '../../kernel/core.ts';
import { ApiError } from '../../kernel/errors.ts';
import type { CallScope, WorkflowJobRow } from '../../state/action-jobs.ts';
import type { WorkflowRun } from '../../state/actions.ts';
import { workflowOf } from '../jobs/files.ts';
import { attemptKey, scopeKey } from '../jobs/keys.ts';
import { descendants } from '../jobs/status.ts';
import { isWithin } from '../jobs/stop.ts';
import { putRun } from '../jobs/tell.ts';
import { launch } from './start.ts';

/** https://docs.github.com/actions/how-tos/manage-workflow-runs/re-run-workflows-and-jobs */
const DAYS = 30;

/** What to run again; everything else keeps its result. */
export type Again =
  { readonly kind: 'all' } | { readonly kind: 'failed' } | { readonly kind: 'job'; readonly jobId: number };

/**
 * Starts a new attempt of a run, of the same commit, in the name of `userId` but with the trust of the first.
 * @throws ApiError 403 while it runs, after 30 days, after too many attempts, or where there is nothing to repeat
 */
export function rerun(core: Core, run: WorkflowRun, userId: number, again: Again): WorkflowRun {
  check(core, run);
  const jobs = core.tables.workflowJobs.where('attempt', attemptKey({ runId: run.id, attempt: run.attempt }));
  const chosen = jobs.filter((job) => isChosen(job, again));
  if (again.kind !== 'all' && chosen.length === 0)
    throw new ApiError(403, 'This workflow run has no jobs that could be re-run');
  const repeated =
    again.kind === 'all' ? new Set(jobs.map(({ id }) => id)) : withFollowers(core, chosen, jobs);
  const attempt = run.attempt + 1;
  const at = now(core);
  core.tables.runAttempts.put({
    key: attemptKey({ runId: run.id, attempt }),
    runId: run.id,
    attempt,
    status: 'queued',
    conclusion: null,
    triggeringActorId: userId,
    kept: jobs.filter(({ id }) => !repeated.has(id)).map(({ id }) => id),
    createdAt: at,
    startedAt: at,
    updatedAt: at,
  });
  const fresh = putRun(core, {
    ...run,
    attempt,
    status: 'queued',
    conclusion: null,
    cancelledAt: null,
    concurrency: null,
    triggeringActorId: userId,
    startedAt: at,
  });
  const workflow = workflowOf(core, { repositoryId: run.repositoryId, path: run.path, sha: run.workflowSha });
  return launch(core, fresh, workflow, again.kind !== 'all');
}

function check(core: Core, run: WorkflowRun): void {
  if (run.status !== 'completed') throw new ApiError(403, 'This workflow is already running');
  if (run.conclusion === 'startup_failure' || run.conclusion === 'action_required')
    throw new ApiError(403, 'This workflow run cannot be retried');
  if (core.clock.now() - Date.parse(run.createdAt) > DAYS * 24 * 60 * 60_000)
    throw new ApiError(403, 'Unable to retry this workflow run because it was created over a month ago');
  if (run.attempt > core.limits.reruns)
    throw new ApiError(
      403,
      `Unable to retry this workflow run because it was retried ${core.limits.reruns} times`,
    );
}

function isChosen(job: WorkflowJobRow, again: Again): boolean {
  if (again.kind === 'job') return job.id === again.jobId;
  return again.kind === 'failed' && ['failure', 'cancelled', 'timed_out'].includes(job.conclusion ?? '');
}

/** Jobs with all that come after them: in their own file, and after the calls that contain them. */
function withFollowers(
  core: Core,
  chosen: readonly WorkflowJobRow[],
  jobs: readonly WorkflowJobRow[],
): ReadonlySet<number> {
  const repeated = new Set(chosen.map(({ id }) => id));
  for (const job of chosen)
    for (const { scope, id } of trailOf(core, job)) {
      const later = descendants([id], workflowOf(core, scope.origin).jobs);
      for (const other of jobs)
        if (later.some((one) => belongs(other, scope.scope, one))) repeated.add(other.id);
    }
  return repeated;
}

/** A job in its file, the call that contains it in the file above, and so on up. */
function* trailOf(core: Core, job: WorkflowJobRow): Generator<{ scope: CallScope; id: string }> {
  let scope = scopeOf(core, job, job.scope);
  yield { scope, id: job.key };
  while (scope.parent !== null && scope.callerId !== null) {
    const id = scope.callerId;
    scope = scopeOf(core, job, scope.parent);
    yield { scope, id };
  }
}

function scopeOf(core: Core, job: WorkflowJobRow, scope: string): CallScope {
  return core.tables.callScopes.require(scopeKey(job, scope));
}

/** Is a job the one of that id in a scope, or inside the call of that id? */
function belongs(job: WorkflowJobRow, scope: string, id: string): boolean {
  if (job.scope === scope) return job.key === id;
  const inside = scope === '' ? id : `${scope}/${id}`;
  return isWithin(job.scope, inside) || job.scope.startsWith(`${inside}#`);
}
