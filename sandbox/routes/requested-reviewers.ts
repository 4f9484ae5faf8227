import { actorOf } from '../issues/actor.ts';
import type { Routes } from '../kernel/context.ts';
import { requestReviewers, unrequestReviewers, type ReviewersInput } from '../pulls/reviewers.ts';
import { accountById } from '../views/accounts.ts';
import { pullSimpleView, requestedTeamView } from '../views/pulls.ts';
import { pullOf } from './pulls.ts';

/** Requests for review: https://docs.github.com/rest/pulls/review-requests */
export const requestedReviewerRoutes: Routes = {
  'pulls/list-requested-reviewers': (c) => {
    const { requestedUserIds, requestedTeamIds } = pullOf(c);
    return c.ok({
      users: requestedUserIds.map((id) => accountById(c, id)),
      teams: requestedTeamIds.map((id) => requestedTeamView(c, c.tables.teams.require(id))),
    });
  },
  'pulls/request-reviewers': (c) => {
    const pull = requestReviewers(c.core, actorOf(c), pullOf(c), c.input<ReviewersInput>());
    return c.created(pullSimpleView(c, pull));
  },
  'pulls/remove-requested-reviewers': (c) =>
    c.ok(pullSimpleView(c, unrequestReviewers(c.core, actorOf(c), pullOf(c), c.input<ReviewersInput>()))),
};
