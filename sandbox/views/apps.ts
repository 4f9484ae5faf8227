import type { View } from '../kernel/core.ts';
import { nodeId } from '../kernel/node-id.ts';
import type { App, Installation } from '../state/accounts.ts';
import { accountById } from './accounts.ts';

/** GitHub's "integration": an App as everybody sees it. */
export function appView(view: View, app: App) {
  return {
    id: app.id,
    slug: app.slug,
    node_id: nodeId('A', app.id),
    client_id: app.clientId,
    owner: accountById(view, app.ownerId),
    name: app.name,
    description: app.description,
    external_url: app.externalUrl,
    html_url: `${view.urls.web}/apps/${app.slug}`,
    created_at: app.createdAt,
    updated_at: app.updatedAt,
    permissions: { ...app.permissions },
    events: [...app.events],
  };
}

/** The App of an id; null stays null. */
export function appOrNull(view: View, id: number | null): ReturnType<typeof appView> | null {
  return id === null ? null : appView(view, view.tables.apps.require(id));
}

/** An App as itself sees it. */
export function ownAppView(view: View, app: App) {
  return {
    ...appView(view, app),
    installations_count: view.tables.installations.count('app', app.id),
  };
}

/** GitHub's "installation". */
export function installationView(view: View, installation: Installation) {
  const { tables, urls } = view;
  const app = tables.apps.require(installation.appId);
  const account = tables.accounts.require(installation.accountId);
  const organization = account.type === 'Organization';
  const place = organization ? `organizations/${account.login}/settings` : 'settings';
  return {
    id: installation.id,
    node_id: nodeId('IN', installation.id),
    client_id: app.clientId,
    account: accountById(view, account.id),
    repository_selection: installation.repositories === 'all' ? 'all' : 'selected',
    access_tokens_url: `${urls.api}/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${urls.api}/installation/repositories`,
    html_url: `${urls.web}/${place}/installations/${installation.id}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions: { ...installation.permissions },
    events: [...installation.events],
    created_at: installation.createdAt,
    updated_at: installation.updatedAt,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: accountById(view, installation.suspendedById),
    suspended_at: installation.suspendedAt,
  };
}

/** The few words of a repository that installation events carry. */
export function installedRepositoryView(
  view: View,
  repository: {
    readonly id: number;
    readonly name: string;
    readonly ownerId: number;
    readonly private: boolean;
  },
) {
  const owner = view.tables.accounts.require(repository.ownerId);
  return {
    id: repository.id,
    node_id: nodeId('R', repository.id),
    name: repository.name,
    full_name: `${owner.login}/${repository.name}`,
    private: repository.private,
  };
}
