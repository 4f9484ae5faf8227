import semver from 'semver';

import { InputError } from '../../contracts/errors.ts';

export type Bump = 'major' | 'minor' | 'patch';

/**
 * The next free version: `bump` of the newest one by SemVer's order, and further patches while that name is taken. The
 * first is v0.0.1, v0.1.0 or v1.0.0 by the bump, as GTO counts. Versions carry their `v`.
 */
export function nextVersion(versions: readonly string[], bump: Bump, taken: ReadonlySet<string>): string {
  const known = versions.filter((version) => semver.valid(version) !== null);
  const newest = semver.rsort(known)[0] ?? 'v0.0.0';
  let next = `v${semver.inc(newest, bump) ?? '0.0.1'}`;
  while (taken.has(next)) next = `v${semver.inc(next, 'patch') ?? ''}`;
  return next;
}

/** A version as the command line says it, with its `v`. Throws InputError USAGE. */
export function parseVersion(text: string): string {
  const clean = text.replace(/^v/, '');
  if (semver.parse(clean)?.raw === clean) return `v${clean}`;
  throw new InputError({ code: 'USAGE', message: `expected a version such as v1.2.3, found "${text}"` });
}
