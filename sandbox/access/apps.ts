import { generateKeyPairSync } from 'node:crypto';

import type { Core } from '../kernel/core.ts';
import { newId, now, randomHex } from '../kernel/core.ts';
import { isoTime } from '../kernel/environment.ts';
import { notFound, validationFailed } from '../kernel/errors.ts';
import type { Permissions } from '../kernel/identity.ts';
import type { App, Installation } from '../state/accounts.ts';
import { addAccount, slugOf } from './accounts.ts';
import { letters, revokeInstallationTokens } from './tokens.ts';

const HOUR = 3_600_000;

export interface NewApp {
  readonly ownerId: number;
  readonly name: string;
  readonly permissions: Permissions;
  readonly events?: readonly string[];
  readonly description?: string | null;
  readonly externalUrl?: string;
  readonly webhookUrl?: string | null;
  readonly webhookSecret?: string | null;
  /** PEM of a key pair the caller has; without it one is made. */
  readonly publicKey?: string;
}

/**
 * Registers an App with its bot. `pem` is the private key of the pair made here (PKCS#1, as GitHub hands it out): it is
 * not kept. @throws ApiError 422 where the name is taken
 */
export function createApp(core: Core, input: NewApp): { readonly app: App; readonly pem: string | null } {
  const slug = slugOf(input.name);
  if (slug === '' || core.tables.apps.find('slug', slug) !== undefined) {
    throw validationFailed({
      resource: 'Integration',
      field: 'name',
      code: 'custom',
      message: 'Name is already taken',
    });
  }
  const pair = input.publicKey === undefined ? keyPair() : { publicKey: input.publicKey, privateKey: null };
  const bot = addAccount(core, `${slug}[bot]`, 'Bot');
  const at = now(core);
  const app = core.tables.apps.put({
    id: newId(core),
    slug,
    name: input.name,
    ownerId: input.ownerId,
    botId: bot.id,
    description: input.description ?? null,
    externalUrl: input.externalUrl ?? `${core.urls.web}/apps/${slug}`,
    clientId: `Iv23li${letters(core, 14)}`,
    clientSecret: randomHex(core, 20),
    webhookSecret: input.webhookSecret ?? null,
    webhookUrl: input.webhookUrl ?? null,
    webhookContentType: 'json',
    webhookInsecureSsl: '0',
    publicKeys: [pair.publicKey],
    permissions: { metadata: 'read', ...input.permissions },
    events: input.events ?? [],
    createdAt: at,
    updatedAt: at,
  });
  return { app, pem: pair.privateKey };
}

function keyPair(): { publicKey: string; privateKey: string } {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
}

/**
 * Installs an App on an account, with what it asks for or less, on all repositories or chosen ones.
 * An account has one installation of an App: installing again changes it.
 */
export function installApp(
  core: Core,
  appId: number,
  accountId: number,
  grant: {
    readonly repositories: Installation['repositories'];
    readonly permissions?: Permissions;
    readonly events?: readonly string[];
  },
): Installation {
  const app = core.tables.apps.require(appId);
  const at = now(core);
  const known = core.tables.installations.find('appAccount', `${appId}/${accountId}`);
  return core.tables.installations.put({
    id: known?.id ?? newId(core),
    appId,
    accountId,
    permissions: { metadata: 'read', ...(grant.permissions ?? app.permissions) },
    events: grant.events ?? app.events,
    repositories: grant.repositories,
    suspendedAt: known?.suspendedAt ?? null,
    suspendedById: known?.suspendedById ?? null,
    createdAt: known?.createdAt ?? at,
    updatedAt: at,
  });
}

/** Takes an installation away; its tokens are nobody's from now on. */
export function uninstallApp(core: Core, installationId: number): void {
  revokeInstallationTokens(core, installationId);
  core.tables.installations.remove(installationId);
}

/** The repositories an installation reaches. */
export function installationRepositories(core: Core, installation: Installation) {
  const { repositories } = core.tables;
  return installation.repositories === 'all'
    ? repositories.where('owner', installation.accountId)
    : installation.repositories.flatMap((id) => repositories.get(id) ?? []);
}

/** The installation that reaches a repository, or undefined. */
export function installationOn(
  core: Core,
  appId: number,
  repository: { readonly id: number; readonly ownerId: number },
): Installation | undefined {
  const installation = core.tables.installations.find('appAccount', `${appId}/${repository.ownerId}`);
  if (installation === undefined || installation.repositories === 'all') return installation;
  return installation.repositories.includes(repository.id) ? installation : undefined;
}

/**
 * Keeps a manifest an owner has confirmed on a page; the code is exchanged once, within an hour, for the App.
 * https://docs.github.com/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
 */
export function startManifest(
  core: Core,
  ownerId: number,
  manifest: Readonly<Record<string, unknown>>,
): string {
  const code = randomHex(core, 20);
  core.tables.appManifests.put({
    code,
    ownerId,
    manifest,
    expiresAt: isoTime(core.clock.now() + HOUR),
  });
  return code;
}

/** Turns the code into the App it stands for. @throws ApiError 404 for a used, late or unknown code */
export function finishManifest(core: Core, code: string): { readonly app: App; readonly pem: string } {
  const row = core.tables.appManifests.get(code);
  if (row === undefined || Date.parse(row.expiresAt) <= core.clock.now()) throw notFound();
  core.tables.appManifests.remove(code);
  const manifest = row.manifest as {
    name?: string;
    url?: string;
    description?: string;
    hook_attributes?: { url?: string; active?: boolean };
    default_permissions?: Permissions;
    default_events?: readonly string[];
  };
  const hook = manifest.hook_attributes;
  const { app, pem } = createApp(core, {
    ownerId: row.ownerId,
    name: manifest.name ?? `app-${code.slice(0, 8)}`,
    permissions: manifest.default_permissions ?? {},
    events: manifest.default_events ?? [],
    description: manifest.description ?? null,
    ...(manifest.url === undefined ? {} : { externalUrl: manifest.url }),
    webhookUrl: hook?.active === false ? null : (hook?.url ?? null),
    webhookSecret: randomHex(core, 20),
  });
  return { app, pem: pem! };
}

/** Ids github.com has for Actions: workflows in the wild name them. */
const ACTIONS = { app: 15_368, bot: 41_898_282, owner: 9919, webFlow: 19_864_447 } as const;

/** The App that workflows act as is part of every sandbox; it has no key, so nobody can sign for it. */
export function ensureActionsApp(core: Core): void {
  if (core.tables.apps.get(ACTIONS.app) !== undefined) return;
  const at = now(core);
  addAccount(core, 'github', 'Organization', { id: ACTIONS.owner, name: 'GitHub' });
  addAccount(core, 'github-actions[bot]', 'Bot', { id: ACTIONS.bot });
  addAccount(core, 'web-flow', 'User', {
    id: ACTIONS.webFlow,
    name: 'GitHub Web Flow',
    email: 'noreply@github.com',
  });
  core.tables.apps.put({
    id: ACTIONS.app,
    slug: 'github-actions',
    name: 'GitHub Actions',
    ownerId: ACTIONS.owner,
    botId: ACTIONS.bot,
    description: 'Automate your workflow from idea to production',
    externalUrl: 'https://help.github.com/en/actions',
    clientId: 'Iv1.05c79e9ad1f6bdfa',
    clientSecret: '',
    webhookSecret: null,
    webhookUrl: null,
    webhookContentType: 'json',
    webhookInsecureSsl: '0',
    publicKeys: [],
    permissions: { metadata: 'read' },
    events: [],
    createdAt: at,
    updatedAt: at,
  });
}
