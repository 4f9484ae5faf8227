import { nodeId } from '../../kernel/node-id.ts';
import { fullName } from '../../views/repositories.ts';
import type { Asking } from '../asking.ts';
import { fields, type Fields } from '../fields.ts';
import {
  accountNode,
  issueNode,
  rowNode,
  upper,
  type CommentNode,
  type IssueNode,
  type LabelNode,
  type MilestoneNode,
} from './nodes.ts';
import { issuesOf } from './issue-list.ts';
import { MINIMIZABLE } from './minimized.ts';
import { reactionGroups, reactionsOf } from './reactions.ts';
import { ordered } from './repository-list.ts';
import { mayTriage, writtenFields } from './text.ts';
import { issuePath, labelUrl } from './paths.ts';
import { timelineItems } from './timeline.ts';

/** What issues and pull requests share. */
export const CONVERSATION: Fields<IssueNode> = {
  ...writtenFields<IssueNode>(({ row, repository }) => ({ ...row, repository })),
  databaseId: ({ row }) => row.id,
  fullDatabaseId: ({ row }) => String(row.id),
  number: ({ row }) => row.number,
  title: ({ row }) => row.title,
  closed: ({ row }) => row.state === 'closed',
  closedAt: ({ row }) => row.closedAt,
  locked: ({ row }) => row.locked,
  activeLockReason: ({ row }) => upper(row.activeLockReason),
  url: (issue, _, asking) => `${asking.urls.web}${issuePath(asking, issue)}`,
  resourcePath: (issue, _, asking) => issuePath(asking, issue),
  assignees: ({ row }, _, asking) =>
    row.assigneeIds.map((id) => accountNode(asking.tables.accounts.require(id))),
  labels: ({ row }, args, asking) => {
    const rows = row.labelIds.map((id) => asking.tables.labels.require(id));
    const order = args['orderBy'] as { field: string; direction: 'ASC' | 'DESC' } | null | undefined;
    const sorted =
      order == null || order.field === 'CREATED_AT'
        ? rows
        : ordered(rows, (one) => one.name, order.direction);
    return sorted.map((one) => rowNode(asking, 'Label', one));
  },
  milestone: ({ row }, _, asking) =>
    row.milestoneId === null
      ? null
      : rowNode(asking, 'Milestone', asking.tables.milestones.require(row.milestoneId)),
  comments: ({ row }, args, asking) => {
    const rows = asking.tables.issueComments.where('issue', row.id);
    const order = args['orderBy'] as { direction: 'ASC' | 'DESC' } | null | undefined;
    const sorted = order == null ? rows : ordered(rows, (one) => one.updatedAt, order.direction);
    return sorted.map((one) => rowNode(asking, 'IssueComment', one));
  },
  participants: ({ row }, _, asking) => {
    const ids = [
      row.authorId,
      ...asking.tables.issueComments.where('issue', row.id).map(({ authorId }) => authorId),
    ];
    return [...new Set(ids)].map((id) => accountNode(asking.tables.accounts.require(id)));
  },
  reactionGroups: ({ row }, _, asking) => reactionGroups(asking, 'issue', row.id),
  reactions: ({ row }, args, asking) => reactionsOf(asking, 'issue', row.id, args['content']),
  timelineItems,
  // Classic projects are gone from GitHub, and the sandbox has none of the new ones: nothing is ever on a board.
  projectCards: () => [],
  projectItems: () => [],
  viewerCanLabel: ({ repository }, _, asking) => mayTriage(asking, repository),
  viewerCanClose: ({ row, repository }, _, asking) =>
    row.state === 'open' && (asking.account?.id === row.authorId || mayTriage(asking, repository)),
  viewerCanReopen: ({ row, repository }, _, asking) =>
    row.state === 'closed' && (asking.account?.id === row.authorId || mayTriage(asking, repository)),
  viewerSubscription: () => 'UNSUBSCRIBED',
};

