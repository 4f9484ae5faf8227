import type { Actor } from '../issues/actor.ts';
import { addTimeline } from '../issues/timeline.ts';
import { now, type Core } from '../kernel/core.ts';
import { ApiError, notFound, unprocessable } from '../kernel/errors.ts';
import type { Pull, Review, ReviewState } from '../state/pulls.ts';
import { comparisonOf } from './comparison.ts';
import { tellReview } from './events.ts';
import { issueOf, touchPull } from './find.ts';
import { findPlace, placeSentence, type FoundPlace, type PlaceInput } from './places.ts';
import { addComment } from './review-comments.ts';
import { addReview, tellSubmitted } from './review-rows.ts';

export type ReviewVerdict = 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT';

export interface ReviewInput {
  readonly commit_id?: string | undefined;
  readonly body?: string | undefined;
  readonly event?: ReviewVerdict | undefined;
  readonly comments?: readonly (PlaceInput & { readonly body: string })[] | undefined;
}

const STATE_OF: Readonly<Record<ReviewVerdict, ReviewState>> = {
  APPROVE: 'APPROVED',
  REQUEST_CHANGES: 'CHANGES_REQUESTED',
  COMMENT: 'COMMENTED',
};

/** 422 as reviews are refused: a sentence for each reason. */
export function reviewRefused(...errors: readonly string[]): ApiError {
  return new ApiError(422, 'Unprocessable Entity', { errors });
}

/**
 * Reviews a pull request, or without `event` begins a review that only its writer sees.
 * https://docs.github.com/rest/pulls/reviews#create-a-review-for-a-pull-request
 * @throws ApiError 422 for an author's own verdict, a second pending review, a place outside the changes
 */
export function createReview(core: Core, actor: Actor, pull: Pull, input: ReviewInput): Review {
  const commitOid = input.commit_id ?? pull.head.oid;
  const comments = input.comments ?? [];
  if (input.event !== undefined) checkVerdict(core, actor, pull, input.event, input.body, comments.length);
  if (pendingOf(core, pull, actor.account.id) !== undefined)
    throw reviewRefused('User can only have one pending review per pull request');
  if (commitOid !== pull.head.oid && !comparisonOf(core, pull).commits.includes(commitOid))
    throw reviewRefused('commit_id is not part of the pull request');
  const places = comments.map((comment) => placed(core, pull, commitOid, comment));
  const state = input.event === undefined ? 'PENDING' : STATE_OF[input.event];
  const review = addReview(core, actor, pull, { body: checkedText(core, input.body), state, commitOid });
  for (const [at, comment] of comments.entries()) addComment(core, pull, review, comment.body, places[at]!);
  if (state !== 'PENDING') tellSubmitted(core, actor, pull, review);
  return review;
}

function placed(core: Core, pull: Pull, commit: string, comment: PlaceInput & { body: string }): FoundPlace {
  if (comment.body.trim() === '') throw reviewRefused("Body can't be blank");
  const found = findPlace(core, pull, commit, comment);
  if ('length' in found) throw reviewRefused(placeSentence(found));
  return found;
}

/** Makes a pending review public. @throws ApiError 422 as `createReview`, and for one that is public */
export function submitReview(
  core: Core,
  actor: Actor,
  pull: Pull,
  review: Review,
  input: { readonly body?: string | undefined; readonly event: ReviewVerdict },
): Review {
  if (review.state !== 'PENDING') throw reviewRefused('Could not submit a review that is not pending');
  const body = input.body ?? review.body;
  const comments = core.tables.reviewComments.where('review', review.id);
  checkVerdict(core, actor, pull, input.event, body, comments.length);
  const at = now(core);
  const submitted = core.tables.reviews.put({
    ...review,
    body: checkedText(core, body),
    state: STATE_OF[input.event],
    submittedAt: at,
    updatedAt: at,
  });
  for (const comment of comments)
    core.tables.reviewComments.put({ ...comment, pending: false, createdAt: at, updatedAt: at });
  tellSubmitted(core, actor, pull, submitted);
  return submitted;
}

