import { pendingOf } from '../../pulls/reviews.ts';
import { findPlace, placeSentence } from '../../pulls/places.ts';
import { addComment } from '../../pulls/review-comments.ts';
import type { Pull, Review } from '../../state/pulls.ts';
import type { Asking } from '../asking.ts';
import { failure, noSuchNode } from '../errors.ts';
import { pullById, rowById } from '../types/node-ids.ts';
import { issueNode, rowNode, type PullNode } from '../types/nodes.ts';
import { given, mutations, type Input } from './mutation.ts';

interface Thread {
  path: string;
  body: string;
  line?: number | null;
  side?: string | null;
  startLine?: number | null;
  startSide?: string | null;
  subjectType?: string | null;
}

interface NewReview {
  pullRequestId: string;
  body?: string | null;
  event?: string | null;
  commitOID?: string | null;
  comments?: readonly ({ path: string; position: number; body: string } | null)[] | null;
  threads?: readonly (Thread | null)[] | null;
}

interface ReviewOf {
  pullRequestId?: string | null;
  pullRequestReviewId?: string | null;
}

/** Mutations of reviews and their comments. */
export const REVIEW_MUTATIONS = mutations({
  addPullRequestReview: (input: Input<NewReview>, asking) => {
    const pull = pullById(asking, input.pullRequestId);
    const comments = [
      ...(input.comments ?? []).map((one) => (one === null ? undefined : { ...one })),
      ...(input.threads ?? []).map((one) => (one === null ? undefined : placeOf(one))),
    ].filter((one) => one !== undefined);
    const { body } = asking.run('pulls/create-review', pull.repository, {
      params: { pull_number: pull.row.number },
      body: given({
        body: input.body,
        event: input.event,
        commit_id: input.commitOID,
        comments: comments.length === 0 ? undefined : comments,
      }),
    });
    return { pullRequestReview: reviewNode(asking, (body as { id: number }).id) };
  },
  submitPullRequestReview: (input: Input<ReviewOf & { event: string; body?: string | null }>, asking) => {
    const { review, pull } = reviewOf(asking, input);
    asking.run('pulls/submit-review', pull.repository, {
      params: { pull_number: pull.row.number, review_id: review.id },
      body: given({ event: input.event, body: input.body }),
    });
    return { pullRequestReview: reviewNode(asking, review.id) };
  },
  updatePullRequestReview: (input: Input<{ pullRequestReviewId: string; body: string }>, asking) => {
    const { review, pull } = reviewOf(asking, input);
    asking.run('pulls/update-review', pull.repository, {
      params: { pull_number: pull.row.number, review_id: review.id },
      body: { body: input.body },
    });
    return { pullRequestReview: reviewNode(asking, review.id) };
  },
  deletePullRequestReview: (input: Input<{ pullRequestReviewId: string }>, asking) => {
    const { review, pull } = reviewOf(asking, input);
    const node = reviewNode(asking, review.id);
    asking.run('pulls/delete-pending-review', pull.repository, {
      params: { pull_number: pull.row.number, review_id: review.id },
    });
    return { pullRequestReview: node };
  },
  addPullRequestReviewThread: (input: Input<ReviewOf & Thread>, asking) => {
    const { review, pull } = reviewOf(asking, input, true);
    const found = findPlace(asking.core, pull.pull, pull.pull.head.oid, placeOf(input));
    if ('length' in found) throw failure('UNPROCESSABLE', placeSentence(found));
    const comment = addComment(asking.core, pull.pull, review, input.body, found);
    return { thread: rowNode(asking, 'PullRequestReviewThread', comment) };
  },
  addPullRequestReviewThreadReply: (
    input: Input<{ pullRequestReviewThreadId: string; body: string }>,
    asking,
  ) => {
    const { row, repository } = rowById(asking, input.pullRequestReviewThreadId, 'PullRequestReviewThread');
    const { number } = asking.tables.issues.require(row.pullId);
    const { body } = asking.run('pulls/create-reply-for-review-comment', repository, {
      params: { pull_number: number, comment_id: row.id },
      body: { body: input.body },
    });
    const made = asking.tables.reviewComments.require((body as { id: number }).id);
    return { comment: rowNode(asking, 'PullRequestReviewComment', made) };
  },
  updatePullRequestReviewComment: (
    input: Input<{ pullRequestReviewCommentId: string; body: string }>,
    asking,
  ) => {
    const { row, repository } = commentOf(asking, input.pullRequestReviewCommentId);
    asking.run('pulls/update-review-comment', repository, {
      params: { comment_id: row.id },
      body: { body: input.body },
    });
    const changed = asking.tables.reviewComments.require(row.id);
    return { pullRequestReviewComment: rowNode(asking, 'PullRequestReviewComment', changed) };
  },
  deletePullRequestReviewComment: (input: Input<{ id: string }>, asking) => {
    const { row, repository } = commentOf(asking, input.id);
    const review = asking.tables.reviews.get(row.reviewId);
    asking.run('pulls/delete-review-comment', repository, { params: { comment_id: row.id } });
    return { pullRequestReview: review === undefined ? null : rowNode(asking, 'PullRequestReview', review) };
  },
});

function placeOf({ path, body, line, side, startLine, startSide, subjectType }: Thread) {
  return given({
    path,
    body,
    line,
    side,
    start_line: startLine,
    start_side: startLine == null ? undefined : startSide,
    subject_type: subjectType?.toLowerCase(),
  }) as unknown as { path: string; body: string };
}

function reviewNode(asking: Asking, id: number) {
  return rowNode(asking, 'PullRequestReview', asking.tables.reviews.require(id));
}

function commentOf(asking: Asking, id: string) {
  return rowById(asking, id, 'PullRequestReviewComment');
}

/** The review that is meant: by its id, or the caller's pending one on a pull request, which is begun where it may be. */
function reviewOf(asking: Asking, input: ReviewOf, begin = false): { review: Review; pull: PullNode } {
  if (input.pullRequestReviewId != null) {
    const { row } = rowById(asking, input.pullRequestReviewId, 'PullRequestReview');
    if (row.state === 'PENDING' && row.userId !== asking.account?.id)
      throw noSuchNode(input.pullRequestReviewId);
    return { review: row, pull: issueNode(asking, asking.tables.issues.require(row.pullId)) as PullNode };
  }
  if (input.pullRequestId == null)
    throw failure('UNPROCESSABLE', 'You must provide either a pullRequestId or a pullRequestReviewId.');
  const pull = pullById(asking, input.pullRequestId);
  return { review: pendingReview(asking, pull, begin), pull };
}

function pendingReview(asking: Asking, node: PullNode, begin: boolean): Review {
  const pull: Pull = node.pull;
  const found = asking.account === null ? undefined : pendingOf(asking.core, pull, asking.account.id);
  if (found !== undefined) return found;
  if (!begin) throw failure('NOT_FOUND', 'Could not find a pending review for the pull request.');
  const { body } = asking.run('pulls/create-review', node.repository, {
    params: { pull_number: node.row.number },
    body: {},
  });
  return asking.tables.reviews.require((body as { id: number }).id);
}
