import { associationOf } from '../issues/association.ts';
import type { View } from '../kernel/core.ts';
import { nodeId } from '../kernel/node-id.ts';
import { presentPlace } from '../pulls/present-place.ts';
import type { ReviewComment } from '../state/pulls.ts';
import { accountById } from './accounts.ts';
import { pullPage, pullUrl } from './pulls.ts';
import { reactionsView } from './reactions.ts';
import { fullName } from './repositories.ts';

/** GitHub's "pull request review comment". Outdated ones have no line and no position any more. */
export function reviewCommentView(view: View, comment: ReviewComment) {
  const pull = view.tables.pulls.require(comment.pullId);
  const repository = view.tables.repositories.require(comment.repositoryId);
  const url = `${view.urls.api}/repos/${fullName(view, repository)}/pulls/comments/${comment.id}`;
  const html = `${pullPage(view, pull)}#discussion_r${comment.id}`;
  const pullApi = pullUrl(view, pull);
  const { place } = comment;
  const present = presentPlace(view.core, pull, comment);
  return {
    url,
    pull_request_review_id: comment.reviewId,
    id: comment.id,
    node_id: nodeId('PRRC', comment.id),
    diff_hunk: comment.diffHunk,
    path: place.path,
    commit_id: present === undefined ? comment.originalCommit : pull.head.oid,
    original_commit_id: comment.originalCommit,
    user: accountById(view, comment.userId),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    html_url: html,
    pull_request_url: pullApi,
    author_association: associationOf(view, repository, comment.userId),
    _links: { self: { href: url }, html: { href: html }, pull_request: { href: pullApi } },
    reactions: reactionsView(view, 'review-comment', comment.id, url),
    start_line: present?.startLine ?? null,
    original_start_line: place.startLine,
    start_side: place.startSide,
    line: present?.line ?? null,
    original_line: place.line,
    side: place.side,
    ...(comment.replyTo === null ? {} : { in_reply_to_id: comment.replyTo }),
    original_position: comment.originalPosition,
    position: present?.position ?? null,
    subject_type: place.line === null ? 'file' : 'line',
  };
}
