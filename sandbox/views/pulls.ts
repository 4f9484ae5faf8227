import { associationOf } from '../issues/association.ts';
import { labelsOf } from '../issues/labels-of.ts';
import type { View } from '../kernel/core.ts';
import { nodeId } from '../kernel/node-id.ts';
import { isRebaseable } from '../pulls/commits.ts';
import { baseOf, comparisonOf, countsOf } from '../pulls/comparison.ts';
import { issueOf } from '../pulls/find.ts';
import { mergeabilityOf } from '../pulls/mergeability.ts';
import type { Team } from '../state/accounts.ts';
import type { Pull } from '../state/pulls.ts';
import type { Repository } from '../state/repositories.ts';
import { accountById } from './accounts.ts';
import { labelView } from './labels.ts';
import { milestoneView } from './milestones.ts';
import { fullName, repositoryView } from './repositories.ts';
import { teamView } from './teams.ts';

/** REST address of a pull request. */
export function pullUrl(view: View, pull: Pick<Pull, 'repositoryId' | 'number'>): string {
  const repository = view.tables.repositories.require(pull.repositoryId);
  return `${view.urls.api}/repos/${fullName(view, repository)}/pulls/${pull.number}`;
}

/** The page of a pull request. */
export function pullPage(view: View, pull: Pick<Pull, 'repositoryId' | 'number'>): string {
  const repository = view.tables.repositories.require(pull.repositoryId);
  return `${view.urls.web}/${fullName(view, repository)}/pull/${pull.number}`;
}

/** GitHub's "pull request simple": what lists have. */
export function pullSimpleView(view: View, pull: Pull) {
  const { tables } = view;
  const repository = tables.repositories.require(pull.repositoryId);
  const issue = issueOf(view.core, pull);
  const assignees = issue.assigneeIds.map((id) => accountById(view, id));
  return {
    ...addresses(view, pull, repository),
    id: pull.id,
    node_id: nodeId('PR', pull.id),
    number: pull.number,
    state: issue.state,
    locked: issue.locked,
    title: issue.title,
    user: accountById(view, issue.authorId),
    body: issue.body,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    merged_at: pull.merged?.at ?? null,
    merge_commit_sha: pull.merged?.oid ?? pull.trial?.merge ?? null,
    assignee: assignees[0] ?? null,
    assignees,
    requested_reviewers: pull.requestedUserIds.map((id) => accountById(view, id)),
    requested_teams: pull.requestedTeamIds.map((id) => requestedTeamView(view, tables.teams.require(id))),
    labels: labelsOf(view.core, issue).map((label) => labelView(view, label)),
    milestone:
      issue.milestoneId === null ? null : milestoneView(view, tables.milestones.require(issue.milestoneId)),
    draft: pull.draft,
    head: headView(view, pull),
    base: baseView(view, pull, repository),
    author_association: associationOf(view, repository, issue.authorId, 'FIRST_TIME_CONTRIBUTOR'),
    auto_merge: null,
    active_lock_reason: issue.activeLockReason,
  };
}

/** A team as requests for review name it. */
export function requestedTeamView(view: View, team: Team) {
  return teamView(view, team);
}

/** GitHub's "pull request": what one alone has. It tries the merge where the base moved since. */
export function pullView(view: View, pull: Pull) {
  const { core } = view;
  const { mergeable, state } = mergeabilityOf(core, pull);
  const current = view.tables.pulls.require(pull.id);
  const counts = countsOf(core, current);
  return {
    ...pullSimpleView(view, current),
    merged: current.merged !== null,
    mergeable,
    rebaseable: mergeable === null ? null : mergeable && isRebaseable(core, current, baseOf(core, current)),
    mergeable_state: state,
    merged_by: accountById(view, current.merged?.byId ?? null),
    comments: issueOf(core, current).comments,
    review_comments: view.tables.reviewComments.count('pull', current.id),
    maintainer_can_modify: current.maintainerCanModify,
    commits: comparisonOf(core, current).commits.length,
    additions: counts.additions,
    deletions: counts.deletions,
    changed_files: counts.files,
  };
}

/** The pull request of `pull_request` events. */
export function pullPayload(view: View, pull: Pull) {
  return pullView(view, view.tables.pulls.get(pull.id) ?? pull);
}

/** The shorter pull request of events about reviews. */
export function pullSimplePayload(view: View, pull: Pull) {
  return pullSimpleView(view, view.tables.pulls.get(pull.id) ?? pull);
}

/** GitHub's "pull request minimal". */
export function pullMinimal(view: View, pull: Pull) {
  const base = view.tables.repositories.require(pull.repositoryId);
  const head =
    pull.head.repositoryId === null ? undefined : view.tables.repositories.get(pull.head.repositoryId);
  const short = (repository: Repository) => ({
    id: repository.id,
    url: `${view.urls.api}/repos/${fullName(view, repository)}`,
    name: repository.name,
  });
  return {
    id: pull.id,
    number: pull.number,
    url: pullUrl(view, pull),
    head: { ref: pull.head.ref, sha: pull.head.oid, repo: short(head ?? base) },
    base: { ref: pull.base.ref, sha: pull.base.oid, repo: short(base) },
  };
}

function addresses(view: View, pull: Pull, repository: Repository) {
  const api = `${view.urls.api}/repos/${fullName(view, repository)}`;
  const url = `${api}/pulls/${pull.number}`;
  const html = pullPage(view, pull);
  const issue = `${api}/issues/${pull.number}`;
  const statuses = `${api}/statuses/${pull.head.oid}`;
  const reviewComment = `${api}/pulls/comments{/number}`;
  return {
    url,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issue,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: reviewComment,
    comments_url: `${issue}/comments`,
    statuses_url: statuses,
    _links: {
      self: { href: url },
      html: { href: html },
      issue: { href: issue },
      comments: { href: `${issue}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: reviewComment },
      commits: { href: `${url}/commits` },
      statuses: { href: statuses },
    },
  };
}

function headView(view: View, pull: Pull) {
  const { repositoryId, ref, oid } = pull.head;
  const repository = repositoryId === null ? undefined : view.tables.repositories.get(repositoryId);
  return {
    label: pull.headLabel,
    ref,
    sha: oid,
    // Whose a deleted fork was is known from who proposed it.
    user: accountById(view, repository?.ownerId ?? view.tables.issues.require(pull.id).authorId),
    repo: repository === undefined ? null : repositoryView(view, repository),
  };
}

function baseView(view: View, pull: Pull, repository: Repository) {
  const owner = view.tables.accounts.require(repository.ownerId);
  return {
    label: `${owner.login}:${pull.base.ref}`,
    ref: pull.base.ref,
    sha: pull.base.oid,
    user: accountById(view, repository.ownerId),
    repo: repositoryView(view, repository),
  };
}
