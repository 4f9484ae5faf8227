import semver from 'semver';

/** What a release is made of. */
export interface Release {
  readonly version: string;
  /** Of package.json. */
  readonly manifest: string;
  readonly changelog: string;
  /** Names of all tags. */
  readonly tags: readonly string[];
  /** Files that differ from the commit. */
  readonly changed: readonly string[];
}

/** The part of the changelog that belongs to a version: what stands below `## 1.2.3`; null without one. */
export function notesOf(changelog: string, version: string): string | null {
  const [, ...parts] = changelog.split(/^## /mu);
  const part = parts.find((one) => one.split(/[\s(]/u, 1)[0] === version);
  const notes = part?.slice(part.indexOf('\n') + 1).trim() ?? '';
  return notes === '' ? null : notes;
}

/** Everything that keeps a version from being released, in words. */
export function problemsOf({ version, manifest, changelog, tags, changed }: Release): readonly string[] {
  if (semver.valid(version) !== version) return [`"${version}" is no version such as 1.2.3`];
  const released = tags.filter((tag) => /^v\d+\.\d+\.\d+/u.test(tag)).map((tag) => tag.slice(1));
  const newer = semver.rsort(released.filter((one) => semver.valid(one) !== null))[0];
  return [
    ...(manifest === version ? [] : [`package.json has version ${manifest}`]),
    ...(notesOf(changelog, version) === null
      ? [`CHANGELOG.md has no section "## ${version}" with text`]
      : []),
    ...(newer !== undefined && semver.gte(newer, version) ? [`v${newer} is released already`] : []),
    ...changed.map((file) => `${file} is changed and not committed`),
  ];
}

const REFERENCE = /(slipway-ml\/slipway(?:\/[\w./-]+)?)@[0-9a-f]{40} # [^\n]*/gu;

/** Points every reference to this repository's actions and workflows to a commit; `label` says which that is. */
export function stamp(text: string, sha: string, label: string): string {
  return text.replaceAll(REFERENCE, `$1@${sha} # ${label}`);
}
