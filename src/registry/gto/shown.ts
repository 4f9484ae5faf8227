import { highest, type GtoVersion } from './versions.ts';

import type { GtoEvent } from './events.ts';

/**
 * What `gto show` answers, worked out as GTO 1.10.1 does (gto/base.py `Artifact.get_vstages`, gto/tag.py `index_tag`),
 * its surprises included: the view must know what GTO's users will see, and readers where we differ.
 */

/** A version that stands assigned to a stage: one the newest assignment hides is still there, and can come back. */
export interface Claim {
  readonly stage: string;
  /** Null on a commit without a version; GTO then shows the commit. */
  readonly version: string | null;
  readonly commit: string;
  /** Time of its newest assignment. */
  readonly at: number;
}

export interface Shown {
  /** Claims by stage, the one that `gto show` names first. */
  readonly stages: ReadonlyMap<string, readonly Claim[]>;
  /** By stage the highest version assigned: GTO's look-up by stage, which DVC uses, answers so, not as `gto show`. */
  readonly found: ReadonlyMap<string, string>;
  /** The highest active version, as `gto show` names it. */
  readonly latest: string | null;
  /** GTO hides the artifact with all its stages. */
  readonly deprecated: boolean;
  /** Commits with several versions and a stage tag: `gto show` fails on them. */
  readonly unreadable: readonly string[];
}

interface Ranked extends Claim {
  /** When its version was registered: of equal assignments GTO takes the oldest version. */
  readonly registered: number;
  readonly order: number;
}

function named(stage: string, claims: readonly Claim[]): readonly (readonly [string, string])[] {
  const best = highest(claims.flatMap(({ version }) => (version === null ? [] : [{ version }])));
  return best === null ? [] : [[stage, best.version]];
}

interface Track {
  readonly stage: string;
  readonly commit: string;
  assigned: number;
  unassigned: number;
}

/** GTO's answer for one artifact. `events` in the order of `readEvents`, `versions` and `commits` made of them. */
export function showArtifact(
  events: readonly GtoEvent[],
  versions: readonly GtoVersion[],
  commits: ReadonlyMap<string, readonly GtoVersion[]>,
): Shown {
  const tracks = trackStages(events, commits);
  const order = new Map(versions.map((version, i) => [version, i]));
  const ranked = tracks.flatMap((track, i): Ranked[] => {
    const { stage, commit, assigned, unassigned } = track;
    const version = commits.get(commit)?.[0];
    // Of one second the unassignment wins.
    if (assigned <= unassigned || version?.active === false) return [];
    const place = version === undefined ? versions.length + i : (order.get(version) ?? 0);
    const registered = version?.at ?? assigned;
    return [{ stage, version: version?.version ?? null, commit, at: assigned, registered, order: place }];
  });
  const inPlace = Map.groupBy(
    ranked.toSorted((a, b) => a.order - b.order),
    ({ stage }) => stage,
  );
  ranked.sort((a, b) => b.at - a.at || a.registered - b.registered || a.order - b.order);
  return {
    stages: Map.groupBy(ranked, ({ stage }) => stage),
    found: new Map([...inPlace].flatMap(([stage, claims]) => named(stage, claims))),
    latest: highest(versions.filter(({ active }) => active))?.version ?? null,
    deprecated: isDeprecated(events),
    unreadable: tracks.map(({ commit }) => commit).filter((commit) => (commits.get(commit)?.length ?? 0) > 1),
  };
}

function trackStages(
  events: readonly GtoEvent[],
  commits: ReadonlyMap<string, readonly GtoVersion[]>,
): readonly Track[] {
  const tracks = new Map<string, Track>();
  for (const { kind, tag, commit, at, ...said } of events) {
    if (!('stage' in said)) continue;
    const { stage } = said;
    // On a commit without a version each tag is a world of its own: unassigning does nothing there.
    const key = commits.has(commit) ? `${stage} ${commit}` : tag;
    const track = tracks.get(key) ?? { stage, commit, assigned: -Infinity, unassigned: -Infinity };
    tracks.set(key, track);
    if (kind === 'assign') track.assigned = at;
    else track.unassigned = at;
  }
  return [...tracks.values()];
}

/** A deprecation holds until anything later is said of the artifact. */
function isDeprecated(events: readonly GtoEvent[]): boolean {
  const newest = events.at(-1)?.at;
  return events.length > 0 && events.every(({ kind, at }) => at !== newest || kind === 'deprecate');
}
