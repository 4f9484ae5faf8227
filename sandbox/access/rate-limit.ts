import type { Match } from '../contract/index.ts';
import type { Core } from '../kernel/core.ts';
import { ApiError } from '../kernel/errors.ts';
import type { Identity } from '../kernel/identity.ts';
import type { ApiRequest } from '../kernel/message.ts';
import { needOf } from './needs.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
/** So many windows are kept at most; then the ones that are over go. */
const WINDOWS = 10_000;

/** What a request counts against. https://docs.github.com/rest/rate-limit/rate-limit */
export type RateResource = 'core' | 'search' | 'graphql' | 'integration_manifest';

interface Window {
  used: number;
  /** Milliseconds; the window begins with the first request. */
  readonly reset: number;
}

/** Requests of one sandbox. Kept beside the tables: a refused request counts although its transaction is undone. */
const METERS = new WeakMap<Core, Map<string, Window>>();

function windows(core: Core): Map<string, Window> {
  const known = METERS.get(core);
  if (known !== undefined) return known;
  const map = new Map<string, Window>();
  METERS.set(core, map);
  return map;
}

/** The window that runs now; a new one where it is over. */
function windowOf(core: Core, key: string, length: number): Window {
  const map = windows(core);
  const now = core.clock.now();
  let window = map.get(key);
  if (window === undefined || window.reset <= now) {
    if (map.size >= WINDOWS)
      for (const [name, old] of map) if (old.reset <= now || map.size >= 2 * WINDOWS) map.delete(name);
    map.set(key, (window = { used: 0, reset: now + length }));
  }
  return window;
}

/** Whose budget a caller spends: a user's tokens share one, jobs share their repository's. */
function spender(viewer: Identity): string {
  switch (viewer.kind) {
    case 'anonymous':
      return 'nobody';
    case 'user':
      return `user ${viewer.userId}`;
    case 'app':
      return `app ${viewer.appId}`;
    case 'installation':
      return `installation ${viewer.installationId}`;
    case 'job':
      return `repository ${viewer.repositoryId}`;
  }
}

/** Requests a window for a caller and a resource. */
function budget(core: Core, viewer: Identity, resource: RateResource): number {
  const { ratePerHour } = core.limits;
  if (resource === 'search') return viewer.kind === 'anonymous' ? 10 : 30;
  if (viewer.kind === 'anonymous') return resource === 'graphql' ? 0 : ratePerHour.anonymous;
  if (viewer.kind === 'user') return ratePerHour.user;
  if (viewer.kind === 'job') return ratePerHour.job;
  return viewer.kind === 'installation'
    ? ofInstallation(core, viewer.installationId)
    : ratePerHour.installation;
}

/** 50 more for each repository above 20 and each member above 20, up to two and a half times the base. */
function ofInstallation(core: Core, installationId: number): number {
  const base = core.limits.ratePerHour.installation;
  const row = core.tables.installations.get(installationId);
  if (row === undefined) return base;
  const repositories =
    row.repositories === 'all'
      ? core.tables.repositories.count('owner', row.accountId)
      : row.repositories.length;
  const members = core.tables.memberships.count('organization', row.accountId);
  const more = 50 * (Math.max(0, repositories - 20) + Math.max(0, members - 20));
  return Math.min(base + more, Math.max(base, Math.floor(base * 2.5)));
}

/** Where a caller stands, without counting anything. */
export function rateOf(core: Core, viewer: Identity, resource: RateResource) {
  const limit = budget(core, viewer, resource);
  const window = windows(core).get(`${spender(viewer)}/${resource}`);
  const now = core.clock.now();
  const live = window !== undefined && window.reset > now ? window : undefined;
  const used = Math.min(live?.used ?? 0, limit);
  const length = resource === 'search' ? MINUTE : HOUR;
  const reset = Math.ceil((live?.reset ?? now + length) / 1000);
  return { limit, used, remaining: limit - used, reset };
}

/** The headers every answer carries, as the caller stands now. */
export function rateHeaders(core: Core, viewer: Identity, resource: RateResource): Record<string, string> {
  const { limit, used, remaining, reset } = rateOf(core, viewer, resource);
  return {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-used': String(used),
    'x-ratelimit-reset': String(reset),
    'x-ratelimit-resource': resource,
  };
}

