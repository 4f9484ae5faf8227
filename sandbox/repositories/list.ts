import { roleOf } from '../access/index.ts';
import type { Core } from '../kernel/core.ts';
import type { Repository } from '../state/repositories.ts';

/** Why somebody has to do with a repository. */
export type Affiliation = 'owner' | 'collaborator' | 'organization_member';

/** Repositories a user owns, collaborates on or reaches as a member of an organisation, each once. */
export function repositoriesOf(
  core: Core,
  userId: number,
  affiliations: readonly Affiliation[],
): Repository[] {
  const { tables } = core;
  const found = new Map<number, Repository>();
  const add = (rows: readonly Repository[]) => {
    for (const row of rows) found.set(row.id, row);
  };
  if (affiliations.includes('owner')) add(tables.repositories.where('owner', userId));
  if (affiliations.includes('collaborator')) {
    add(
      tables.collaborators.where('user', userId).map((row) => tables.repositories.require(row.repositoryId)),
    );
  }
  if (affiliations.includes('organization_member')) {
    for (const { organizationId } of tables.memberships.where('user', userId)) {
      add(
        tables.repositories
          .where('owner', organizationId)
          .filter((row) => roleOf(core, userId, row) !== 'none'),
      );
    }
  }
  return [...found.values()];
}
