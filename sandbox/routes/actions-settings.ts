import type { Context, Reply, Routes } from '../kernel/context.ts';
import { ApiError, unprocessable } from '../kernel/errors.ts';
import type { Repository } from '../state/repositories.ts';
import type { Runner } from '../state/actions.ts';

type Actions = Repository['actions'];

function change(c: Context, part: Partial<Actions>): Reply {
  c.tables.repositories.put({ ...c.repo, actions: { ...c.repo.actions, ...part }, updatedAt: c.now });
  return c.noContent();
}

function unsupported(c: Context, what: string): ApiError {
  return new ApiError(501, `The sandbox does not support ${what} of ${c.operation.id}`);
}

/** Which actions may run is not restricted here: another policy than `all` would be one that nobody keeps. */
function setPermissions(c: Context): Reply {
  const {
    enabled,
    allowed_actions: allowed = 'all',
    sha_pinning_required: pinned = false,
  } = c.input<{
    enabled: boolean;
    allowed_actions?: string;
    sha_pinning_required?: boolean;
  }>();
  if (allowed !== 'all') throw unsupported(c, `allowed_actions ${allowed}`);
  if (pinned) throw unsupported(c, 'sha_pinning_required');
  return change(c, { enabled });
}

function setTokens(c: Context): Reply {
  const { default_workflow_permissions: defaultToken, can_approve_pull_request_reviews: mayApprovePulls } =
    c.input<{
      default_workflow_permissions?: Actions['defaultToken'];
      can_approve_pull_request_reviews?: boolean;
    }>();
  return change(c, {
    ...(defaultToken === undefined ? {} : { defaultToken }),
    ...(mayApprovePulls === undefined ? {} : { mayApprovePulls }),
  });
}

function labelsOf(runner: Runner) {
  const own = ['self-hosted', runner.os, 'X64', 'ARM64'].map((label) => label.toLowerCase());
  return runner.labels.map((name, id) => ({
    id: id + 1,
    name,
    type: own.includes(name.toLowerCase()) ? 'read-only' : 'custom',
  }));
}

const runnerView = (runner: Runner) => ({
  id: runner.id,
  runner_group_id: 1,
  name: runner.name,
  os: runner.os,
  status: runner.online ? 'online' : 'offline',
  busy: runner.jobId !== null,
  ephemeral: runner.ephemeral,
  labels: labelsOf(runner),
});

function runners(c: Context, rows: readonly Runner[]): Reply {
  const name = c.ask('name');
  return c.page(
    rows.filter((runner) => name === undefined || runner.name === name),
    runnerView,
    (list, total_count) => ({ total_count, runners: list }),
  );
}

/** The repository's runner that the path names. @throws ApiError 404 */
function runnerOfPath(c: Context): Runner {
  const runner = c.tables.runners.get(c.number('runner_id'));
  return c.found(runner?.repositoryId === c.repo.id ? runner : undefined);
}

/** Permissions: https://docs.github.com/rest/actions/permissions, runners: https://docs.github.com/rest/actions/self-hosted-runners */
export const actionsSettingRoutes: Routes = {
  'actions/get-github-actions-permissions-repository': (c) =>
    c.ok({
      enabled: c.repo.actions.enabled,
      ...(c.repo.actions.enabled ? { allowed_actions: 'all' } : {}),
      sha_pinning_required: false,
    }),
  'actions/set-github-actions-permissions-repository': setPermissions,
  'actions/get-github-actions-default-workflow-permissions-repository': (c) =>
    c.ok({
      default_workflow_permissions: c.repo.actions.defaultToken,
      can_approve_pull_request_reviews: c.repo.actions.mayApprovePulls,
    }),
  'actions/set-github-actions-default-workflow-permissions-repository': setTokens,
  'actions/get-fork-pr-contributor-approval-permissions-repository': (c) =>
    c.ok({ approval_policy: c.repo.actions.forkApproval }),
  'actions/set-fork-pr-contributor-approval-permissions-repository': (c) =>
    change(c, { forkApproval: c.input<{ approval_policy: Actions['forkApproval'] }>().approval_policy }),
  'actions/get-workflow-access-to-repository': (c) => c.ok({ access_level: 'none' }),
  'actions/get-artifact-and-log-retention-settings-repository': (c) =>
    c.ok({ days: c.core.limits.artifactDays, maximum_allowed_days: c.core.limits.artifactDays }),
  'actions/get-custom-oidc-sub-claim-for-repo': (c) => c.ok({ use_default: true }),
  'actions/list-self-hosted-runners-for-repo': (c) =>
    runners(c, c.tables.runners.where('repository', c.repo.id)),
  'actions/list-self-hosted-runners-for-org': (c) => {
    const organization = c.found(c.tables.accounts.find('login', c.text('org').toLowerCase()));
    return runners(c, c.tables.runners.where('organization', organization.id));
  },
  'actions/get-self-hosted-runner-for-repo': (c) => c.ok(runnerView(runnerOfPath(c))),
  'actions/list-labels-for-self-hosted-runner-for-repo': (c) => {
    const labels = labelsOf(runnerOfPath(c));
    return c.ok({ total_count: labels.length, labels });
  },
  'actions/delete-self-hosted-runner-from-repo': (c) => {
    const runner = runnerOfPath(c);
    if (runner.jobId !== null) {
      throw unprocessable(`Runner "${runner.name}" is currently running a job and cannot be deleted.`);
    }
    c.tables.runners.remove(runner.id);
    return c.noContent();
  },
};
