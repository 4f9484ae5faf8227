import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

import type { Core } from '../../../sandbox/kernel/core.ts';
import { createApp, installApp } from '../../../sandbox/seed.ts';
import type { App, Installation } from '../../../sandbox/state/accounts.ts';
import type { Permissions } from '../../../sandbox/kernel/identity.ts';

/** One key pair for all tests of a file: making one takes longer than most tests. */
export const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const publicPem = publicKey.export({ type: 'spki', format: 'pem' }) as string;

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A JWT of these claims, signed as they say or not at all. */
export function signJwt(
  claims: Record<string, unknown>,
  { alg = 'RS256', key = privateKey }: { alg?: string; key?: KeyObject } = {},
): string {
  const text = `${part({ alg, typ: 'JWT' })}.${part(claims)}`;
  const hash = alg === 'RS512' ? 'sha512' : 'sha256';
  const signature = alg === 'none' ? '' : sign(hash, Buffer.from(text), key).toString('base64url');
  return `${text}.${signature}`;
}

/** An App with a key pair the tests have, and its JWT at this moment. */
export function addApp(
  core: Core,
  name: string,
  permissions: Permissions,
  ownerId = core.tables.accounts.find('login', 'owner')!.id,
): { app: App; jwt: () => string } {
  const { app } = core.store.transaction(() =>
    createApp(core, { ownerId, name, permissions, publicKey: publicPem }),
  );
  return {
    app,
    jwt: () => {
      const now = Math.floor(core.clock.now() / 1000);
      return signJwt({ iss: String(app.id), iat: now - 60, exp: now + 540 });
    },
  };
}

/** The App on an account's repositories. */
export function install(
  core: Core,
  app: App,
  login: string,
  repositories: 'all' | readonly number[] = 'all',
): Installation {
  const account = core.tables.accounts.find('login', login)!;
  return core.store.transaction(() => installApp(core, app.id, account.id, { repositories }));
}
