/**
 * What `GITHUB_TOKEN` of a job may do.
 * Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#permissions
 */
import type { Permissions } from '../kernel/identity.ts';

export type Level = 'none' | 'read' | 'write';

/** Every permission a workflow may name, with the highest level it can have. */
const HIGHEST = {
  actions: 'write',
  'artifact-metadata': 'write',
  attestations: 'write',
  checks: 'write',
  'code-quality': 'write',
  contents: 'write',
  'copilot-requests': 'write',
  deployments: 'write',
  discussions: 'write',
  drives: 'write',
  'id-token': 'write',
  issues: 'write',
  models: 'read',
  packages: 'write',
  pages: 'write',
  'pull-requests': 'write',
  'repository-projects': 'write',
  'security-events': 'write',
  statuses: 'write',
  'vulnerability-alerts': 'read',
} as const satisfies Record<string, Level>;

export type PermissionName = keyof typeof HIGHEST;
export type TokenPermissions = Readonly<Record<PermissionName, Level>>;

export const PERMISSION_NAMES = Object.keys(HIGHEST) as PermissionName[];

/** Not part of `read-all` and `write-all`: they must be named. */
const NAMED_ONLY: readonly PermissionName[] = ['code-quality', 'copilot-requests', 'drives'];
const ORDER: readonly Level[] = ['none', 'read', 'write'];

function fill(level: (name: PermissionName) => Level): TokenPermissions {
  return Object.fromEntries(PERMISSION_NAMES.map((name) => [name, level(name)])) as Record<
    PermissionName,
    Level
  >;
}

/** No access at all, which is what every permission has that a `permissions` key does not name. */
export const NO_PERMISSIONS = fill(() => 'none');

/** Reads a `permissions` key that the schema accepted: `read-all`, `write-all` or a mapping. */
export function readPermissions(value: unknown): TokenPermissions {
  if (value === 'read-all' || value === 'write-all') return all(value === 'read-all' ? 'read' : 'write');
  const named = (value ?? {}) as Partial<Record<PermissionName, Level>>;
  return fill((name) => lower(named[name] ?? 'none', HIGHEST[name]));
}

function all(level: Level): TokenPermissions {
  return fill((name) => {
    if (NAMED_ONLY.includes(name)) return 'none';
    // Reading an identity token means nothing.
    if (name === 'id-token' && level === 'read') return 'none';
    return lower(level, HIGHEST[name]);
  });
}

/**
 * The token where the workflow says nothing: the repository's setting.
 * Restricted reads contents and packages; permissive writes all but identity tokens.
 */
export function defaultPermissions(setting: 'read' | 'write'): TokenPermissions {
  if (setting === 'write') return { ...all('write'), 'id-token': 'none', models: 'none' };
  return { ...NO_PERMISSIONS, contents: 'read', packages: 'read' };
}

/**
 * What a called workflow may ask for when its caller says nothing. With the permissive setting that is everything;
 * identity tokens only within the same owner.
 */
export function calledMaximum(setting: 'read' | 'write', sameOwner: boolean): TokenPermissions {
  if (setting === 'read') return defaultPermissions('read');
  const most = all('write');
  return sameOwner ? most : { ...most, 'id-token': 'none' };
}

/** Write becomes read, as for pull requests of forks and runs of Dependabot; identity tokens are gone. */
export function withoutWrite(permissions: TokenPermissions): TokenPermissions {
  return fill((name) => (name === 'id-token' ? 'none' : lower(permissions[name], 'read')));
}

/** Nothing that either of two lacks. */
export function lesser(one: TokenPermissions, other: TokenPermissions): TokenPermissions {
  return fill((name) => lower(one[name], other[name]));
}

function lower(one: Level, other: Level): Level {
  return ORDER.indexOf(one) < ORDER.indexOf(other) ? one : other;
}

/** What is asked for beyond what is allowed, and the words of GitHub's message: `contents: write`, … */
export function excess(
  asked: TokenPermissions,
  allowed: TokenPermissions,
): { readonly asked: string; readonly allowed: string } | undefined {
  const names = PERMISSION_NAMES.filter((name) => lower(asked[name], allowed[name]) !== asked[name]);
  if (names.length === 0) return undefined;
  const list = (of: TokenPermissions) => names.map((name) => `${name}: ${of[name]}`).join(', ');
  return { asked: list(asked), allowed: list(allowed) };
}

/** In the kernel's words: names with underscores, what is missing left out, metadata always readable. */
export function tokenPermissions(permissions: TokenPermissions): Permissions {
  const given = PERMISSION_NAMES.flatMap((name) => {
    const level = permissions[name];
    return level === 'none' ? [] : [[name.replaceAll('-', '_'), level] as const];
  });
  return Object.fromEntries([...given, ['metadata', 'read' as const]]);
}
