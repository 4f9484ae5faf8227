import type { View } from '../kernel/core.ts';
import { nodeId } from '../kernel/node-id.ts';
import type { TimelineEvent } from '../state/issues.ts';
import type { TimelineData } from '../state/timeline.ts';
import { accountById } from './accounts.ts';
import { appOrNull } from './apps.ts';
import { gitCommitView } from './git.ts';
import { commentView } from './issue-comments.ts';
import { issueView } from './issues.ts';
import { requestedTeamView } from './pulls.ts';
import { repositoryUrl, repositoryView } from './repositories.ts';
import { reviewPayload } from './reviews.ts';

/** An issue event as the list of one issue has it. https://docs.github.com/rest/using-the-rest-api/issue-event-types */
export function issueEventView(view: View, row: TimelineEvent) {
  const repository = view.tables.repositories.require(row.repositoryId);
  const commit = commitOf(row);
  const home = view.tables.repositories.get(commit?.repositoryId ?? 0);
  return {
    id: row.id,
    node_id: nodeId('EV', row.id),
    url: `${repositoryUrl(view, repository)}/issues/events/${row.id}`,
    actor: accountById(view, row.actorId),
    event: row.data.kind,
    commit_id: commit?.oid ?? null,
    commit_url:
      commit === undefined || home === undefined
        ? null
        : `${repositoryUrl(view, home)}/commits/${commit.oid}`,
    created_at: row.createdAt,
    ...members(view, row.data),
    performed_via_github_app: appOrNull(view, row.performedViaAppId),
  };
}

/** An issue event as the list of a repository has it: with its issue. */
export function repositoryEventView(view: View, row: TimelineEvent) {
  const issue = view.tables.issues.require(row.issueId);
  return { ...issueEventView(view, row), issue: issueView(view, issue) };
}

/** A line of the conversation: comments, commits and reviews are shown as what they are. */
export function timelineView(view: View, row: TimelineEvent) {
  const { data } = row;
  const { tables } = view;
  const event = data.kind;
  switch (data.kind) {
    case 'commented': {
      const comment = tables.issueComments.require(data.commentId);
      return { ...commentView(view, comment), event, actor: accountById(view, comment.authorId) };
    }
    case 'committed':
      return { ...gitCommitView(view, tables.repositories.require(row.repositoryId), data.oid), event };
    case 'reviewed':
      return { ...reviewPayload(view, tables.reviews.require(data.reviewId)), event };
    case 'cross-referenced':
      return {
        actor: accountById(view, row.actorId),
        created_at: row.createdAt,
        updated_at: row.createdAt,
        source: { type: 'issue', issue: sourceView(view, data.sourceId) },
        event,
      };
    default:
      return issueEventView(view, row);
  }
}

function sourceView(view: View, id: number) {
  const issue = view.tables.issues.require(id);
  const repository = view.tables.repositories.require(issue.repositoryId);
  return { ...issueView(view, issue), repository: repositoryView(view, repository) };
}

function commitOf({ data, repositoryId }: TimelineEvent): { oid: string; repositoryId: number } | undefined {
  switch (data.kind) {
    case 'closed':
      return data.commitOid === null ? undefined : { oid: data.commitOid, repositoryId };
    case 'referenced':
      return { oid: data.commitOid, repositoryId: data.commitRepositoryId };
    case 'merged':
    case 'head_ref_force_pushed':
    case 'base_ref_force_pushed':
      return { oid: data.commitOid, repositoryId };
    default:
      return undefined;
  }
}

/** What an event has beside what all have. */
function members(view: View, data: TimelineData): object {
  const person = (id: number) => accountById(view, id);
  switch (data.kind) {
    case 'labeled':
    case 'unlabeled':
      return { label: { name: data.name, color: data.color } };
    case 'assigned':
    case 'unassigned':
      return { assignee: person(data.assigneeId), assigner: person(data.assignerId) };
    case 'milestoned':
    case 'demilestoned':
      return { milestone: { title: data.title } };
    case 'renamed':
      return { rename: { from: data.from, to: data.to } };
    case 'closed':
      return { state_reason: data.reason };
    case 'reopened':
      return { state_reason: null };
    case 'locked':
      return { lock_reason: data.reason };
    case 'unlocked':
      return { lock_reason: null };
    case 'review_requested':
    case 'review_request_removed':
      return {
        review_requester: person(data.requesterId),
        ...(data.reviewerId === undefined ? {} : { requested_reviewer: person(data.reviewerId) }),
        ...(data.teamId === undefined
          ? {}
          : { requested_team: requestedTeamView(view, view.tables.teams.require(data.teamId)) }),
      };
    case 'review_dismissed':
      return {
        dismissed_review: {
          state: data.state,
          review_id: data.reviewId,
          dismissal_message: data.message,
          ...(data.commitOid === undefined ? {} : { dismissal_commit_id: data.commitOid }),
        },
      };
    default:
      return {};
  }
}