/** Types of issues, their comments and milestones. */
export const ISSUES: Readonly<Record<string, Fields<never>>> = {
  Issue: fields<IssueNode>({
    ...CONVERSATION,
    id: ({ row }) => nodeId('I', row.id),
    state: ({ row }) => upper(row.state),
    stateReason: ({ row }) => upper(row.stateReason),
    isPinned: () => false,
    linkedBranches: () => [],
  }),
  IssueComment: fields<CommentNode>({
    ...(MINIMIZABLE as Fields<CommentNode>),
    ...writtenFields<CommentNode>(({ row, repository }) => ({ ...row, repository })),
    id: ({ row }) => nodeId('IC', row.id),
    databaseId: ({ row }) => row.id,
    fullDatabaseId: ({ row }) => String(row.id),
    includesCreatedEdit: ({ row }) => row.updatedAt !== row.createdAt,
    url: (comment, _, asking) => `${asking.urls.web}${commentPath(asking, comment)}`,
    resourcePath: (comment, _, asking) => commentPath(asking, comment),
    issue: ({ row }, _, asking) => issueNode(asking, asking.tables.issues.require(row.issueId)),
    pullRequest: ({ row }, _, asking) => {
      const node = issueNode(asking, asking.tables.issues.require(row.issueId));
      return node.__typename === 'PullRequest' ? node : null;
    },
    reactionGroups: ({ row }, _, asking) => reactionGroups(asking, 'issue-comment', row.id),
    reactions: ({ row }, args, asking) => reactionsOf(asking, 'issue-comment', row.id, args['content']),
    viewerCanDelete: ({ row, repository }, _, asking) =>
      asking.account?.id === row.authorId || mayTriage(asking, repository),
    viewerCanMinimize: ({ repository }, _, asking) => mayTriage(asking, repository),
  }),
  Label: fields<LabelNode>({
    id: ({ row }) => nodeId('LA', row.id),
    name: ({ row }) => row.name,
    color: ({ row }) => row.color,
    description: ({ row }) => row.description,
    isDefault: ({ row }) => row.default,
    url: (label, _, asking) => labelUrl(asking, label),
    resourcePath: (label, _, asking) => new URL(labelUrl(asking, label)).pathname,
    repository: ({ repository }) => ({ __typename: 'Repository', row: repository }),
    issues: ({ row, repository }, args, asking) =>
      issuesOf(asking, repository, false, { ...args, labels: [row.name] }),
    pullRequests: ({ row, repository }, args, asking) =>
      issuesOf(asking, repository, true, { ...args, labels: [row.name] }),
  }),
  Milestone: fields<MilestoneNode>({
    id: ({ row }) => nodeId('MI', row.id),
    number: ({ row }) => row.number,
    title: ({ row }) => row.title,
    description: ({ row }) => row.description,
    dueOn: ({ row }) => row.dueOn,
    state: ({ row }) => upper(row.state),
    closed: ({ row }) => row.state === 'closed',
    closedAt: ({ row }) => row.closedAt,
    createdAt: ({ row }) => row.createdAt,
    updatedAt: ({ row }) => row.updatedAt,
    creator: ({ row }, _, asking) => accountNode(asking.tables.accounts.require(row.creatorId)),
    repository: ({ repository }) => ({ __typename: 'Repository', row: repository }),
    url: ({ row, repository }, _, asking) =>
      `${asking.urls.web}/${fullName(asking, repository)}/milestone/${row.number}`,
    resourcePath: ({ row, repository }, _, asking) =>
      `/${fullName(asking, repository)}/milestone/${row.number}`,
    issues: ({ row, repository }, args, asking) =>
      issuesOf(asking, repository, false, { ...args, filterBy: { milestoneNumber: String(row.number) } }),
    pullRequests: ({ row, repository }, args, asking) =>
      issuesOf(asking, repository, true, { ...args, filterBy: { milestoneNumber: String(row.number) } }),
  }),
};

function commentPath(asking: Asking, { row }: CommentNode): string {
  const issue = issueNode(asking, asking.tables.issues.require(row.issueId));
  return `${issuePath(asking, issue)}#issuecomment-${row.id}`;
}
