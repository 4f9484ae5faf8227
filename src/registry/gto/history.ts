import { inOrder, readEvents, type GtoEvent, type RepositoryTag } from './events.ts';
import { showArtifact, type Claim } from './shown.ts';
import { nameOf, readStage, type GtoHolding } from './stages.ts';
import { byCommit, isReadable, versionsOf, type GtoVersion } from './versions.ts';
import { warn, type GtoWarning } from './warnings.ts';

export interface GtoArtifact {
  /** `name` or `dir:name`. */
  readonly artifact: string;
  /** GTO hides it; its stages hold nothing. */
  readonly deprecated: boolean;
  readonly versions: readonly GtoVersion[];
  /** The highest active version. */
  readonly latest: string | null;
  readonly stages: readonly GtoHolding[];
  /** What `gto show` says of each stage: a version, or a commit without one. */
  readonly shown: ReadonlyMap<string, string>;
  /** The highest counter of its tags: the next tag counts one more. */
  readonly counter: bigint;
  /** Everything that was said of it, oldest first. */
  readonly events: readonly GtoEvent[];
}

export interface GtoHistory {
  /** Sorted by name. */
  readonly artifacts: readonly GtoArtifact[];
  readonly warnings: readonly GtoWarning[];
}

/**
 * Reads what GTO's users see out of the tags of a repository, foreign ones included. It never fails: where GTO would
 * mislead or break, a warning says what it does, what we read instead, and why.
 */
export function readGtoHistory(tags: Iterable<RepositoryTag>): GtoHistory {
  const { artifacts, counters, warnings } = readEvents(tags);
  const read = [...artifacts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([artifact, events]) => readArtifact(artifact, events, counters.get(artifact) ?? 0n));
  return {
    artifacts: read.map((one) => one.artifact),
    warnings: [...warnings, ...read.flatMap((one) => one.warnings)],
  };
}

function readArtifact(
  artifact: string,
  events: readonly GtoEvent[],
  counter: bigint,
): { readonly artifact: GtoArtifact; readonly warnings: readonly GtoWarning[] } {
  const versions = versionsOf(events);
  const commits = byCommit(versions);
  const shown = showArtifact(events, versions, commits);
  const names = new Set(events.flatMap((event) => ('stage' in event ? [event.stage] : [])));
  const { deprecated, latest } = shown;
  const stages = deprecated
    ? []
    : [...names].sort().map((stage) => readStage({ artifact, stage, events, commits, shown }));
  const visible = deprecated
    ? []
    : [...shown.stages].map(([stage, claims]) => [stage, firstOf(claims)] as const);
  return {
    artifact: {
      artifact,
      deprecated,
      versions,
      latest,
      stages: stages.flatMap(({ held }) => held ?? []),
      shown: new Map(visible),
      counter,
      events: events.toSorted(inOrder),
    },
    warnings: [
      ...versionTraps(artifact, versions, new Set(shown.unreadable)),
      ...stages.flatMap(({ warnings }) => warnings),
    ],
  };
}

const firstOf = ([first]: readonly Claim[]): string => (first === undefined ? '' : nameOf(first));

function versionTraps(
  artifact: string,
  versions: readonly GtoVersion[],
  unreadable: ReadonlySet<string>,
): readonly GtoWarning[] {
  const named = (list: readonly GtoVersion[]): readonly string[] => list.flatMap(({ tag }) => tag ?? []);
  const warnings: GtoWarning[] = [];
  for (const [commit, here] of byCommit(versions)) {
    if (here.length < 2) continue;
    const list = here.map(({ version }) => version).join(', ');
    const fails = unreadable.has(commit);
    const message = `${list} of ${artifact} are on one commit, ${commit}: ${fails ? 'gto show fails; we read the highest active one' : 'a stage tag there would make gto show fail'}.`;
    warnings.push(warn('shared-commit', { artifact, tags: named(here), differs: fails }, message));
  }
  for (const [version, same] of Map.groupBy(versions, ({ version }) => version)) {
    if (!isReadable(version)) {
      const message = `${version} of ${artifact} is SemVer for GTO and too long or too large for us: register it under another name.`;
      warnings.push(warn('unreadable-version', { artifact, tags: named(same) }, message));
    }
    if (same.filter(({ active }) => active).length < 2) continue;
    const message = `${version} of ${artifact} is registered on ${same.length} commits: deregister all but one.`;
    warnings.push(warn('moved-version', { artifact, tags: named(same) }, message));
  }
  return warnings;
}
