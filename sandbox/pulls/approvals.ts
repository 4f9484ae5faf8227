import { roleOf } from '../access/index.ts';
import type { Core } from '../kernel/core.ts';
import { atLeast } from '../kernel/identity.ts';
import type { Pull, Review } from '../state/pulls.ts';
import type { Repository } from '../state/repositories.ts';

/** Somebody's approval of a pull request. */
export interface Approval {
  readonly userId: number;
  readonly review: Review;
  /** May its giver write? Only such approvals count for rules. */
  readonly counts: boolean;
  /** Was the present head what was reviewed? */
  readonly current: boolean;
}

/**
 * The review of each person that decides: the last approval, request for changes or dismissal. Mere comments decide
 * nothing. https://docs.github.com/pull-requests/collaborating-with-pull-requests/reviewing-changes-in-pull-requests/about-pull-request-reviews
 */
export function decisions(core: Core, pull: Pick<Pull, 'id'>): Review[] {
  const last = new Map<number, Review>();
  for (const review of core.tables.reviews.where('pull', pull.id)) {
    if (review.state === 'PENDING' || review.state === 'COMMENTED') continue;
    const before = last.get(review.userId);
    if (before === undefined || review.submittedAt! >= before.submittedAt!) last.set(review.userId, review);
  }
  return [...last.values()];
}

/** Who approves, by the review that decides of each; an author has none of their own. */
export function approvals(core: Core, pull: Pull): Approval[] {
  return standing(core, pull, 'APPROVED');
}

/** Who wants something changed first. */
export function changeRequests(core: Core, pull: Pull): Approval[] {
  return standing(core, pull, 'CHANGES_REQUESTED');
}

function standing(core: Core, pull: Pull, state: Review['state']): Approval[] {
  const repository = core.tables.repositories.require(pull.repositoryId);
  const authorId = core.tables.issues.require(pull.id).authorId;
  return decisions(core, pull)
    .filter((review) => review.state === state && review.userId !== authorId)
    .map((review) => ({
      userId: review.userId,
      review,
      counts: mayWriteCode(core, review.userId, repository),
      current: review.commitOid === pull.head.oid,
    }));
}

/** Has this account write access: by its role, or for the bot of an App by the permission of its installation? */
export function mayWriteCode(core: Core, accountId: number, repository: Repository): boolean {
  const account = core.tables.accounts.require(accountId);
  if (account.type !== 'Bot') return atLeast(roleOf(core, accountId, repository), 'write');
  const app = core.tables.apps.find('bot', accountId);
  if (app === undefined) return false;
  if (app.slug === 'github-actions') return repository.actions.mayApprovePulls;
  const installation = core.tables.installations.find('appAccount', `${app.id}/${repository.ownerId}`);
  if (installation === undefined || installation.suspendedAt !== null) return false;
  const { repositories, permissions } = installation;
  return (
    permissions['contents'] === 'write' && (repositories === 'all' || repositories.includes(repository.id))
  );
}
