import type { View } from '../kernel/core.ts';
import { nodeId } from '../kernel/node-id.ts';
import type { BranchPolicy, Deployment, DeploymentStatus, Environment } from '../state/deployments.ts';
import type { Repository } from '../state/repositories.ts';
import { accountById } from './accounts.ts';
import { appView } from './apps.ts';
import { fullName, repositoryUrl } from './repositories.ts';
import { teamView } from './teams.ts';

function via(view: View, appId: number | null) {
  const app = appId === null ? undefined : view.tables.apps.get(appId);
  return app === undefined ? null : appView(view, app);
}

/** GitHub's "deployment". */
export function deploymentView(view: View, deployment: Deployment) {
  const repo = repositoryUrl(view, view.tables.repositories.require(deployment.repositoryId));
  const url = `${repo}/deployments/${deployment.id}`;
  return {
    url,
    id: deployment.id,
    node_id: nodeId('DE', deployment.id),
    task: deployment.task,
    original_environment: deployment.originalEnvironment,
    environment: deployment.environment,
    description: deployment.description,
    created_at: deployment.createdAt,
    updated_at: deployment.updatedAt,
    statuses_url: `${url}/statuses`,
    repository_url: repo,
    creator: accountById(view, deployment.creatorId),
    sha: deployment.sha,
    ref: deployment.ref,
    payload: deployment.payload,
    transient_environment: deployment.transient,
    production_environment: deployment.production,
    performed_via_github_app: via(view, deployment.performedViaAppId),
  };
}

/** GitHub's "deployment-status". */
export function deploymentStatusView(view: View, status: DeploymentStatus) {
  const repo = repositoryUrl(view, view.tables.repositories.require(status.repositoryId));
  const deployment = `${repo}/deployments/${status.deploymentId}`;
  return {
    url: `${deployment}/statuses/${status.id}`,
    id: status.id,
    node_id: nodeId('DES', status.id),
    state: status.state,
    creator: accountById(view, status.creatorId),
    description: status.description,
    environment: status.environment,
    target_url: status.logUrl,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    deployment_url: deployment,
    repository_url: repo,
    environment_url: status.environmentUrl,
    log_url: status.logUrl,
    performed_via_github_app: via(view, status.performedViaAppId),
  };
}

/** Who must review, as environments and waiting runs show it. */
export function reviewersView(
  view: View,
  environment: Environment,
): readonly { type: string; reviewer: unknown }[] {
  return environment.reviewers.flatMap<{ type: string; reviewer: unknown }>(({ type, id }) => {
    if (type === 'User') return [{ type, reviewer: accountById(view, id) }];
    const team = view.tables.teams.get(id);
    return team === undefined ? [] : [{ type, reviewer: teamView(view, team) }];
  });
}

/** The protection rules of an environment, as its view has them. */
export function protectionRulesView(view: View, environment: Environment) {
  const { ruleIds } = environment;
  const rule = (id: number, type: string) => ({ id, node_id: nodeId('GA', id), type });
  return [
    ...(environment.waitTimer === 0
      ? []
      : [{ ...rule(ruleIds.wait, 'wait_timer'), wait_timer: environment.waitTimer }]),
    ...(environment.reviewers.length === 0
      ? []
      : [
          {
            ...rule(ruleIds.review, 'required_reviewers'),
            prevent_self_review: environment.preventSelfReview,
            reviewers: reviewersView(view, environment),
          },
        ]),
    ...(environment.branchPolicy === 'all' ? [] : [rule(ruleIds.branch, 'branch_policy')]),
  ];
}

/** REST address of an environment. */
export function environmentUrl(view: View, repository: Repository, name: string): string {
  return `${repositoryUrl(view, repository)}/environments/${encodeURIComponent(name)}`;
}

/** GitHub's "environment". */
export function environmentView(view: View, environment: Environment) {
  const repository = view.tables.repositories.require(environment.repositoryId);
  return {
    id: environment.id,
    node_id: nodeId('EN', environment.id),
    name: environment.name,
    url: environmentUrl(view, repository, environment.name),
    html_url: `${view.urls.web}/${fullName(view, repository)}/deployments/activity_log?environments_filter=${encodeURIComponent(environment.name)}`,
    created_at: environment.createdAt,
    updated_at: environment.updatedAt,
    can_admins_bypass: environment.canAdminsBypass,
    protection_rules: protectionRulesView(view, environment),
    deployment_branch_policy:
      environment.branchPolicy === 'all'
        ? null
        : {
            protected_branches: environment.branchPolicy === 'protected',
            custom_branch_policies: environment.branchPolicy === 'custom',
          },
  };
}

/** GitHub's "deployment-branch-policy". */
export function branchPolicyView({ id, name, type }: BranchPolicy) {
  return { id, node_id: nodeId('GBP', id), name, type };
}
