import { canSee } from '../access/index.ts';
import { tellInstallations } from '../access/installation-events.ts';
import { addMemberRepository } from '../repositories/team-access.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';
import { ApiError, forbidden } from '../kernel/errors.ts';
import { plantDefaultLabels } from '../issues/labels.ts';
import { addRepository } from '../repositories/create.ts';
import { beginBranch, readmeTree } from '../repositories/first-commit.ts';
import { forkRepository } from '../repositories/fork.ts';
import { repositoriesOf, type Affiliation } from '../repositories/list.ts';
import { refuseTaken, usableName } from '../repositories/names.ts';
import { removeRepository } from '../repositories/remove.ts';
import { refuseTemplates, settingsOf, type RepositoryInput } from '../repositories/settings.ts';
import { tellRepository } from '../repositories/tell.ts';
import { replaceTopics, updateRepository } from '../repositories/update.ts';
import type { Account } from '../state/accounts.ts';
import type { Repository } from '../state/repositories.ts';
import { fullRepositoryView, listedRepositoryView } from '../views/repositories.ts';
import { teamView } from '../views/teams.ts';

function create(c: Context, owner: Account): Reply {
  const input = c.input<RepositoryInput>();
  const name = usableName(input.name);
  refuseTaken(c.core, owner.id, name);
  refuseTemplates(input);
  const settings = settingsOf(input);
  const repository = addRepository(c.core, owner.id, name, settings);
  plantDefaultLabels(c.core, repository.id);
  if (input.team_id !== undefined) addMemberRepository(c, owner, input.team_id, repository);
  tellRepository(c, repository, 'created');
  tellInstallations(c.core, 'added', repository, c.actor, c.viewer);
  if (input.auto_init === true) {
    const tree = readmeTree(c.core.objects(repository), repository);
    beginBranch(c.core, repository, { account: c.actor, by: c.viewer }, tree);
  }
  return c.created(fullRepositoryView(c, c.tables.repositories.require(repository.id)));
}

/** Members may create repositories where the organisation lets them; owners always. Apps by their permission. */
function organizationToCreateIn(c: Context): Account {
  const organization = c.found(c.tables.accounts.find('login', c.text('org').toLowerCase()));
  if (c.viewer.kind !== 'user') return organization;
  const membership = c.tables.memberships.get(`${organization.id}/${c.viewer.userId}`);
  if (membership?.role !== 'admin' && organization.membersCreateRepositories !== true)
    throw forbidden("You don't have permission to create repositories on this organization.");
  return organization;
}

/** A classic token that may touch only public repositories creates no private one. */
function refusePrivateWithoutScope(c: Context): void {
  const { viewer } = c;
  const { private: secret, visibility } = c.input<RepositoryInput>();
  const isPrivate = secret === true || visibility === 'private';
  if (isPrivate && viewer.kind === 'user' && viewer.scopes?.includes('repo') === false)
    throw new ApiError(404, 'Not Found', { headers: { 'x-accepted-oauth-scopes': 'repo' } });
}

function fork(c: Context): Reply {
  const { organization, name, default_branch_only } = c.input<{
    organization?: string;
    name?: string;
    default_branch_only?: boolean;
  }>();
  const owner = organization === undefined ? c.actor : organizationForFork(c, organization);
  if (owner.type === 'Bot') throw forbidden('Resource not accessible by integration');
  const made = forkRepository(c, c.repo, owner, {
    ...(name === undefined ? {} : { name }),
    defaultBranchOnly: default_branch_only === true,
  });
  return c.accepted(fullRepositoryView(c, made));
}

function organizationForFork(c: Context, login: string): Account {
  const organization = c.tables.accounts.find('login', login.toLowerCase());
  const member = c.me !== null && c.tables.memberships.get(`${organization?.id ?? 0}/${c.me.id}`);
  if (organization?.type !== 'Organization' || !member)
    throw new ApiError(422, 'Validation Failed', {
      errors: [{ resource: 'Fork', code: 'invalid', field: 'organization', value: login }],
    });
  if (member.role !== 'admin' && organization.membersCreateRepositories !== true)
    throw forbidden("You don't have permission to create repositories on this organization.");
  return organization;
}

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
  const since = Number(c.ask('since') ?? 0);
  const rows: Repository[] = [];
  for (const row of c.tables.repositories.all()) if (!row.private && row.id > since) rows.push(row);
  return c.page(rows.sort((a, b) => a.id - b.id).slice(0, 100), (row) => listedRepositoryView(c, row));
}

/** Deletes the repository of the path. */
function remove(c: Context): Reply {
  const { repo } = c;
  tellRepository(c, repo, 'deleted');
  tellInstallations(c.core, 'removed', repo, c.actor, c.viewer);
  removeRepository(c.core, repo);
  return c.noContent();
}

/** Repositories: https://docs.github.com/rest/repos/repos and https://docs.github.com/rest/repos/forks */
export const repositoryRoutes: Routes = {
  'repos/get': (c) => c.ok(fullRepositoryView(c, c.repo)),
  'repos/create-for-authenticated-user': (c) => {
    refusePrivateWithoutScope(c);
    return create(c, c.actor);
  },
  'repos/create-in-org': (c) => {
    refusePrivateWithoutScope(c);
    return create(c, organizationToCreateIn(c));
  },
  'repos/update': (c) => c.ok(fullRepositoryView(c, updateRepository(c, c.repo, c.input()))),
  'repos/delete': remove,
  'repos/list-for-user': listOfUser,
  'repos/list-for-org': listOfOrganization,
  'repos/list-for-authenticated-user': listOfMine,
  'repos/list-public': listPublic,
  'repos/list-forks': listForks,
  'repos/create-fork': fork,
  'repos/get-all-topics': (c) => c.ok({ names: [...c.repo.topics] }),
  'repos/replace-all-topics': (c) =>
    c.ok({ names: [...replaceTopics(c, c.repo, c.input<{ names: string[] }>().names).topics] }),
  'repos/list-teams': listTeams,
};
