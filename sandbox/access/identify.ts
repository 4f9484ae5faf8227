import type { Core } from '../kernel/core.ts';
import { ApiError, badCredentials } from '../kernel/errors.ts';
import type { Identity, Permissions } from '../kernel/identity.ts';
import type { Installation, Token } from '../state/accounts.ts';
import { appOfJwt, looksLikeJwt } from './jwt.ts';
import { grants } from './permissions.ts';
import { rateHeaders } from './rate-limit.ts';
import { liveToken } from './tokens.ts';

const ANONYMOUS: Identity = { kind: 'anonymous' };

/**
 * Who a request is from, by its Authorization header: `token X` or `Bearer X`, an App's JWT, or Basic with the token as
 * password or user name, as git and `curl -u` send it. Without the header it is from nobody.
 * https://docs.github.com/rest/authentication/authenticating-to-the-rest-api
 * @throws ApiError 401 for what is nobody's token, 403 for a suspended installation
 */
export function identify(core: Core, headers: Readonly<Record<string, string>>): Identity {
  const header = headers['authorization'];
  if (header === undefined) return ANONYMOUS;
  try {
    return ofHeader(core, header);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new ApiError(error.status, error.message, { headers: rateHeaders(core, ANONYMOUS, 'core') });
  }
}

function ofHeader(core: Core, header: string): Identity {
  const match = /^\s*(token|bearer|basic)\s+(\S+)\s*$/i.exec(header);
  if (match === null) throw badCredentials();
  return match[1]!.toLowerCase() === 'basic' ? ofBasic(core, match[2]!) : ofToken(core, match[2]!);
}

/** Who a token's text is. @throws ApiError 401, 403, 404 */
function ofToken(core: Core, text: string): Identity {
  if (looksLikeJwt(text)) return { kind: 'app', appId: appOfJwt(core, text).id };
  const token = liveToken(core, text);
  if (token === undefined) throw badCredentials();
  return identityOf(core, token);
}

/** git sends the token as password (any user name), or as user name with an empty password or `x-oauth-basic`. */
function ofBasic(core: Core, encoded: string): Identity {
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon === -1) throw badCredentials();
  const user = text.slice(0, colon);
  const password = text.slice(colon + 1);
  const token = password === '' || password === 'x-oauth-basic' ? user : password;
  if (token === '') throw badCredentials();
  return ofToken(core, token);
}

function identityOf(core: Core, token: Token): Identity {
  const tokenId = token.id;
  if (token.kind === 'job') {
    const job = token.job;
    if (job === null || core.tables.repositories.get(job.repositoryId) === undefined) throw badCredentials();
    return { kind: 'job', ...job, tokenId, permissions: token.permissions ?? {} };
  }
  if (token.kind === 'installation') return ofInstallation(core, token);
  const user = token.userId === null ? undefined : core.tables.accounts.get(token.userId);
  if (user === undefined) throw badCredentials();
  if (token.kind === 'classic') return { kind: 'user', userId: user.id, tokenId, scopes: token.scopes ?? [] };
  return {
    kind: 'user',
    userId: user.id,
    tokenId,
    permissions: token.permissions ?? {},
    repositories: token.repositories ?? [],
  };
}

/** Rows are never changed, only replaced: who they made once they make again. */
const IDENTITIES = new WeakMap<Token, { readonly installation: Installation; readonly identity: Identity }>();

/** The token as it was issued, held to what the installation has now. */
function ofInstallation(core: Core, token: Token): Identity {
  const installation =
    token.installationId === null ? undefined : core.tables.installations.get(token.installationId);
  if (installation === undefined) throw badCredentials();
  if (installation.suspendedAt !== null) throw suspended();
  const known = IDENTITIES.get(token);
  if (known?.installation === installation) return known.identity;
  const identity: Identity = {
    kind: 'installation',
    appId: installation.appId,
    installationId: installation.id,
    tokenId: token.id,
    permissions: common(token.permissions ?? {}, installation.permissions),
    repositories: commonRepositories(token.repositories ?? [], installation.repositories),
  };
  IDENTITIES.set(token, { installation, identity });
  return identity;
}

/** 403 for everything an App asks of an account that has suspended it. */
export function suspended(): ApiError {
  return new ApiError(403, 'This installation has been suspended');
}

function common(one: Permissions, other: Permissions): Permissions {
  const both: Record<string, 'read' | 'write' | 'admin'> = {};
  for (const [name, access] of Object.entries(one)) {
    const ceiling = other[name];
    if (access !== undefined && ceiling !== undefined)
      both[name] = grants(other, name, access) ? access : ceiling;
  }
  return both;
}

function commonRepositories(
  token: 'all' | readonly number[],
  installation: Installation['repositories'],
): 'all' | readonly number[] {
  if (installation === 'all') return token;
  if (token === 'all') return installation;
  const may = new Set(installation);
  return token.filter((id) => may.has(id));
}
