import type { Operation } from '../contract/index.ts';

/** What the path names first: that decides whose role and which installation are asked. */
export type Place = 'repository' | 'organization' | 'elsewhere';

/** What a scope brings with it. https://docs.github.com/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps */
const INCLUDES: Readonly<Record<string, readonly string[]>> = {
  repo: ['repo:status', 'repo_deployment', 'public_repo', 'repo:invite', 'security_events'],
  'admin:repo_hook': ['write:repo_hook', 'read:repo_hook'],
  'write:repo_hook': ['read:repo_hook'],
  'admin:org': ['write:org', 'read:org'],
  'write:org': ['read:org'],
  user: ['read:user', 'user:email', 'user:follow'],
};

/**
 * Does a classic token with these scopes hold one of the wanted? No wanted scope is always held. Who is signed in
 * without a token (on the pages) has no scopes and needs none: only roles are asked.
 */
export function holdsScope(granted: readonly string[] | undefined, wanted: readonly string[]): boolean {
  if (granted === undefined || wanted.length === 0) return true;
  return granted.some(
    (scope) => wanted.includes(scope) || (INCLUDES[scope] ?? []).some((inner) => wanted.includes(inner)),
  );
}

const REPOSITORY = ['public_repo', 'repo'];

/** Scopes of the operations that do not have their family's. */
const OF_OPERATION: Readonly<Record<string, readonly string[]>> = {
  'repos/delete': ['delete_repo'],
  'repos/create-commit-status': ['repo:status', ...REPOSITORY],
  'users/list-emails-for-authenticated-user': ['user:email', 'user'],
  'orgs/list-for-authenticated-user': ['read:org', 'user'],
  'orgs/list-memberships-for-authenticated-user': ['read:org'],
  'orgs/get-membership-for-authenticated-user': ['read:org'],
  'teams/list-for-authenticated-user': ['read:org', 'repo', 'user'],
  'repos/create-for-authenticated-user': REPOSITORY,
  'repos/create-in-org': REPOSITORY,
  'repos/create-using-template': REPOSITORY,
  'orgs/get': [],
  'orgs/list-members': [],
  'orgs/check-membership-for-user': [],
  'repos/list-for-org': [],
};

/**
 * Scopes of classic tokens of which an operation takes any one. Reading public repositories takes none.
 * What a private repository needs (`repo`) is asked where its visibility is decided.
 */
export function scopesFor({ id, path, method }: Operation, place: Place): readonly string[] {
  const own = OF_OPERATION[id];
  if (own !== undefined) return own;
  if (place === 'organization') {
    if (path.startsWith('/orgs/{org}/hooks')) return ['admin:org_hook'];
    if (id === 'issues/list-for-org') return [];
    return method === 'GET' ? ['read:org'] : ['admin:org', ...(id.startsWith('teams/') ? ['repo'] : [])];
  }
  if (place !== 'repository') return [];
  if (path.startsWith('/repos/{owner}/{repo}/hooks')) {
    return [method === 'GET' ? 'read:repo_hook' : 'write:repo_hook', ...REPOSITORY];
  }
  if (method === 'GET') return [];
  if (path.startsWith('/repos/{owner}/{repo}/deployments')) return ['repo_deployment', ...REPOSITORY];
  return REPOSITORY;
}
