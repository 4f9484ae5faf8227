import { issueInstallationToken } from '../../sandbox/access/tokens.ts';
import type { Core } from '../../sandbox/kernel/core.ts';
import type { Permissions } from '../../sandbox/kernel/identity.ts';
import type { Person } from '../../src/contracts/entry.ts';
import { addApp, install } from '../sandbox/access/keys.ts';

/** An App on all repositories of `owner`, as tests act for it. */
export interface InstalledApp {
  readonly bot: Person;
  /** A token of its installation: good for an hour. */
  readonly token: () => string;
}

/** Registers and installs an App with these permissions. */
export function installedApp(core: Core, permissions: Permissions, name = 'slipway'): InstalledApp {
  const { app } = addApp(core, name, permissions);
  const { id } = install(core, app, 'owner');
  return {
    bot: { id: app.botId, login: `${name}[bot]` },
    token: () =>
      core.store.transaction(() => issueInstallationToken(core, id, { permissions, repositories: 'all' }))
        .text,
  };
}
