import type { Actor } from '../issues/actor.ts';
import { addTimeline } from '../issues/timeline.ts';
import { newId, now, type Core } from '../kernel/core.ts';
import type { Pull, Review, ReviewState } from '../state/pulls.ts';
import { tellReview, tellReviewComment } from './events.ts';
import { touchPull } from './find.ts';

/** Puts a review in place; nobody is told. */
export function addReview(
  core: Core,
  actor: Actor,
  pull: Pull,
  input: { readonly body: string; readonly state: ReviewState; readonly commitOid: string },
): Review {
  const at = now(core);
  return core.tables.reviews.put({
    id: newId(core),
    repositoryId: pull.repositoryId,
    pullId: pull.id,
    userId: actor.account.id,
    ...input,
    createdAt: at,
    updatedAt: at,
    submittedAt: input.state === 'PENDING' ? null : at,
  });
}

/**
 * A review is public from now on: its line in the conversation, the end of the request for it, its event and those of
 * its comments.
 */
export function tellSubmitted(core: Core, actor: Actor, pull: Pull, review: Review): void {
  addTimeline(core, actor, pull, { kind: 'reviewed', reviewId: review.id });
  const after = endRequest(core, touchPull(core, pull), review.userId);
  tellReview(core, actor, after, review, 'submitted');
  for (const comment of core.tables.reviewComments.where('review', review.id))
    tellReviewComment(core, actor, after, comment, 'created');
}

/** Who has reviewed is no longer asked to, nor is a team of theirs. */
function endRequest(core: Core, pull: Pull, userId: number): Pull {
  const teams = pull.requestedTeamIds.filter(
    (teamId) => core.tables.teamMembers.get(`${teamId}/${userId}`) === undefined,
  );
  const users = pull.requestedUserIds.filter((id) => id !== userId);
  if (users.length === pull.requestedUserIds.length && teams.length === pull.requestedTeamIds.length)
    return pull;
  return core.tables.pulls.put({ ...pull, requestedUserIds: users, requestedTeamIds: teams });
}
