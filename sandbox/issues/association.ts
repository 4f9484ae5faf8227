import type { View } from '../kernel/core.ts';
import type { Repository } from '../state/repositories.ts';

export type Association =
  'COLLABORATOR' | 'CONTRIBUTOR' | 'FIRST_TIME_CONTRIBUTOR' | 'MEMBER' | 'NONE' | 'OWNER';

/**
 * How an author stands to a repository: https://docs.github.com/graphql/reference/enums#commentauthorassociation.
 * A contributor has a commit in it, told by `noteContributor`. `newcomer` is what an author is called who is none of
 * these: GitHub names newcomers on pull requests only.
 */
export function associationOf(
  { tables }: Pick<View, 'tables'>,
  repository: Repository,
  accountId: number,
  newcomer: 'NONE' | 'FIRST_TIME_CONTRIBUTOR' = 'NONE',
): Association {
  if (repository.ownerId === accountId) return 'OWNER';
  if (tables.memberships.get(`${repository.ownerId}/${accountId}`) !== undefined) return 'MEMBER';
  if (tables.collaborators.get(`${repository.id}/${accountId}`) !== undefined) return 'COLLABORATOR';
  if (tables.contributors.get(`${repository.id}/${accountId}`) !== undefined) return 'CONTRIBUTOR';
  return tables.accounts.require(accountId).type === 'Bot' ? 'NONE' : newcomer;
}

/** Somebody's commit arrived on the default branch. */
export function noteContributor({ tables }: Pick<View, 'tables'>, repositoryId: number, accountId: number) {
  const key = `${repositoryId}/${accountId}`;
  if (tables.contributors.get(key) === undefined) tables.contributors.put({ key, repositoryId, accountId });
}