function resourceOf(match: Match): RateResource {
  if (match.kind !== 'operation') return 'core';
  const { id } = match.operation;
  if (id.startsWith('search/')) return 'search';
  return id === 'apps/create-from-manifest' ? 'integration_manifest' : 'core';
}

/**
 * Counts a request against the primary limit and, where they are on, the secondary ones; gives the headers every answer
 * carries: the rate limit's and what the token may do. `rate-limit/get` counts against none of the primary limits.
 * https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
 * @throws ApiError 403 with the headers clients wait by
 */
export function meterRequest(
  core: Core,
  viewer: Identity,
  request: ApiRequest,
  match: Match,
): Record<string, string> {
  const resource = resourceOf(match);
  spend(
    core,
    viewer,
    resource,
    match.kind === 'operation' && match.operation.id === 'rate-limit/get' ? 0 : 1,
  );
  refuseSecondary(core, viewer, request, match);
  const headers = rateHeaders(core, viewer, resource);
  if (viewer.kind === 'user' && viewer.scopes !== undefined) {
    headers['x-oauth-scopes'] = viewer.scopes.join(', ');
    headers['x-accepted-oauth-scopes'] =
      match.kind === 'operation' ? needOf(match.operation).acceptedScopes : '';
  } else if (viewer.kind !== 'anonymous' && match.kind === 'operation') {
    const accepted = needOf(match.operation).acceptedPermissions;
    if (accepted !== undefined) headers['x-accepted-github-permissions'] = accepted;
  }
  return headers;
}

/** Takes `points` from the caller's budget: for what is not one request, as GraphQL. @throws ApiError 403 */
export function spend(core: Core, viewer: Identity, resource: RateResource, points: number): void {
  if (points === 0) return;
  const window = windowOf(core, `${spender(viewer)}/${resource}`, resource === 'search' ? MINUTE : HOUR);
  if (window.used + points > budget(core, viewer, resource)) {
    throw new ApiError(403, exceeded(viewer), { headers: rateHeaders(core, viewer, resource) });
  }
  window.used += points;
}

/** An answer 304 to somebody costs nothing: gives the request back, and the headers as they are then. */
export function refundNotModified(core: Core, viewer: Identity): Record<string, string> {
  if (viewer.kind === 'anonymous') return {};
  const window = windows(core).get(`${spender(viewer)}/core`);
  if (window !== undefined && window.used > 0) window.used -= 1;
  return rateHeaders(core, viewer, 'core');
}

function exceeded(viewer: Identity): string {
  switch (viewer.kind) {
    case 'anonymous':
      return "API rate limit exceeded for 127.0.0.1. (But here's the good news: Authenticated requests get a higher rate limit. Check out the documentation for more details.)";
    case 'user':
      return `API rate limit exceeded for user ID ${viewer.userId}.`;
    case 'app':
      return `API rate limit exceeded for app ID ${viewer.appId}.`;
    case 'installation':
    case 'job':
      return `API rate limit exceeded for ${viewer.kind === 'job' ? 'repository' : 'installation'} ID ${viewer.kind === 'job' ? viewer.repositoryId : viewer.installationId}.`;
  }
}

/** Content made a minute and an hour; points a minute on one endpoint, a read being 1 and a write 5. */
function refuseSecondary(core: Core, viewer: Identity, request: ApiRequest, match: Match): void {
  const { contentWritesPerMinute, contentWritesPerHour, pointsPerMinute } = core.limits;
  const who = spender(viewer);
  const reads = request.method === 'GET' || request.method === 'HEAD';
  const makes = request.method === 'POST' || request.method === 'PUT' || request.method === 'PATCH';
  if (makes) {
    count(core, `${who}/content/minute`, MINUTE, 1, contentWritesPerMinute);
    count(core, `${who}/content/hour`, HOUR, 1, contentWritesPerHour);
  }
  const endpoint = match.kind === 'operation' ? match.operation.id : match.kind;
  count(core, `${who}/points/${endpoint}`, MINUTE, reads ? 1 : 5, pointsPerMinute);
}

function count(core: Core, key: string, length: number, points: number, limit: number): void {
  if (limit === 0) return;
  const window = windowOf(core, key, length);
  if (window.used + points > limit) {
    throw new ApiError(
      403,
      'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
      { headers: { 'retry-after': String(Math.ceil((window.reset - core.clock.now()) / 1000)) } },
    );
  }
  window.used += points;
}