/** What anybody may say about whose pull request. */
function checkVerdict(
  core: Core,
  actor: Actor,
  pull: Pull,
  event: ReviewVerdict,
  body: string | undefined,
  comments: number,
): void {
  const own = issueOf(core, pull).authorId === actor.account.id;
  if (own && event === 'APPROVE') throw reviewRefused('Can not approve your own pull request');
  if (own && event === 'REQUEST_CHANGES')
    throw reviewRefused('Can not request changes on your own pull request');
  const repository = core.tables.repositories.require(pull.repositoryId);
  if (event === 'APPROVE' && actor.by.kind === 'job' && !repository.actions.mayApprovePulls)
    throw reviewRefused('GitHub Actions is not permitted to approve pull requests.');
  const silent = (body ?? '').trim() === '';
  if (silent && (event === 'REQUEST_CHANGES' || (event === 'COMMENT' && comments === 0)))
    throw reviewRefused("Body can't be blank");
}

function checkedText(core: Core, body: string | undefined): string {
  const limit = core.limits.bodyCharacters;
  if (Array.from(body ?? '').length > limit)
    throw reviewRefused(`Body is too long (maximum is ${limit} characters)`);
  return body ?? '';
}

/** The review somebody has begun and not submitted. */
export function pendingOf(core: Core, pull: Pull, userId: number): Review | undefined {
  return core.tables.reviews.find('pending', `${pull.id}/${userId}`);
}

/** Reviews in the order they were begun; a pending one only for its writer. */
export function reviewsOf(core: Core, pull: Pull, viewerId: number | null): Review[] {
  return core.tables.reviews
    .where('pull', pull.id)
    .filter(({ state, userId }) => state !== 'PENDING' || userId === viewerId);
}

/** A review of this pull request that this viewer may see. @throws ApiError 404 */
export function reviewNumbered(core: Core, pull: Pull, id: number, viewerId: number | null): Review {
  const review = core.tables.reviews.get(id);
  if (review?.pullId !== pull.id) throw notFound();
  if (review.state === 'PENDING' && review.userId !== viewerId) throw notFound();
  return review;
}

/** Changes the text of a review. Who may is for the caller to check. @throws ApiError 422 for a blank one */
export function editReview(core: Core, actor: Actor, pull: Pull, review: Review, body: string): Review {
  if (body.trim() === '') throw reviewRefused("Body can't be blank");
  const edited = core.tables.reviews.put({
    ...review,
    body: checkedText(core, body),
    updatedAt: now(core),
  });
  if (review.state !== 'PENDING')
    tellReview(core, actor, pull, edited, 'edited', {
      changes: body === review.body ? {} : { body: { from: review.body } },
    });
  return edited;
}

/** Throws away a review that was not submitted, with its comments. @throws ApiError 422 for one that was */
export function deletePendingReview(core: Core, review: Review): void {
  if (review.state !== 'PENDING') throw unprocessable('Can not delete a non-pending pull request review');
  for (const { id } of core.tables.reviewComments.where('review', review.id))
    core.tables.reviewComments.remove(id);
  core.tables.reviews.remove(review.id);
}

const DISMISSIBLE = { APPROVED: 'approved', CHANGES_REQUESTED: 'changes_requested' } as const;

/**
 * Takes a verdict back. Who may is for the caller to check; `commitOid` is the push that made an approval stale.
 * @throws ApiError 422 for a review without verdict
 */
export function dismissReview(
  core: Core,
  actor: Actor,
  pull: Pull,
  review: Review,
  message: string,
  commitOid?: string,
): Review {
  const { state } = review;
  if (state !== 'APPROVED' && state !== 'CHANGES_REQUESTED')
    throw unprocessable(`Can not dismiss a ${state.toLowerCase()} pull request review`);
  const dismissed = core.tables.reviews.put({ ...review, state: 'DISMISSED', updatedAt: now(core) });
  addTimeline(core, actor, pull, {
    kind: 'review_dismissed',
    reviewId: review.id,
    state: DISMISSIBLE[state],
    message,
    ...(commitOid === undefined ? {} : { commitOid }),
  });
  tellReview(core, actor, touchPull(core, pull), dismissed, 'dismissed');
  return dismissed;
}
