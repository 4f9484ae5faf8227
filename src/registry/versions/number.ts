import semver from 'semver';

import { InputError } from '../../contracts/errors.ts';
import type { SignatureChange } from '../../formats/index.ts';
import type { Bump, Registration } from './types.ts';

const FIRST: Readonly<Record<Bump, string>> = { major: 'v1.0.0', minor: 'v0.1.0', patch: 'v0.0.1' };

/** The part of the number that a change of signature raises: broke → major, grew → minor, else patch. */
export function bumpOf({ change }: SignatureChange): Bump {
  return change === 'broke' ? 'major' : change === 'grew' ? 'minor' : 'patch';
}

/**
 * The number of the next version, with its `v`. Without a wish: the highest used one raised by what the change asks, and
 * v0.1.0 for the first, which promises nothing yet (semver.org, 4). A first version with a part of one's own is v1.0.0,
 * v0.1.0 or v0.0.1. `used` holds the names of all versions, whoever made them; `lost` those that were asked for in vain:
 * the next patch is taken instead. An own choice must be free.
 *
 * @throws InputError USAGE no version · VERSION_EXISTS
 */
export function nextVersion(
  wish: Registration['number'],
  used: readonly string[],
  lost: ReadonlySet<string>,
  change: () => Bump,
): string {
  if (wish !== null && 'version' in wish) return chosen(parseVersion(wish.version), used, lost);
  const highest = semver.rsort(used.filter((version) => semver.valid(version) !== null))[0];
  let next =
    highest === undefined
      ? FIRST[wish?.bump ?? 'minor']
      : `v${semver.inc(highest, wish?.bump ?? change()) ?? ''}`;
  while (lost.has(next)) next = `v${semver.inc(next, 'patch') ?? ''}`;
  return next;
}

function chosen(version: string, used: readonly string[], lost: ReadonlySet<string>): string {
  if (!used.includes(version) && !lost.has(version)) return version;
  throw new InputError({
    code: 'VERSION_EXISTS',
    message: `${version} is taken`,
    hint: `leave the number out: the next patch is ${nextVersion(null, used, lost, () => 'patch')}`,
  });
}

/** A version as people write it, with its `v`. @throws InputError USAGE */
export function parseVersion(text: string): string {
  const clean = text.replace(/^v/, '');
  if (semver.parse(clean)?.raw === clean) return `v${clean}`;
  throw new InputError({ code: 'USAGE', message: `expected a version such as v1.2.3, found "${text}"` });
}
