import type { Actor } from '../issues/actor.ts';
import type { Core, View } from '../kernel/core.ts';
import { nodeId } from '../kernel/node-id.ts';
import { emit, type EventFacts, type Payload } from '../kernel/events.ts';
import type { Pull, Review, ReviewComment } from '../state/pulls.ts';
import { reviewCommentView } from '../views/review-comments.ts';
import { reviewPayload } from '../views/reviews.ts';
import { pullPayload, pullSimplePayload } from '../views/pulls.ts';
import { pullRef } from './refs.ts';

/** What triggers ask of an event about a pull request: workflows see its merge or, before that, the trial of it, if any. */
export function pullFacts(pull: Pull): EventFacts {
  const sha = pull.merged?.oid ?? pull.trial?.merge ?? undefined;
  return {
    pullId: pull.id,
    issueId: pull.id,
    ref: pullRef(pull.number, 'merge'),
    ...(sha === undefined ? {} : { sha }),
  };
}

/** Tells `pull_request.<action>`; `more` are the members beside `number` and `pull_request`. */
export function tellPull(
  core: Core,
  actor: Actor,
  pull: Pull,
  action: string,
  more: (view: View) => Payload = () => ({}),
  facts: EventFacts = {},
): void {
  emit(core, {
    name: 'pull_request',
    action,
    repositoryId: pull.repositoryId,
    sender: actor.account,
    by: actor.by,
    payload: (view) => ({ number: pull.number, pull_request: pullPayload(view, pull), ...more(view) }),
    facts: { ...pullFacts(pull), ...facts },
  });
}

/** Tells `pull_request_review.<action>`. */
export function tellReview(
  core: Core,
  actor: Actor,
  pull: Pull,
  review: Review,
  action: 'submitted' | 'edited' | 'dismissed',
  more: Payload = {},
): void {
  emit(core, {
    name: 'pull_request_review',
    action,
    repositoryId: pull.repositoryId,
    sender: actor.account,
    by: actor.by,
    payload: (view) => ({
      review: reviewPayload(view, review),
      pull_request: pullSimplePayload(view, pull),
      ...more,
    }),
    facts: pullFacts(pull),
  });
}

/** Tells `pull_request_review_comment.<action>`. */
export function tellReviewComment(
  core: Core,
  actor: Actor,
  pull: Pull,
  comment: ReviewComment,
  action: 'created' | 'edited' | 'deleted',
  more: Payload = {},
): void {
  emit(core, {
    name: 'pull_request_review_comment',
    action,
    repositoryId: pull.repositoryId,
    sender: actor.account,
    by: actor.by,
    payload: (view) => ({
      comment: reviewCommentView(view, comment),
      pull_request: pullSimplePayload(view, pull),
      ...more,
    }),
    facts: pullFacts(pull),
  });
}

/** Tells `pull_request_review_thread.<action>`. */
export function tellThread(
  core: Core,
  actor: Actor,
  pull: Pull,
  comments: readonly ReviewComment[],
  action: 'resolved' | 'unresolved',
): void {
  emit(core, {
    name: 'pull_request_review_thread',
    action,
    repositoryId: pull.repositoryId,
    sender: actor.account,
    by: actor.by,
    payload: (view) => ({
      thread: {
        node_id: nodeId('PRRT', comments[0]!.id),
        comments: comments.map((comment) => reviewCommentView(view, comment)),
      },
      pull_request: pullSimplePayload(view, pull),
    }),
    facts: pullFacts(pull),
  });
}
