import { generateKeyPairSync, sign } from 'node:crypto';
import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/core';
import { beforeEach, describe, expect, it } from 'vitest';

import type { App } from '../../../sandbox/state/accounts.ts';
import { newWorld, type World } from '../world.ts';
import { addApp, install, privateKey, signJwt } from './keys.ts';

let world: World;
let app: App;
let now: number;
beforeEach(() => {
  world = newWorld();
  app = addApp(world.sandbox.core, 'tester', { contents: 'write', issues: 'write' }).app;
  now = Math.floor(world.clock.now() / 1000);
});

const refused = (token: string) => {
  const { status, body } = world.call({ token }, 'GET /app');
  return [status, body.message] as const;
};
const UNREADABLE = [401, 'A JSON web token could not be decoded'];
const EXPIRED = [
  401,
  "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
];
const ISSUED = [
  401,
  "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
];

describe('the JWT of an App (https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app)', () => {
  it('names it by id or client id, and lasts up to ten minutes', () => {
    for (const iss of [app.id, String(app.id), app.clientId]) {
      const token = signJwt({ iss, iat: now - 60, exp: now + 600 });
      expect(world.call({ token }, 'GET /app').body.id).toBe(app.id);
    }
  });

  it('is refused beyond ten minutes, when it is over, and without an end', () => {
    expect(refused(signJwt({ iss: app.id, iat: now, exp: now + 601 }))).toEqual([
      401,
      "'Expiration time' claim ('exp') is too far in the future",
    ]);
    expect(refused(signJwt({ iss: app.id, iat: now - 60, exp: now }))).toEqual(EXPIRED);
    expect(refused(signJwt({ iss: app.id, iat: now }))).toEqual(EXPIRED);
    expect(refused(signJwt({ iss: app.id, iat: now, exp: 'soon' }))).toEqual(EXPIRED);
  });

  it('is refused from the future, and without a beginning', () => {
    for (const iat of [now + 1, now + 30, undefined, String(now), now - 0.5])
      expect(refused(signJwt({ iss: app.id, iat, exp: now + 60 }))).toEqual(ISSUED);
  });

  it('is refused under any other signature', () => {
    const claims = { iss: app.id, iat: now, exp: now + 60 };
    const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    expect(refused(signJwt(claims, { key: stranger }))).toEqual(UNREADABLE);
    expect(refused(signJwt(claims, { alg: 'RS512' }))).toEqual(UNREADABLE);
    expect(refused(signJwt(claims, { alg: 'none' }))).toEqual(UNREADABLE);
    const [header, , signature] = signJwt(claims).split('.') as [string, string, string];
    const forged = Buffer.from(JSON.stringify({ ...claims, exp: now + 500 })).toString('base64url');
    expect(refused(`${header}.${forged}.${signature}`)).toEqual(UNREADABLE);
    expect(refused('a.b.c')).toEqual(UNREADABLE);
  });

  it('is refused where the public key is used as a shared secret', () => {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const text = `${part({ alg: 'HS256' })}.${part({ iss: app.id, iat: now, exp: now + 60 })}`;
    expect(refused(`${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`)).toEqual(
      UNREADABLE,
    );
  });

  it('of an App there is not, or that has no key, is refused', () => {
    expect(refused(signJwt({ iss: 999_999, iat: now, exp: now + 60 }))).toEqual([
      404,
      'Integration not found',
    ]);
    const actions = world.sandbox.core.tables.apps.find('slug', 'github-actions')!;
    expect(refused(signJwt({ iss: actions.id, iat: now, exp: now + 60 }))).toEqual([
      401,
      'Integration must generate a public key',
    ]);
  });

  it('is made by Octokit, whose clock is wrong and which reads ours from the answer', async () => {
    const installation = install(world.sandbox.core, app, 'owner');
    const octokit = new Octokit({
      authStrategy: createAppAuth,
      auth: {
        appId: app.id,
        privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
        installationId: installation.id,
      },
      baseUrl: 'http://api.github.localhost',
      request: { fetch: world.sandbox.fetch },
      log: { debug: () => 0, info: () => 0, warn: () => 0, error: () => 0 },
    });
    const { data } = await octokit.request('GET /installation/repositories');
    expect(data.repositories.map((row) => row.full_name)).toEqual(['owner/repo']);
  });
});
