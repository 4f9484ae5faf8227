import { mayReview, pendingDeployments, reviewPendingDeployments } from '../actions/runs/control.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';
import type { PendingDeployment, RunReview } from '../state/actions.ts';
import { deploymentView, environmentView, reviewersView } from '../views/deployments.ts';
import { accountById } from '../views/accounts.ts';
import { runOfPath } from './actions-runs.ts';

function pendingView(c: Context, pending: PendingDeployment) {
  const environment = c.tables.environments.require(pending.environmentId);
  const { id, node_id, name, url, html_url } = environmentView(c, environment);
  const run = c.tables.workflowRuns.require(pending.runId);
  return {
    environment: { id, node_id, name, url, html_url },
    wait_timer: environment.waitTimer,
    wait_timer_started_at: environment.waitTimer === 0 ? null : pending.waitStartedAt,
    current_user_can_approve: c.me !== null && mayReview(c.core, run, environment.id, c.me.id),
    reviewers: reviewersView(c, environment),
  };
}

/** One entry per environment, however many jobs wait for it. */
function pending(c: Context): Reply {
  const waiting = new Map(pendingDeployments(c.core, runOfPath(c)).map((one) => [one.environmentId, one]));
  return c.ok([...waiting.values()].map((one) => pendingView(c, one)));
}

/** https://docs.github.com/rest/actions/workflow-runs#review-pending-deployments-for-a-workflow-run */
function review(c: Context): Reply {
  const run = runOfPath(c);
  const {
    environment_ids: environmentIds,
    state,
    comment,
  } = c.input<{
    environment_ids: number[];
    state: RunReview['state'];
    comment: string;
  }>();
  const jobs = pendingDeployments(c.core, run).filter((one) => environmentIds.includes(one.environmentId));
  reviewPendingDeployments(c.core, run, { userId: c.actor.id, state, comment, environmentIds });
  const deployments = jobs.flatMap(({ jobId }) => {
    const id = c.tables.workflowJobs.require(jobId).deploymentId;
    const deployment = id === null ? undefined : c.tables.deployments.get(id);
    return deployment === undefined ? [] : [deploymentView(c, deployment)];
  });
  return c.ok(deployments);
}

function reviewView(c: Context, { state, comment, userId, environmentIds }: RunReview) {
  const environments = environmentIds.flatMap((id) => {
    const environment = c.tables.environments.get(id);
    if (environment === undefined) return [];
    const { node_id, name, url, html_url, created_at, updated_at } = environmentView(c, environment);
    return [{ id, node_id, name, url, html_url, created_at, updated_at }];
  });
  return { state, comment, environments, user: accountById(c, userId) };
}

/** What waits for people: https://docs.github.com/rest/actions/workflow-runs */
export const actionsReviewRoutes: Routes = {
  'actions/get-pending-deployments-for-run': pending,
  'actions/review-pending-deployments-for-run': review,
  'actions/get-reviews-for-run': (c) =>
    c.ok(c.tables.runReviews.where('run', runOfPath(c).id).map((one) => reviewView(c, one))),
};
