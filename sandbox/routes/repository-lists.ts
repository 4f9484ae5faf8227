import { canSee } from '../access/index.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';
import { ApiError } from '../kernel/errors.ts';
import { repositoriesOf, type Affiliation } from '../repositories/list.ts';
import type { Repository } from '../state/repositories.ts';
import { listedRepositoryView } from '../views/repositories.ts';
import { teamView } from '../views/teams.ts';
import { sincePage } from './since.ts';

/** Order of a list: newest first by time, `full_name` from a to z. */
function sorted(c: Context, rows: Repository[], by: string, direction: string | undefined): Repository[] {
  const key = (row: Repository): string => {
    switch (by) {
      case 'created':
        return row.createdAt;
      case 'updated':
        return row.updatedAt;
      case 'pushed':
        return row.pushedAt ?? row.createdAt;
      default:
        return `${c.tables.accounts.require(row.ownerId).login}/${row.name}`.toLowerCase();
    }
  };
  const down = (direction ?? (by === 'full_name' ? 'asc' : 'desc')) === 'desc' ? -1 : 1;
  const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);
  return rows.sort((a, b) => down * (compare(key(a), key(b)) || a.id - b.id));
}

function listOfOrganization(c: Context): Reply {
  const organization = c.found(c.tables.accounts.find('login', c.text('org').toLowerCase()));
  const type = c.ask('type') ?? 'all';
  const rows = c.tables.repositories.where('owner', organization.id).filter((row) => {
    if (!canSee(c.core, c.viewer, row)) return false;
    if (type === 'public' || type === 'private') return row.private === (type === 'private');
    if (type === 'forks' || type === 'sources') return (row.forkOf !== null) === (type === 'forks');
    return true;
  });
  const by = c.ask('sort') ?? 'created';
  return c.page(sorted(c, rows, by, c.ask('direction')), (row) => listedRepositoryView(c, row));
}

function listOfUser(c: Context): Reply {
  const account = c.found(c.tables.accounts.find('login', c.text('username').toLowerCase()));
  const type = c.ask('type') ?? 'owner';
  const rows = repositoriesOf(c.core, account.id, AFFILIATIONS[type] ?? ['owner']).filter(
    (row) => !row.private,
  );
  const by = c.ask('sort') ?? 'full_name';
  return c.page(sorted(c, rows, by, c.ask('direction')), (row) => listedRepositoryView(c, row));
}

const AFFILIATIONS: Readonly<Record<string, readonly Affiliation[]>> = {
  owner: ['owner'],
  member: ['collaborator', 'organization_member'],
  all: ['owner', 'collaborator', 'organization_member'],
};

/** What the caller owns, collaborates on or reaches through an organisation. */
function listOfMine(c: Context): Reply {
  const type = c.search.get('type');
  const affiliation = c.search.get('affiliation');
  const visibility = c.search.get('visibility');
  if (type !== null && (affiliation !== null || visibility !== null))
    throw new ApiError(422, 'If you specify visibility or affiliation, you cannot specify type.');
  const kinds = (affiliation?.split(',').map((kind) => kind.trim()) ??
    AFFILIATIONS[type ?? 'all'] ??
    AFFILIATIONS['all']!) as readonly Affiliation[];
  const shown = visibility ?? (type === 'public' || type === 'private' ? type : 'all');
  const since = c.ask('since');
  const before = c.ask('before');
  const rows = repositoriesOf(c.core, c.actor.id, kinds).filter(
    (row) =>
      canSee(c.core, c.viewer, row) &&
      (shown === 'all' || row.private === (shown === 'private')) &&
      (since === undefined || Date.parse(row.updatedAt) >= Date.parse(since)) &&
      (before === undefined || Date.parse(row.updatedAt) <= Date.parse(before)),
  );
  const by = c.ask('sort') ?? 'full_name';
  return c.page(sorted(c, rows, by, c.ask('direction')), (row) => listedRepositoryView(c, row));
}

/** Forks the caller may see. */
function listForks(c: Context): Reply {
  const rows = c.tables.repositories
    .where('forkOf', c.repo.id)
    .filter((row) => canSee(c.core, c.viewer, row));
  if (c.ask('sort') !== 'oldest') rows.reverse();
  return c.page(rows, (row) => listedRepositoryView(c, row));
}

/** Teams with a role on the repository. */
function listTeams(c: Context): Reply {
  const rows = c.tables.teamRepositories.where('repository', c.repo.id);
  return c.page(rows, (row) => teamView(c, c.tables.teams.require(row.teamId), row.role));
}

function listPublic(c: Context): Reply {
  const rows = [...c.tables.repositories.all()].filter((row) => !row.private);
  return sincePage(c, rows, (row) => listedRepositoryView(c, row), 100);
}

/** Lists of repositories, of forks and of who is on one: https://docs.github.com/rest/repos/repos#list-organization-repositories */
export const repositoryListRoutes: Routes = {
  'repos/list-for-user': listOfUser,
  'repos/list-for-org': listOfOrganization,
  'repos/list-for-authenticated-user': listOfMine,
  'repos/list-public': listPublic,
  'repos/list-forks': listForks,
  'repos/list-teams': listTeams,
};
