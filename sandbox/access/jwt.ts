import { createPublicKey, verify, type KeyObject } from 'node:crypto';

import type { Core } from '../kernel/core.ts';
import { ApiError } from '../kernel/errors.ts';
import type { App } from '../state/accounts.ts';

const LONGEST = 600;
const UNREADABLE = 'A JSON web token could not be decoded';

/** 401 for what should be an App's JWT and is not one. */
export function notAJwt(): ApiError {
  return new ApiError(401, UNREADABLE);
}

/** Has the text the form of a JWT (RFC 7519: three parts of base64url)? */
export function looksLikeJwt(text: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text);
}

/**
 * The App that signed the token: RS256 with any of its keys, `iss` its id or client id, `iat` not in the future, `exp`
 * in the future but at most ten minutes away.
 * https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
 * @throws ApiError 401, 404 with the sentences that clients look for to correct their clock
 */
export function appOfJwt(core: Core, text: string): App {
  const parts = text.split('.');
  const header = claims(parts[0]!);
  const payload = claims(parts[1]!);
  if (header['alg'] !== 'RS256') throw notAJwt();
  const app = issuer(core, payload['iss']);
  if (app === undefined) throw new ApiError(404, 'Integration not found');
  if (app.publicKeys.length === 0) throw new ApiError(401, 'Integration must generate a public key');
  const signed = Buffer.from(`${parts[0]!}.${parts[1]!}`);
  const signature = Buffer.from(parts[2]!, 'base64url');
  if (!app.publicKeys.some((pem) => verify('sha256', signed, keyOf(pem), signature))) throw notAJwt();
  checkTimes(payload, core.clock.now() / 1000);
  return app;
}

function checkTimes(payload: Readonly<Record<string, unknown>>, seconds: number): void {
  const { exp, iat } = payload;
  if (typeof exp !== 'number' || exp <= seconds) {
    throw new ApiError(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  }
  if (exp > Math.floor(seconds) + LONGEST)
    throw new ApiError(401, "'Expiration time' claim ('exp') is too far in the future");
  if (!Number.isInteger(iat) || (iat as number) > seconds) {
    throw new ApiError(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  }
}

function issuer(core: Core, iss: unknown): App | undefined {
  if (typeof iss === 'number') return core.tables.apps.get(iss);
  if (typeof iss !== 'string') return undefined;
  return /^\d+$/.test(iss) ? core.tables.apps.get(Number(iss)) : core.tables.apps.find('clientId', iss);
}

function claims(part: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  } catch {
    // Not JSON: answered below like any other text that is no JWT.
  }
  throw notAJwt();
}

const KEYS = new Map<string, KeyObject>();

/** Parsed keys are kept: parsing takes longer than verifying. */
function keyOf(pem: string): KeyObject {
  let key = KEYS.get(pem);
  if (key === undefined) {
    if (KEYS.size >= 256) KEYS.clear();
    KEYS.set(pem, (key = createPublicKey(pem)));
  }
  return key;
}
