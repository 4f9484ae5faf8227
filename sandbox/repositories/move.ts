import type { Context } from '../kernel/context.ts';
import { ApiError, forbidden, validationFailed } from '../kernel/errors.ts';
import type { Account } from '../state/accounts.ts';
import type { Repository } from '../state/repositories.ts';
import { accountView, organizationView } from '../views/accounts.ts';
import { leaveRedirect, nameKey, refuseTaken, usableName } from './names.ts';
import { setTeamRole } from './team-access.ts';
import { tellRepository } from './tell.ts';

/**
 * Moves a repository into an organisation where the caller may create some. Another person would first have to accept,
 * which the sandbox does not support. https://docs.github.com/rest/repos/repos#transfer-a-repository
 * @throws ApiError 403, 422, 501
 */
export function transferRepository(
  c: Context,
  before: Repository,
  target: { readonly owner: string; readonly name: string | undefined; readonly teamIds: readonly number[] },
): Repository {
  const { tables } = c;
  const owner = tables.accounts.find('login', target.owner.toLowerCase());
  if (owner === undefined || owner.id === before.ownerId)
    throw validationFailed({ resource: 'Repository', code: 'invalid', field: 'new_owner' });
  if (owner.type !== 'Organization')
    throw new ApiError(501, 'The sandbox does not support transfers that a person has to accept');
  refuseStranger(c, owner);
  const name = target.name === undefined ? before.name : usableName(target.name);
  refuseTaken(c.core, owner.id, name);
  leaveRedirect(c.core, before);
  tables.repositoryRedirects.remove(nameKey(owner.id, name));
  for (const row of tables.teamRepositories.where('repository', before.id))
    tables.teamRepositories.remove(row.key);
  const after = tables.repositories.put({ ...before, ownerId: owner.id, name, updatedAt: c.now });
  for (const id of target.teamIds) {
    const team = tables.teams.get(id);
    if (team?.organizationId !== owner.id)
      throw validationFailed({ resource: 'Repository', code: 'invalid', field: 'team_ids' });
    setTeamRole(c, team, after, 'read');
  }
  const from = tables.accounts.require(before.ownerId);
  tellRepository(c, after, 'transferred', {
    changes: {
      owner: {
        from:
          from.type === 'Organization'
            ? { organization: organizationView(c.canonical, from) }
            : { user: accountView(c.canonical, from) },
      },
    },
  });
  return after;
}

function refuseStranger(c: Context, organization: Account): void {
  const membership = c.tables.memberships.get(`${organization.id}/${c.actor.id}`);
  if (membership?.role === 'admin') return;
  if (membership === undefined || organization.membersCreateRepositories !== true)
    throw forbidden("You don't have permission to create repositories on this organization.");
}
