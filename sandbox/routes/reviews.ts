import { may } from '../access/index.ts';
import { actorOf } from '../issues/actor.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';
import { forbidden } from '../kernel/errors.ts';
import {
  createReview,
  deletePendingReview,
  dismissReview,
  editReview,
  reviewNumbered,
  reviewRefused,
  reviewsOf,
  submitReview,
  type ReviewInput,
  type ReviewVerdict,
} from '../pulls/reviews.ts';
import { refuseLocked } from '../pulls/locked.ts';
import { mayDismiss } from '../pulls/rules.ts';
import type { Review } from '../state/pulls.ts';
import { reviewCommentView } from '../views/review-comments.ts';
import { reviewView } from '../views/reviews.ts';
import { pullOf } from './pulls.ts';

function reviewOf(c: Context): Review {
  return reviewNumbered(c.core, pullOf(c), c.number('review_id'), c.me?.id ?? null);
}

function create(c: Context): Reply {
  const pull = pullOf(c);
  refuseLocked(c, pull);
  return c.ok(reviewView(c, createReview(c.core, actorOf(c), pull, c.input<ReviewInput>())));
}

function update(c: Context): Reply {
  const review = reviewOf(c);
  if (review.userId !== c.actor.id && !may(c.core, c.viewer, c.repo, 'write', 'pull_requests'))
    throw forbidden('Must have push access to repository');
  return c.ok(
    reviewView(c, editReview(c.core, actorOf(c), pullOf(c), review, c.input<{ body: string }>().body)),
  );
}

function submit(c: Context): Reply {
  const review = reviewOf(c);
  if (review.userId !== c.actor.id) throw reviewRefused('Could not submit a review that is not pending');
  const pull = pullOf(c);
  refuseLocked(c, pull);
  const input = c.input<{ body?: string; event: ReviewVerdict }>();
  return c.ok(reviewView(c, submitReview(c.core, actorOf(c), pull, review, input)));
}

function dismiss(c: Context): Reply {
  const pull = pullOf(c);
  const review = reviewOf(c);
  if (!mayDismiss(c.core, actorOf(c), pull))
    throw forbidden('You are not allowed to dismiss reviews on this pull request.');
  const { message } = c.input<{ message: string }>();
  if (message.trim() === '') throw reviewRefused("Message can't be blank");
  return c.ok(reviewView(c, dismissReview(c.core, actorOf(c), pull, review, message)));
}

/** Reviews: https://docs.github.com/rest/pulls/reviews */
export const reviewRoutes: Routes = {
  'pulls/list-reviews': (c) =>
    c.page(reviewsOf(c.core, pullOf(c), c.me?.id ?? null), (review) => reviewView(c, review)),
  'pulls/create-review': create,
  'pulls/get-review': (c) => c.ok(reviewView(c, reviewOf(c))),
  'pulls/update-review': update,
  'pulls/delete-pending-review': (c) => {
    const review = reviewOf(c);
    const view = reviewView(c, review);
    deletePendingReview(c.core, review);
    return c.ok(view);
  },
  'pulls/submit-review': submit,
  'pulls/dismiss-review': dismiss,
  'pulls/list-comments-for-review': (c) => {
    const review = reviewOf(c);
    return c.page(c.tables.reviewComments.where('review', review.id), (comment) =>
      reviewCommentView(c, comment),
    );
  },
};
