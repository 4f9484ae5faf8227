import type { Core } from '../kernel/core.ts';
import type { Release } from '../state/releases.ts';

/** `make_latest` of a request. */
export type MakeLatest = 'true' | 'false' | 'legacy';

/**
 * The latest release: the one that was made so, otherwise the full release of the newest commit.
 * https://docs.github.com/rest/releases/releases#get-the-latest-release
 */
export function latestRelease(core: Core, repositoryId: number): Release | undefined {
  const { releases } = core.tables;
  return releases.find('latest', repositoryId) ?? newest(releases.where('full', repositoryId));
}

/** Applies `make_latest` to a release that was just written. Drafts and prereleases are never the latest. */
export function settleLatest(core: Core, release: Release, make: MakeLatest | undefined): Release {
  const { releases } = core.tables;
  const full = !release.draft && !release.prerelease;
  if (!full || make === 'false')
    return release.latest ? releases.put({ ...release, latest: false }) : release;
  if (make === undefined) return release;
  const chosen = make === 'true' ? release : newest(releases.where('full', release.repositoryId))!;
  for (const other of releases.where('latest', release.repositoryId)) {
    if (other.id !== chosen.id) releases.put({ ...other, latest: false });
  }
  releases.put({ ...chosen, latest: true });
  return releases.require(release.id);
}

/** By the date of the commit, then by semantic version: "release creation date and higher semantic version". */
function newest(releases: readonly Release[]): Release | undefined {
  return releases.toSorted(
    (one, other) =>
      other.createdAt.localeCompare(one.createdAt) ||
      compareVersions(other.tag, one.tag) ||
      other.id - one.id,
  )[0];
}

/** Order of the numbers in two tags, which may have anything before the version; a suffix comes before none. */
function compareVersions(one: string, other: string): number {
  const [a, b] = [version(one), version(other)];
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  for (const at of [0, 1, 2]) if (a.numbers[at] !== b.numbers[at]) return a.numbers[at]! - b.numbers[at]!;
  if (a.suffix === '' || b.suffix === '') return Number(a.suffix === '') - Number(b.suffix === '');
  return a.suffix < b.suffix ? -1 : Number(a.suffix > b.suffix);
}

function version(tag: string): { numbers: readonly number[]; suffix: string } | undefined {
  const match = /(?:^|[^\d.])(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([\w.-]+))?(?:\+.*)?$/.exec(tag);
  if (match === null) return undefined;
  return {
    numbers: match.slice(1, 4).map((part: string | undefined) => Number(part ?? 0)),
    suffix: match[4] ?? '',
  };
}
