import type { Core } from '../../kernel/core.ts';
import type { CallScope } from '../../state/action-jobs.ts';
import type { WorkflowRun } from '../../state/actions.ts';
import { defaultPermissions, lesser, withoutWrite, type TokenPermissions } from '../permissions.ts';
import type { Workflow, WorkflowJob } from '../workflow/model.ts';

/**
 * Permissions of a job's token: the job's, else its file's, else the caller's, else the repository's setting;
 * never more than the caller gave, and nothing to write for forks and Dependabot.
 * Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#how-permissions-are-calculated-for-a-workflow-job
 */
export function jobPermissions(
  core: Core,
  run: WorkflowRun,
  scope: CallScope,
  workflow: Workflow,
  job: WorkflowJob,
): TokenPermissions {
  const { actions } = core.tables.repositories.require(run.repositoryId);
  const asked = job.permissions ?? workflow.permissions ?? scope.permissions;
  const given = asked ?? defaultPermissions(actions.defaultToken);
  const bounded = scope.permissions === null ? given : lesser(given, scope.permissions);
  return run.trust === 'full' ? bounded : withoutWrite(bounded);
}

/** What the jobs of a called workflow may have at most; null where neither the call nor anything above it says. */
export function calledPermissions(
  scope: CallScope,
  workflow: Workflow,
  job: WorkflowJob,
): TokenPermissions | null {
  const asked = job.permissions ?? workflow.permissions ?? null;
  if (asked === null) return scope.permissions;
  return scope.permissions === null ? asked : lesser(asked, scope.permissions);
}
