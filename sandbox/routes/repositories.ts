import { tellInstallations } from '../access/installation-events.ts';
import { addMemberRepository } from '../repositories/team-access.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';
import { ApiError, forbidden } from '../kernel/errors.ts';
import { plantDefaultLabels } from '../issues/labels.ts';
import { loseHeads } from '../pulls/sync.ts';
import { addRepository } from '../repositories/create.ts';
import { beginBranch, readmeTree } from '../repositories/first-commit.ts';
import { forkRepository } from '../repositories/fork.ts';
import { refuseTaken, usableName } from '../repositories/names.ts';
import { removeRepository } from '../repositories/remove.ts';
import { refuseTemplates, settingsOf, type RepositoryInput } from '../repositories/settings.ts';
import { tellRepository } from '../repositories/tell.ts';
import { replaceTopics, updateRepository } from '../repositories/update.ts';
import type { Account } from '../state/accounts.ts';
import { fullRepositoryView } from '../views/repositories.ts';

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

/** Deletes the repository of the path. */
function remove(c: Context): Reply {
  const { repo } = c;
  tellRepository(c, repo, 'deleted');
  tellInstallations(c.core, 'removed', repo, c.actor, c.viewer);
  loseHeads(c.core, { account: c.actor, by: c.viewer }, repo.id);
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
  'repos/create-fork': fork,
  'repos/get-all-topics': (c) => c.ok({ names: [...c.repo.topics] }),
  'repos/replace-all-topics': (c) =>
    c.ok({ names: [...replaceTopics(c, c.repo, c.input<{ names: string[] }>().names).topics] }),
};
