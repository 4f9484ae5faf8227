import { associationOf } from '../issues/association.ts';
import { labelsOf } from '../issues/labels-of.ts';
import type { View } from '../kernel/core.ts';
import { nodeId } from '../kernel/node-id.ts';
import type { Issue } from '../state/issues.ts';
import { accountById } from './accounts.ts';
import { appOrNull } from './apps.ts';
import { labelView } from './labels.ts';
import { milestoneView } from './milestones.ts';
import { reactionsView } from './reactions.ts';
import { fullName, repositoryUrl } from './repositories.ts';

type Numbered = Pick<Issue, 'repositoryId' | 'number'>;

/** REST address of an issue; a pull request has one too. */
export function issueUrl(view: View, { repositoryId, number }: Numbered): string {
  return `${repositoryUrl(view, view.tables.repositories.require(repositoryId))}/issues/${number}`;
}

/** The page of an issue or pull request. */
export function issuePage(view: View, { repositoryId, number, pull }: Numbered & { pull: boolean }): string {
  const name = fullName(view, view.tables.repositories.require(repositoryId));
  return `${view.urls.web}/${name}/${pull ? 'pull' : 'issues'}/${number}`;
}

/** GitHub's "issue", as lists and webhooks carry it. Pull requests say so by `pull_request`. */
export function issueView(view: View, issue: Issue) {
  const { tables } = view;
  const repository = tables.repositories.require(issue.repositoryId);
  const url = issueUrl(view, issue);
  const assignees = issue.assigneeIds.map((id) => accountById(view, id));
  const milestone = issue.milestoneId === null ? null : tables.milestones.require(issue.milestoneId);
  return {
    url,
    repository_url: repositoryUrl(view, repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: issuePage(view, issue),
    id: issue.id,
    node_id: nodeId(issue.pull ? 'PR' : 'I', issue.id),
    number: issue.number,
    title: issue.title,
    user: accountById(view, issue.authorId),
    labels: labelsOf(view, issue).map((label) => labelView(view, label)),
    state: issue.state,
    locked: issue.locked,
    assignee: assignees[0] ?? null,
    assignees,
    milestone: milestone === null ? null : milestoneView(view, milestone),
    comments: issue.comments,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    author_association: associationOf(
      view,
      repository,
      issue.authorId,
      issue.pull ? 'FIRST_TIME_CONTRIBUTOR' : 'NONE',
    ),
    active_lock_reason: issue.activeLockReason,
    ...(issue.pull ? pullMembers(view, issue) : {}),
    body: issue.body,
    reactions: reactionsView(view, 'issue', issue.id, url),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: appOrNull(view, issue.performedViaAppId),
    state_reason: issue.stateReason,
  };
}

/** One issue alone: with who closed it. */
export function fullIssueView(view: View, issue: Issue) {
  return { ...issueView(view, issue), closed_by: accountById(view, issue.closedById) };
}

function pullMembers(view: View, issue: Issue) {
  const pull = view.tables.pulls.require(issue.id);
  const repository = view.tables.repositories.require(issue.repositoryId);
  const page = issuePage(view, issue);
  return {
    draft: pull.draft,
    pull_request: {
      url: `${repositoryUrl(view, repository)}/pulls/${issue.number}`,
      html_url: page,
      diff_url: `${page}.diff`,
      patch_url: `${page}.patch`,
      merged_at: pull.merged?.at ?? null,
    },
  };
}
