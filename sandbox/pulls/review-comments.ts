import type { Actor } from '../issues/actor.ts';
import { now, newId, type Core } from '../kernel/core.ts';
import { ApiError, unprocessable, validationFailed } from '../kernel/errors.ts';
import type { Pull, Review, ReviewComment } from '../state/pulls.ts';
import { comparisonOf } from './comparison.ts';
import { tellReviewComment, tellThread } from './events.ts';
import { touchPull } from './find.ts';
import { findPlace, placeErrors, type FoundPlace, type PlaceInput } from './places.ts';
import { addReview, tellSubmitted } from './review-rows.ts';

export interface CommentInput extends PlaceInput {
  readonly body: string;
  readonly commit_id: string;
  readonly in_reply_to?: number | undefined;
}

/** The text of a review comment. @throws ApiError 422 where it is blank or too long */
export function checkedComment(core: Core, body: string): string {
  const limit = core.limits.bodyCharacters;
  const refuse = (message: string) =>
    validationFailed({ resource: 'PullRequestReviewComment', code: 'custom', field: 'body', message });
  if (body.trim() === '') throw refuse("body can't be blank");
  if (Array.from(body).length > limit) throw refuse(`body is too long (maximum is ${limit} characters)`);
  return body;
}

/** Puts a comment into a review; nobody is told. */
export function addComment(
  core: Core,
  pull: Pull,
  review: Review,
  body: string,
  found: FoundPlace,
  replyTo: number | null = null,
): ReviewComment {
  const at = now(core);
  return core.tables.reviewComments.put({
    id: newId(core),
    repositoryId: pull.repositoryId,
    pullId: pull.id,
    reviewId: review.id,
    userId: review.userId,
    body,
    place: found.place,
    originalPosition: found.position,
    originalCommit: review.commitOid,
    originalBase: found.base,
    diffHunk: found.diffHunk,
    replyTo,
    resolvedById: null,
    pending: review.state === 'PENDING',
    createdAt: at,
    updatedAt: at,
  });
}

/**
 * Comments on a line, some lines or a file of the changes; GitHub wraps a single comment into a review of its own.
 * https://docs.github.com/rest/pulls/comments#create-a-review-comment-for-a-pull-request
 * @throws ApiError 422 for a place that the changes do not show, a commit of something else, a pending review
 */
export function createComment(core: Core, actor: Actor, pull: Pull, input: CommentInput): ReviewComment {
  const body = checkedComment(core, input.body);
  if (input.in_reply_to !== undefined) return replyTo(core, actor, pull, input.in_reply_to, body);
  if (!comparisonOf(core, pull).commits.includes(input.commit_id))
    throw validationFailed({
      resource: 'PullRequestReviewComment',
      code: 'custom',
      field: 'commit_id',
      message: 'commit_id is not part of the pull request',
    });
  const found = findPlace(core, pull, input.commit_id, input);
  if ('length' in found) throw validationFailed(...placeErrors(found));
  return single(core, actor, pull, body, input.commit_id, found, null);
}

/**
 * Answers the first comment of a thread.
 * @throws ApiError 404 where there is no such comment here, 422 for an answer to an answer
 */
export function replyTo(
  core: Core,
  actor: Actor,
  pull: Pull,
  commentId: number,
  text: string,
): ReviewComment {
  const body = checkedComment(core, text);
  const first = core.tables.reviewComments.get(commentId);
  if (first?.pullId !== pull.id || first.pending) throw new ApiError(404, 'Parent comment not found');
  if (first.replyTo !== null) throw unprocessable('Replies to replies are not supported');
  const { place, originalPosition: position, diffHunk, originalBase: base } = first;
  const found = { place, position, diffHunk, base };
  return single(core, actor, pull, body, first.originalCommit, found, first.id);
}

function single(
  core: Core,
  actor: Actor,
  pull: Pull,
  body: string,
  commitOid: string,
  found: FoundPlace,
  reply: number | null,
): ReviewComment {
  if (core.tables.reviews.count('pending', `${pull.id}/${actor.account.id}`) > 0)
    throw validationFailed({
      resource: 'PullRequestReview',
      code: 'custom',
      field: 'user_id',
      message: 'user_id can only have one pending review per pull request',
    });
  const review = addReview(core, actor, pull, { body: '', state: 'COMMENTED', commitOid });
  const comment = addComment(core, pull, review, body, found, reply);
  tellSubmitted(core, actor, pull, review);
  return comment;
}

/** Changes the text of a comment. Who may is for the caller to check. */
export function editComment(
  core: Core,
  actor: Actor,
  pull: Pull,
  comment: ReviewComment,
  text: string,
): ReviewComment {
  const body = checkedComment(core, text);
  const edited = core.tables.reviewComments.put({ ...comment, body, updatedAt: now(core) });
  if (!edited.pending)
    tellReviewComment(core, actor, pull, edited, 'edited', { changes: { body: { from: comment.body } } });
  return edited;
}

/** Deletes a comment; answers to it stay. */
export function deleteComment(core: Core, actor: Actor, pull: Pull, comment: ReviewComment): void {
  core.tables.reviewComments.remove(comment.id);
  for (const reaction of core.tables.reactions.where('subject', `review-comment/${comment.id}`))
    core.tables.reactions.remove(reaction.id);
  if (!comment.pending) tellReviewComment(core, actor, pull, comment, 'deleted');
}

/** The comments of a thread, the first one first; pending ones only for their writer. */
export function threadOf(core: Core, commentId: number, viewerId: number | null): ReviewComment[] {
  return core.tables.reviewComments
    .where('thread', commentId)
    .filter(({ pending, userId }) => !pending || userId === viewerId);
}

/** Marks a thread as resolved, or as open again. One that is so already stays so. */
export function resolveThread(
  core: Core,
  actor: Actor,
  pull: Pull,
  first: ReviewComment,
  resolved: boolean,
): ReviewComment {
  if ((first.resolvedById !== null) === resolved) return first;
  const changed = core.tables.reviewComments.put({
    ...first,
    resolvedById: resolved ? actor.account.id : null,
  });
  touchPull(core, pull);
  tellThread(core, actor, pull, threadOf(core, first.id, null), resolved ? 'resolved' : 'unresolved');
  return changed;
}
