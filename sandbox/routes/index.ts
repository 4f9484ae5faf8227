import type { Handler, Routes } from '../kernel/context.ts';
import { activityRoutes } from './activities.ts';
import { actionsJobRoutes } from './actions-jobs.ts';
import { actionsReviewRoutes } from './actions-reviews.ts';
import { actionsRunRoutes } from './actions-runs.ts';
import { actionsSettingRoutes } from './actions-settings.ts';
import { actionsStoredRoutes } from './actions-stored.ts';
import { actionsValueRoutes } from './actions-values.ts';
import { actionsWorkflowRoutes } from './actions-workflows.ts';
import { appRoutes } from './apps.ts';
import { archiveRoutes } from './archives.ts';
import { assetRoutes } from './assets.ts';
import { branchRoutes } from './branches.ts';
import { checkRoutes } from './checks.ts';
import { collaboratorRoutes } from './collaborators.ts';
import { commitCommentRoutes } from './commit-comments.ts';
import { commitRoutes } from './commits.ts';
import { contentRoutes } from './contents.ts';
import { deploymentRoutes } from './deployments.ts';
import { dispatchRoutes } from './dispatches.ts';
import { environmentRoutes } from './environments.ts';
import { gitObjectRoutes } from './git-objects.ts';
import { gitRefRoutes } from './git-refs.ts';
import { metaRoutes } from './meta.ts';
import { organizationRoutes } from './orgs.ts';
import { protectionRoutes } from './protection.ts';
import { releaseRoutes } from './releases.ts';
import { repositoryRoutes } from './repositories.ts';
import { repositoryListRoutes } from './repository-lists.ts';
import { repositoryFactRoutes } from './repository-facts.ts';
import { rulesetRoutes } from './rulesets.ts';
import { statusRoutes } from './statuses.ts';
import { teamRepositoryRoutes } from './team-repositories.ts';
import { searchRoutes } from './search.ts';
import { teamRoutes } from './teams.ts';
import { userRoutes } from './users.ts';
import { pullRoutes } from './pulls.ts';
import { mergeRoutes } from './merge.ts';
import { reviewRoutes } from './reviews.ts';
import { reviewCommentRoutes } from './review-comments.ts';
import { requestedReviewerRoutes } from './requested-reviewers.ts';
import { webhookRoutes } from './webhooks.ts';
import { labelRoutes } from './labels.ts';
import { issueRoutes } from './issues.ts';
import { issueCommentRoutes } from './issue-comments.ts';
import { milestoneRoutes } from './milestones.ts';
import { assigneeRoutes } from './assignees.ts';
import { reactionRoutes } from './reactions.ts';
import { markdownRoutes } from './markdown.ts';
import { timelineRoutes } from './timeline.ts';

/** Every family of routes. A family adds its import and its line here. */
const FAMILIES: readonly Routes[] = [
  actionsJobRoutes,
  actionsReviewRoutes,
  actionsRunRoutes,
  actionsSettingRoutes,
  actionsStoredRoutes,
  actionsValueRoutes,
  actionsWorkflowRoutes,
  appRoutes,
  archiveRoutes,
  assetRoutes,
  branchRoutes,
  checkRoutes,
  collaboratorRoutes,
  commitCommentRoutes,
  commitRoutes,
  contentRoutes,
  deploymentRoutes,
  dispatchRoutes,
  environmentRoutes,
  gitObjectRoutes,
  gitRefRoutes,
  metaRoutes,
  organizationRoutes,
  protectionRoutes,
  releaseRoutes,
  repositoryFactRoutes,
  activityRoutes,
  repositoryListRoutes,
  repositoryRoutes,
  rulesetRoutes,
  statusRoutes,
  teamRepositoryRoutes,
  searchRoutes,
  teamRoutes,
  userRoutes,
  webhookRoutes,
  pullRoutes,
  mergeRoutes,
  reviewRoutes,
  reviewCommentRoutes,
  requestedReviewerRoutes,
  labelRoutes,
  issueRoutes,
  issueCommentRoutes,
  milestoneRoutes,
  assigneeRoutes,
  reactionRoutes,
  markdownRoutes,
  timelineRoutes,
];

const HANDLERS = new Map<string, Handler>();
for (const family of FAMILIES) {
  for (const [operation, handler] of Object.entries(family)) {
    if (HANDLERS.has(operation)) throw new Error(`${operation} has two handlers`);
    HANDLERS.set(operation, handler);
  }
}

/** The handler of an operation; undefined where the sandbox does not serve it (501). */
export function handlerOf(operation: string): Handler | undefined {
  return HANDLERS.get(operation);
}
