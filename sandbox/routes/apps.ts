import { issueInstallationToken } from '../access/tokens.ts';
import { finishManifest, installationOn, installationRepositories, uninstallApp } from '../access/apps.ts';
import { suspended } from '../access/identify.ts';
import { tellInstallation, tellRepositories } from '../access/installation-events.ts';
import { canSee, grants, roleOf } from '../access/index.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';
import { ApiError, notFound, validationFailed } from '../kernel/errors.ts';
import type { Access, Permissions } from '../kernel/identity.ts';
import type { Account, App, Installation } from '../state/accounts.ts';
import type { Repository } from '../state/repositories.ts';
import { appView, installationView, ownAppView } from '../views/apps.ts';
import { listedRepositoryView } from '../views/repositories.ts';

/** The App of the JWT. */
function ownApp(c: Context): App {
  if (c.viewer.kind !== 'app') throw new Error(`${c.operation.id} without a JWT`);
  return c.tables.apps.require(c.viewer.appId);
}

function installationOfPath(c: Context): Installation {
  const installation = c.found(c.tables.installations.get(c.number('installation_id')));
  if (installation.appId !== ownApp(c).id) throw notFound();
  return installation;
}

function installationOnAccount(c: Context, login: string, type: Account['type']): Reply {
  const account = c.found(c.tables.accounts.find('login', login.toLowerCase()));
  if (account.type !== type) throw notFound();
  const found = c.tables.installations.find('appAccount', `${ownApp(c).id}/${account.id}`);
  return c.ok(installationView(c, c.found(found)));
}

interface TokenInput {
  readonly repositories?: readonly string[];
  readonly repository_ids?: readonly number[];
  readonly permissions?: Permissions;
}

/**
 * A token for the installation, or for less: some of its repositories, some of its permissions. Never for more.
 * https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app
 */
function createToken(c: Context): Reply {
  const installation = installationOfPath(c);
  if (installation.suspendedAt !== null) throw suspended();
  const input = c.input<TokenInput>();
  const chosen = chosenRepositories(c, installation, input);
  const permissions = chosenPermissions(installation, input.permissions);
  const { text, expiresAt } = issueInstallationToken(c.core, installation.id, {
    permissions,
    repositories: chosen?.map((row) => row.id) ?? installation.repositories,
  });
  return c.created({
    token: text,
    expires_at: expiresAt,
    permissions,
    repository_selection: chosen === undefined && installation.repositories === 'all' ? 'all' : 'selected',
    ...(chosen === undefined ? {} : { repositories: chosen.map((row) => listedRepositoryView(c, row)) }),
  });
}

function chosenRepositories(
  c: Context,
  installation: Installation,
  { repositories: names, repository_ids: ids }: TokenInput,
): readonly Repository[] | undefined {
  if (names === undefined && ids === undefined) return undefined;
  const reachable = installationRepositories(c.core, installation);
  const found = new Map<number, Repository>();
  const unreachable = () =>
    new ApiError(
      422,
      'There is at least one repository that does not exist or is not accessible to the parent installation.',
    );
  for (const name of names ?? []) {
    const row = reachable.find((one) => one.name.toLowerCase() === name.toLowerCase());
    if (row === undefined) throw unreachable();
    found.set(row.id, row);
  }
  for (const id of ids ?? []) {
    const row = reachable.find((one) => one.id === id);
    if (row === undefined) throw unreachable();
    found.set(row.id, row);
  }
  if (found.size === 0 || found.size > 500)
    throw validationFailed({ resource: 'IntegrationInstallation', code: 'invalid', field: 'repositories' });
  return [...found.values()];
}

function chosenPermissions(installation: Installation, asked: Permissions | undefined): Permissions {
  if (asked === undefined || Object.keys(asked).length === 0) return installation.permissions;
  const chosen: Record<string, Access> = { metadata: 'read' };
  for (const [name, access] of Object.entries(asked)) {
    if (access === undefined || !grants(installation.permissions, name, access))
      throw new ApiError(422, 'The permissions requested are not granted to this installation.');
    chosen[name] = access;
  }
  return chosen;
}

function remove(c: Context): Reply {
  const installation = installationOfPath(c);
  tellInstallation(c.core, installation, 'deleted', ownerOf(c), c.viewer);
  uninstallApp(c.core, installation.id);
  return c.noContent();
}

/** Suspends or brings back an installation; the App is told either way. */
function suspend(c: Context, yes: boolean): Reply {
  const before = installationOfPath(c);
  if ((before.suspendedAt !== null) === yes) return c.noContent();
  const after = c.tables.installations.put({
    ...before,
    suspendedAt: yes ? c.now : null,
    suspendedById: yes ? ownApp(c).ownerId : null,
    updatedAt: c.now,
  });
  tellInstallation(c.core, after, yes ? 'suspend' : 'unsuspend', ownerOf(c), c.viewer);
  return c.noContent();
}

