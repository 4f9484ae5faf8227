import type { Core } from '../kernel/core.ts';
import { emit } from '../kernel/events.ts';
import type { Identity } from '../kernel/identity.ts';
import type { Account, Installation } from '../state/accounts.ts';
import type { Repository } from '../state/repositories.ts';
import { installationView, installedRepositoryView } from '../views/apps.ts';
import { installApp, installationRepositories } from './apps.ts';

/** Tells an App that it was installed, suspended, taken away…: https://docs.github.com/webhooks/webhook-events-and-payloads#installation */
export function tellInstallation(
  core: Core,
  installation: Installation,
  action: 'created' | 'deleted' | 'suspend' | 'unsuspend' | 'new_permissions_accepted',
  sender: Account,
  by: Identity,
): void {
  emit(core, {
    name: 'installation',
    action,
    installationId: installation.id,
    sender,
    by,
    payload: (view) => ({
      installation: installationView(view, installation),
      repositories: installationRepositories(core, installation).map((row) =>
        installedRepositoryView(view, row),
      ),
      requester: null,
    }),
  });
}

/** Tells an App that it reaches a repository more or less. */
export function tellRepositories(
  core: Core,
  installation: Installation,
  action: 'added' | 'removed',
  repository: Repository,
  sender: Account,
  by: Identity,
): void {
  emit(core, {
    name: 'installation_repositories',
    action,
    installationId: installation.id,
    sender,
    by,
    payload: (view) => {
      const shown = [installedRepositoryView(view, repository)];
      return {
        installation: installationView(view, installation),
        repository_selection: installation.repositories === 'all' ? 'all' : 'selected',
        repositories_added: action === 'added' ? shown : [],
        repositories_removed: action === 'removed' ? shown : [],
        requester: null,
      };
    },
  });
}

/** Tells every App that is on all repositories of the account about one that came or goes. */
export function tellInstallations(
  core: Core,
  action: 'added' | 'removed',
  repository: Repository,
  sender: Account,
  by: Identity,
): void {
  for (const installation of core.tables.installations.where('account', repository.ownerId))
    if (installation.repositories === 'all')
      tellRepositories(core, installation, action, repository, sender, by);
}

/** What a person does on the page of an App: installs it, or accepts what it asks for now. */
export function installAndTell(
  core: Core,
  appId: number,
  accountId: number,
  grant: Parameters<typeof installApp>[3],
  sender: Account,
  by: Identity,
): Installation {
  const known = core.tables.installations.find('appAccount', `${appId}/${accountId}`);
  const installation = installApp(core, appId, accountId, grant);
  const action = known === undefined ? 'created' : 'new_permissions_accepted';
  tellInstallation(core, installation, action, sender, by);
  return installation;
}
