import { canSee } from '../access/index.ts';
import { higher } from '../access/roles.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';
import { notFound, validationFailed } from '../kernel/errors.ts';
import type { Role } from '../kernel/identity.ts';
import { nameKey } from '../repositories/names.ts';
import { refuseUnlessAdmin, setTeamRole } from '../repositories/team-access.ts';
import type { Team } from '../state/accounts.ts';
import type { Repository } from '../state/repositories.ts';
import { listedRepositoryView, roleView } from '../views/repositories.ts';
import { roleNamed, teamView } from '../views/teams.ts';
import { manages, teamOf } from './team-of-path.ts';

/** A repository by its full name, if the caller may know of it. @throws ApiError 404 */
export function repositoryNamed(c: Context, ownerLogin: string, name: string): Repository {
  const owner = c.found(c.tables.accounts.find('login', ownerLogin.toLowerCase()));
  const repository = c.found(c.tables.repositories.find('name', nameKey(owner.id, name)));
  if (!canSee(c.core, c.viewer, repository)) throw notFound();
  return repository;
}

function repositoryOf(c: Context): Repository {
  return repositoryNamed(c, c.text('owner'), c.text('repo'));
}

/** A team's role on a repository: its own, or one of a team above it. */
function roleOfTeam(c: Context, team: Team, repository: Repository): Role {
  let best: Role = 'none';
  for (let id: number | null = team.id; id !== null; id = c.tables.teams.get(id)?.parentId ?? null)
    best = higher(best, c.tables.teamRepositories.get(`${id}/${repository.id}`)?.role ?? 'none');
  return best;
}

function teamRepositoryView(c: Context, repository: Repository, role: Role) {
  return { ...listedRepositoryView(c, repository), permissions: roleView(role), role_name: role };
}

function listRepositories(c: Context): Reply {
  const team = teamOf(c);
  const rows = c.tables.repositories
    .where('owner', team.organizationId)
    .filter((row) => roleOfTeam(c, team, row) !== 'none' && canSee(c.core, c.viewer, row));
  return c.page(rows, (row) => teamRepositoryView(c, row, roleOfTeam(c, team, row)));
}

/** 204, or the repository where the media type asks for it: `application/vnd.github.v3.repository+json`. */
function checkRepository(c: Context): Reply {
  const team = teamOf(c);
  const repository = repositoryOf(c);
  const role = roleOfTeam(c, team, repository);
  if (role === 'none') throw notFound();
  const whole = (c.request.headers['accept'] ?? '').includes('.repository+json');
  return whole ? c.ok(teamRepositoryView(c, repository, role)) : c.noContent();
}

function setRepository(c: Context): Reply {
  const team = teamOf(c);
  const repository = repositoryOf(c);
  refuseUnlessAdmin(c, repository);
  const role = roleNamed(c.input<{ permission?: string }>().permission ?? 'push');
  if (role === undefined)
    throw validationFailed({ resource: 'TeamRepository', code: 'invalid', field: 'permission' });
  const known = c.tables.teamRepositories.get(`${team.id}/${repository.id}`);
  setTeamRole(c, team, repository, role);
  if (known === undefined)
    c.emit({
      name: 'team_add',
      repositoryId: repository.id,
      payload: (view) => ({ team: teamView(view, team, role) }),
    });
  return c.noContent();
}

/** Owners and administrators of the repository take it out of a team; so do the team's maintainers. */
function removeRepository(c: Context): Reply {
  const team = teamOf(c);
  const repository = repositoryOf(c);
  if (!manages(c, team)) refuseUnlessAdmin(c, repository);
  c.tables.teamRepositories.remove(`${team.id}/${repository.id}`);
  return c.noContent();
}

/** What teams may do on repositories: https://docs.github.com/rest/teams/teams */
export const teamRepositoryRoutes: Routes = {
  'teams/list-repos-in-org': listRepositories,
  'teams/check-permissions-for-repo-in-org': checkRepository,
  'teams/add-or-update-repo-permissions-in-org': setRepository,
  'teams/remove-repo-in-org': removeRepository,
};
