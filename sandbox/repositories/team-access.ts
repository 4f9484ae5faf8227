import { may } from '../access/index.ts';
import type { Context } from '../kernel/context.ts';
import { forbidden, validationFailed } from '../kernel/errors.ts';
import type { Role } from '../kernel/identity.ts';
import type { Account, Team, TeamRepository } from '../state/accounts.ts';
import type { Repository } from '../state/repositories.ts';

/** Gives a team a role on a repository of its organisation, and tells. @throws ApiError 422 for another owner's */
export function setTeamRole(
  c: Context,
  team: Team,
  repository: Repository,
  role: Exclude<Role, 'none'>,
): TeamRepository {
  if (repository.ownerId !== team.organizationId) {
    throw validationFailed({
      resource: 'TeamRepository',
      code: 'custom',
      field: 'repository',
      message: 'The repository is not owned by the organization of the team',
    });
  }
  return c.tables.teamRepositories.put({
    key: `${team.id}/${repository.id}`,
    teamId: team.id,
    repositoryId: repository.id,
    role,
  });
}

/** The team that is granted access when a repository is created in its organisation. @throws ApiError 422 */
export function addMemberRepository(
  c: Context,
  organization: Account,
  teamId: number,
  repository: Repository,
): void {
  const team = c.tables.teams.get(teamId);
  if (team?.organizationId !== organization.id)
    throw validationFailed({ resource: 'Repository', code: 'invalid', field: 'team_id' });
  setTeamRole(c, team, repository, 'read');
}

/** Only an administrator of the repository shares it with a team; Apps by their permission. @throws ApiError 403 */
export function refuseUnlessAdmin(c: Context, repository: Repository): void {
  if (!may(c.core, c.viewer, repository, 'admin', 'administration')) throw forbidden();
}