/** An App acts for its owner where it acts on itself. */
function ownerOf(c: Context): Account {
  return c.tables.accounts.require(ownApp(c).ownerId);
}

/** Repositories of the token that asks. */
function listAccessible(c: Context): Reply {
  const { viewer } = c;
  let rows: readonly Repository[] = [];
  let selection: 'all' | 'selected' = 'selected';
  if (viewer.kind === 'job') rows = [c.tables.repositories.require(viewer.repositoryId)];
  if (viewer.kind === 'installation') {
    const installation = c.tables.installations.require(viewer.installationId);
    rows = installationRepositories(c.core, { ...installation, repositories: viewer.repositories });
    if (viewer.repositories === 'all') selection = 'all';
  }
  return c.page(
    rows,
    (row) => listedRepositoryView(c, row),
    (repositories, total_count) => ({ total_count, repository_selection: selection, repositories }),
  );
}

/** Ends the token that asks. */
function revokeToken(c: Context): Reply {
  if (c.viewer.kind === 'installation' || c.viewer.kind === 'job') c.tables.tokens.remove(c.viewer.tokenId);
  return c.noContent();
}

/** Exchanges the code of a confirmed manifest for the App and its credentials. */
function convertManifest(c: Context): Reply {
  const { app, pem } = finishManifest(c.core, c.text('code'));
  return c.created({
    ...appView(c, app),
    client_secret: app.clientSecret,
    webhook_secret: app.webhookSecret,
    pem,
  });
}

/** Installations on the user's own account and on organisations the user is in. */
function installationsOfMine(c: Context): readonly Installation[] {
  const accounts = [
    c.actor.id,
    ...c.tables.memberships.where('user', c.actor.id).map((row) => row.organizationId),
  ];
  return accounts.flatMap((id) => c.tables.installations.where('account', id));
}

function installationOfMine(c: Context): Installation {
  const id = c.number('installation_id');
  return c.found(installationsOfMine(c).find((row) => row.id === id));
}

/** GitHub lists these to tokens that an App got from the user; the sandbox has none of those. */
function onlyForTokensOfApps(): never {
  throw new ApiError(
    403,
    'You must authenticate with an access token authorized to a GitHub App in order to list installations',
  );
}

/** Adds or removes one repository of an installation: an administrator's of the repository to do. */
function choose(c: Context, add: boolean): Reply {
  const before = installationOfMine(c);
  const repository = c.found(c.tables.repositories.get(c.number('repository_id')));
  if (!canSee(c.core, c.viewer, repository) || repository.ownerId !== before.accountId) throw notFound();
  if (roleOf(c.core, c.actor.id, repository) !== 'admin')
    throw new ApiError(403, 'Must have admin rights to Repository.');
  if (before.repositories === 'all') {
    if (add) return c.noContent();
    throw validationFailed('The installation is on all repositories');
  }
  const has = before.repositories.includes(repository.id);
  if (has === add) return add ? c.noContent() : notThere();
  const repositories = add
    ? [...before.repositories, repository.id]
    : before.repositories.filter((id) => id !== repository.id);
  const after = c.tables.installations.put({ ...before, repositories, updatedAt: c.now });
  tellRepositories(c.core, after, add ? 'added' : 'removed', repository, c.actor, c.viewer);
  return c.noContent();
}

function notThere(): never {
  throw notFound();
}

/** Apps and their installations: https://docs.github.com/rest/apps */
export const appRoutes: Routes = {
  'apps/get-authenticated': (c) => c.ok(ownAppView(c, ownApp(c))),
  'apps/get-by-slug': (c) =>
    c.ok(appView(c, c.found(c.tables.apps.find('slug', c.text('app_slug').toLowerCase())))),
  'apps/list-installations': (c) =>
    c.page(c.tables.installations.where('app', ownApp(c).id), (row) => installationView(c, row)),
  'apps/get-installation': (c) => c.ok(installationView(c, installationOfPath(c))),
  'apps/delete-installation': remove,
  'apps/suspend-installation': (c) => suspend(c, true),
  'apps/unsuspend-installation': (c) => suspend(c, false),
  'apps/create-installation-access-token': createToken,
  'apps/revoke-installation-access-token': revokeToken,
  'apps/get-repo-installation': (c) =>
    c.ok(installationView(c, c.found(installationOn(c.core, ownApp(c).id, c.repo)))),
  'apps/get-org-installation': (c) => installationOnAccount(c, c.text('org'), 'Organization'),
  'apps/get-user-installation': (c) => installationOnAccount(c, c.text('username'), 'User'),
  'apps/list-repos-accessible-to-installation': listAccessible,
  'apps/list-installations-for-authenticated-user': onlyForTokensOfApps,
  'apps/list-installation-repos-for-authenticated-user': onlyForTokensOfApps,
  'apps/add-repo-to-installation-for-authenticated-user': (c) => choose(c, true),
  'apps/remove-repo-from-installation-for-authenticated-user': (c) => choose(c, false),
  'apps/create-from-manifest': convertManifest,
};
