import { nodeId } from '../../kernel/node-id.ts';
import { threadOf } from '../../pulls/review-comments.ts';
import { mayWriteCode } from '../../pulls/approvals.ts';
import type { ReviewComment } from '../../state/pulls.ts';
import type { Asking } from '../asking.ts';
import { fields, type Fields } from '../fields.ts';
import type { RestReviewComment } from '../rest.ts';
import { issuePath } from './paths.ts';
import {
  accountNode,
  issueNode,
  rowNode,
  type PullNode,
  type ReviewCommentNode,
  type ReviewNode,
  type RowNode,
} from './nodes.ts';
import { MINIMIZABLE } from './minimized.ts';
import { objectOf } from './objects.ts';
import { reactionGroups } from './reactions.ts';
import { permissionOf } from './repository.ts';
import { writtenFields } from './text.ts';

type ThreadNode = RowNode<'PullRequestReviewThread', ReviewComment>;

/** Types of reviews, their threads and comments. */
export const REVIEWS: Readonly<Record<string, Fields<never>>> = {
  PullRequestReview: fields<ReviewNode>({
    ...(MINIMIZABLE as Fields<ReviewNode>),
    ...writtenFields<ReviewNode>(({ row, repository }) => ({ ...row, authorId: row.userId, repository })),
    id: ({ row }) => nodeId('PRR', row.id),
    databaseId: ({ row }) => row.id,
    fullDatabaseId: ({ row }) => String(row.id),
    state: ({ row }) => row.state,
    submittedAt: ({ row }) => row.submittedAt,
    publishedAt: ({ row }) => row.submittedAt,
    includesCreatedEdit: ({ row }) => row.submittedAt !== null && row.updatedAt > row.submittedAt,
    authorCanPushToRepository: ({ row, repository }, _, asking) =>
      mayWriteCode(asking.core, row.userId, repository),
    commit: ({ row, repository }, _, asking) => objectOf(asking, repository, row.commitOid),
    pullRequest: ({ row }, _, asking) => pullNode(asking, row.pullId),
    url: (review, _, asking) => `${asking.urls.web}${reviewPath(asking, review)}`,
    resourcePath: (review, _, asking) => reviewPath(asking, review),
    comments: ({ row }, _, asking) =>
      asking.tables.reviewComments
        .where('review', row.id)
        .map((one) => rowNode(asking, 'PullRequestReviewComment', one)),
    // The REST API has no reactions to reviews, and so has the sandbox none.
    reactionGroups: () => [],
  }),
  PullRequestReviewThread: fields<ThreadNode>({
    id: ({ row }) => nodeId('PRRT', row.id),
    path: ({ row }) => row.place.path,
    diffSide: ({ row }) => row.place.side,
    startDiffSide: ({ row }) => row.place.startSide,
    line: (node, _, asking) => restOf(asking, node).line ?? null,
    startLine: (node, _, asking) => restOf(asking, node).start_line ?? null,
    originalLine: ({ row }) => row.place.line,
    originalStartLine: ({ row }) => row.place.startLine,
    subjectType: ({ row }) => (row.place.line === null ? 'FILE' : 'LINE'),
    isResolved: ({ row }) => row.resolvedById !== null,
    isCollapsed: ({ row }) => row.resolvedById !== null,
    isOutdated: (node, _, asking) => isOutdated(asking, node),
    resolvedBy: ({ row }, _, asking) => {
      const account = accountNode(asking.tables.accounts.get(row.resolvedById ?? 0));
      return account?.__typename === 'User' ? account : null;
    },
    comments: ({ row }, _, asking) =>
      threadOf(asking.core, row.id, asking.account?.id ?? null).map((one) =>
        rowNode(asking, 'PullRequestReviewComment', one),
      ),
    pullRequest: ({ row }, _, asking) => pullNode(asking, row.pullId),
    repository: ({ repository }) => ({ __typename: 'Repository', row: repository }),
    viewerCanReply: (_, __, asking) => asking.account !== null,
    viewerCanResolve: (node, _, asking) => node.row.resolvedById === null && mayResolve(asking, node),
    viewerCanUnresolve: (node, _, asking) => node.row.resolvedById !== null && mayResolve(asking, node),
  }),
  PullRequestReviewComment: fields<ReviewCommentNode>({
    ...(MINIMIZABLE as Fields<ReviewCommentNode>),
    ...writtenFields<ReviewCommentNode>(({ row, repository }) => ({
      ...row,
      authorId: row.userId,
      repository,
    })),
    id: ({ row }) => nodeId('PRRC', row.id),
    databaseId: ({ row }) => row.id,
    fullDatabaseId: ({ row }) => String(row.id),
    path: ({ row }) => row.place.path,
    diffHunk: ({ row }) => row.diffHunk,
    state: ({ row }) => (row.pending ? 'PENDING' : 'SUBMITTED'),
    subjectType: ({ row }) => (row.place.line === null ? 'FILE' : 'LINE'),
    line: (node, _, asking) => restOf(asking, node).line ?? null,
    startLine: (node, _, asking) => restOf(asking, node).start_line ?? null,
    position: (node, _, asking) => restOf(asking, node).position ?? null,
    originalLine: ({ row }) => row.place.line,
    originalStartLine: ({ row }) => row.place.startLine,
    originalPosition: ({ row }) => row.originalPosition,
    outdated: (node, _, asking) => isOutdated(asking, node),
    draftedAt: ({ row }) => row.createdAt,
    includesCreatedEdit: ({ row }) => row.updatedAt !== row.createdAt,
    commit: (node, _, asking) => objectOf(asking, node.repository, restOf(asking, node).commit_id),
    originalCommit: ({ row, repository }, _, asking) => objectOf(asking, repository, row.originalCommit),
    pullRequest: ({ row }, _, asking) => pullNode(asking, row.pullId),
    pullRequestReview: ({ row }, _, asking) =>
      rowNode(asking, 'PullRequestReview', asking.tables.reviews.require(row.reviewId)),
    replyTo: ({ row }, _, asking) => {
      const first = row.replyTo === null ? undefined : asking.tables.reviewComments.get(row.replyTo);
      return first === undefined ? null : rowNode(asking, 'PullRequestReviewComment', first);
    },
    url: ({ row }, _, asking) =>
      `${asking.urls.web}${issuePath(asking, pullNode(asking, row.pullId))}#discussion_r${row.id}`,
    resourcePath: ({ row }, _, asking) =>
      `${issuePath(asking, pullNode(asking, row.pullId))}#discussion_r${row.id}`,
    reactionGroups: ({ row }, _, asking) => reactionGroups(asking, 'review-comment', row.id),
  }),
};

function pullNode(asking: Asking, id: number): PullNode {
  return issueNode(asking, asking.tables.issues.require(id)) as PullNode;
}

function reviewPath(asking: Asking, { row }: ReviewNode): string {
  return `${issuePath(asking, pullNode(asking, row.pullId))}#pullrequestreview-${row.id}`;
}

/** The comment as REST shows it: where it stands in the changes as they are now. */
function restOf(asking: Asking, { row, repository }: ThreadNode | ReviewCommentNode): RestReviewComment {
  const input = { params: { comment_id: row.id } };
  return asking.read('pulls/get-review-comment', repository, input) as RestReviewComment;
}

function isOutdated(asking: Asking, node: ThreadNode | ReviewCommentNode): boolean {
  return node.row.place.line !== null && (restOf(asking, node).line ?? null) === null;
}

/** Authors of the pull request and those who may write resolve its threads. */
function mayResolve(asking: Asking, { row, repository }: ThreadNode): boolean {
  const permission = permissionOf(asking, repository) ?? '';
  const isAuthor = asking.tables.issues.require(row.pullId).authorId === asking.account?.id;
  return isAuthor || ['ADMIN', 'MAINTAIN', 'WRITE'].includes(permission);
}
