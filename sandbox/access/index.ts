import { createHash } from 'node:crypto';

import type { Match } from '../contract/index.ts';
import type { Context } from '../kernel/context.ts';
import type { Core } from '../kernel/core.ts';
import { badCredentials } from '../kernel/errors.ts';
import type { Identity, Role } from '../kernel/identity.ts';
import type { ApiRequest } from '../kernel/message.ts';
import type { Repository } from '../state/repositories.ts';

/** Who a request is from, by its Authorization header. @throws ApiError 401 for an unknown, expired or revoked token. */
export function identify(core: Core, headers: Readonly<Record<string, string>>): Identity {
  const header = headers['authorization'];
  if (header === undefined) return { kind: 'anonymous' };
  const text = header.replace(/^(token|bearer)\s+/i, '');
  const token = core.tables.tokens.find('sha256', createHash('sha256').update(text).digest('hex'));
  if (token?.userId == null || token.revoked) throw badCredentials();
  return { kind: 'user', userId: token.userId, tokenId: token.id, scopes: token.scopes ?? [] };
}

/** A user's role on a repository. */
export function roleOf(core: Core, userId: number, repository: Repository): Role {
  if (repository.ownerId === userId) return 'admin';
  return core.tables.collaborators.get(`${repository.id}/${userId}`)?.role ?? 'none';
}

/** May the caller know that the repository exists? */
export function canSee(core: Core, viewer: Identity, repository: Repository): boolean {
  if (!repository.private) return true;
  return viewer.kind === 'user' && roleOf(core, viewer.userId, repository) !== 'none';
}

/** Refuses what token, role or scope do not allow. @throws ApiError 401, 403, 404 */
export function authorize(c: Context, body: unknown): void {
  void c;
  void body;
}

/** Counts the request; gives the rate limit headers. @throws ApiError 403, 429 */
export function meterRequest(
  core: Core,
  viewer: Identity,
  request: ApiRequest,
  match: Match,
): Record<string, string> {
  void core;
  void viewer;
  void request;
  void match;
  return {};
}
