import { issueInstallationToken, issueJobToken } from '../../../sandbox/access/tokens.ts';
import type { Payload } from '../../../sandbox/kernel/events.ts';
import type { Permissions } from '../../../sandbox/kernel/identity.ts';
import { createApp, installApp } from '../../../sandbox/seed.ts';
import type { App } from '../../../sandbox/state/accounts.ts';
import { pullWorld, type PullWorld } from '../pulls/world.ts';

/** A key nobody signs with: making one takes time. */
const KEY = 'none';

export interface InstalledApp {
  readonly app: App;
  readonly token: string;
}

export interface CheckWorld extends PullWorld {
  /** Registers an App, installs it on the owner's repositories and gives it a token. */
  install(name: string, permissions?: Permissions): InstalledApp;
  /** A `GITHUB_TOKEN` with these permissions. */
  jobToken(permissions: Record<string, 'read' | 'write'>): string;
  /** `check_run.created` and the like, in order, with their bodies. */
  heard(): { name: string; body: Payload }[];
}

/** A sandbox with Apps. Every payload is held to GitHub's description. */
export function checkWorld(options: Parameters<typeof pullWorld>[0] = {}): CheckWorld {
  const world = pullWorld(options);
  const { core } = world;
  const seen: { name: string; body: Payload }[] = [];
  core.listeners.push((_, { name, action, body }) => {
    if (!/^(?:check_|status$)/.test(name)) return;
    seen.push({ name: action === undefined ? name : `${name}.${action}`, body: body() });
  });
  return {
    ...world,
    heard: () => seen.splice(0),
    install: (name, permissions = { checks: 'write', statuses: 'write' }) =>
      core.store.transaction(() => {
        const ownerId = world.repository.ownerId;
        const { app } = createApp(core, { ownerId, name, permissions, publicKey: KEY });
        const { id } = installApp(core, app.id, ownerId, { repositories: 'all' });
        const grant = { permissions: app.permissions, repositories: 'all' } as const;
        return { app, token: issueInstallationToken(core, id, grant).text };
      }),
    jobToken: (permissions) =>
      core.store.transaction(() =>
        issueJobToken(core, {
          repositoryId: world.repository.id,
          runId: 0,
          jobId: 0,
          permissions,
          expiresAt: '2030-01-01T00:00:00Z',
        }),
      ),
  };
}
