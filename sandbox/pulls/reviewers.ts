import { roleOf } from '../access/index.ts';
import type { Actor } from '../issues/actor.ts';
import { addTimeline } from '../issues/timeline.ts';
import type { Core } from '../kernel/core.ts';
import { unprocessable, validationFailed } from '../kernel/errors.ts';
import type { Account, Team } from '../state/accounts.ts';
import type { Pull } from '../state/pulls.ts';
import type { Repository } from '../state/repositories.ts';
import { accountView } from '../views/accounts.ts';
import { fullName } from '../views/repositories.ts';
import { requestedTeamView } from '../views/pulls.ts';
import { tellPull } from './events.ts';
import { issueOf, touchPull } from './find.ts';
import { codeownerGroups, readOwners, teamNamed, type Reviewers } from './owners.ts';

export interface ReviewersInput {
  readonly reviewers?: readonly string[] | undefined;
  readonly team_reviewers?: readonly string[] | undefined;
}

/**
 * Asks people and teams for a review.
 * https://docs.github.com/rest/pulls/review-requests#request-reviewers-for-a-pull-request
 * @throws ApiError 422 for the author, and for who is no collaborator
 */
export function requestReviewers(core: Core, actor: Actor, pull: Pull, input: ReviewersInput): Pull {
  const repository = core.tables.repositories.require(pull.repositoryId);
  const { authorId } = issueOf(core, pull);
  const wanted = resolve(core, repository, input);
  if (wanted.users.some(({ id }) => id === authorId))
    throw unprocessable('Review cannot be requested from pull request author.');
  return addRequests(core, actor, pull, wanted);
}

/** Asks no longer. Those who were not asked are passed over. @throws ApiError 422 for names of nobody here */
export function unrequestReviewers(core: Core, actor: Actor, pull: Pull, input: ReviewersInput): Pull {
  const repository = core.tables.repositories.require(pull.repositoryId);
  const { users, teams } = resolve(core, repository, input);
  let current = pull;
  for (const user of users) {
    if (!current.requestedUserIds.includes(user.id)) continue;
    const requestedUserIds = current.requestedUserIds.filter((id) => id !== user.id);
    current = change(core, current, { requestedUserIds });
    tellUser(core, actor, current, user, 'review_request_removed');
  }
  for (const team of teams) {
    if (!current.requestedTeamIds.includes(team.id)) continue;
    const requestedTeamIds = current.requestedTeamIds.filter((id) => id !== team.id);
    current = change(core, current, { requestedTeamIds });
    tellTeam(core, actor, current, team, 'review_request_removed');
  }
  return current;
}

/**
 * Asks the owners of the changed files, by the CODEOWNERS of the base branch; drafts ask nobody, the author is not asked,
 * and owners without write access are none.
 */
export function requestCodeowners(core: Core, actor: Actor, pull: Pull): Pull {
  if (pull.draft) return pull;
  const owners = codeownersOf(core, pull);
  const { authorId } = issueOf(core, pull);
  const users = owners.users.filter(
    ({ id }) => id !== authorId && core.tables.reviews.count('user', `${pull.id}/${id}`) === 0,
  );
  return addRequests(core, actor, pull, { ...owners, users });
}

/** Who owns the changed files and may write: each owner once, in the order of the files. */
export function codeownersOf(core: Core, pull: Pull): Reviewers {
  const names = new Set(codeownerGroups(core, pull).flat());
  return readOwners(core, core.tables.repositories.require(pull.repositoryId), names);
}

function resolve(core: Core, repository: Repository, input: ReviewersInput): Reviewers {
  const users = (input.reviewers ?? []).map((login) => {
    const user = core.tables.accounts.find('login', login.toLowerCase());
    return user !== undefined && isCollaborator(core, user, repository) ? user : undefined;
  });
  const teams = (input.team_reviewers ?? []).map((slug) => {
    const team = teamNamed(core, repository, slug.toLowerCase());
    const access = team && core.tables.teamRepositories.get(`${team.id}/${repository.id}`);
    return access === undefined ? undefined : team;
  });
  if (users.includes(undefined) || teams.includes(undefined))
    throw unprocessable(
      `Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the ${fullName(core, repository)} repository.`,
    );
  return { users: users.filter((user) => user !== undefined), teams: teams.filter((t) => t !== undefined) };
}

function isCollaborator(core: Core, user: Account, repository: Repository): boolean {
  return user.type === 'User' && roleOf(core, user.id, repository) !== 'none';
}

/** GitHub asks at most this many: https://docs.github.com/rest/pulls/review-requests */
const MOST_REVIEWERS = 100;

function addRequests(core: Core, actor: Actor, pull: Pull, { users, teams }: Reviewers): Pull {
  let current = pull;
  for (const user of users) {
    if (current.requestedUserIds.includes(user.id)) continue;
    current = change(core, current, { requestedUserIds: [...current.requestedUserIds, user.id] });
    tellUser(core, actor, current, user, 'review_requested');
  }
  for (const team of teams) {
    if (current.requestedTeamIds.includes(team.id)) continue;
    current = change(core, current, { requestedTeamIds: [...current.requestedTeamIds, team.id] });
    tellTeam(core, actor, current, team, 'review_requested');
  }
  if (current.requestedUserIds.length + current.requestedTeamIds.length > MOST_REVIEWERS)
    throw validationFailed({
      resource: 'PullRequest',
      code: 'custom',
      field: 'reviewers',
      message: `at most ${MOST_REVIEWERS} reviewers may be requested`,
    });
  return current;
}

function change(core: Core, pull: Pull, changes: Partial<Pull>): Pull {
  core.tables.pulls.put({ ...pull, ...changes });
  return touchPull(core, pull);
}

type Asked = 'review_requested' | 'review_request_removed';

function tellUser(core: Core, actor: Actor, pull: Pull, user: Account, kind: Asked): void {
  addTimeline(core, actor, pull, { kind, requesterId: actor.account.id, reviewerId: user.id });
  tellPull(core, actor, pull, kind, (view) => ({ requested_reviewer: accountView(view, user) }));
}

function tellTeam(core: Core, actor: Actor, pull: Pull, team: Team, kind: Asked): void {
  addTimeline(core, actor, pull, { kind, requesterId: actor.account.id, teamId: team.id });
  tellPull(core, actor, pull, kind, (view) => ({ requested_team: requestedTeamView(view, team) }));
}
