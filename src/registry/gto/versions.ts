import { parse, compare } from 'semver';

import type { GtoEvent } from './events.ts';

/** A version on a commit. The same name on another commit is another one, as it is for GTO. */
export interface GtoVersion {
  /** With its `v`. */
  readonly version: string;
  readonly commit: string;
  /** The newest tag that registers it; null where only its deregistration is left. */
  readonly tag: string | null;
  /** Time of that tag, seconds since 1970; 0 where there is none. */
  readonly at: number;
  /** False once deregistered. Within one second the deregistration wins, as it does for GTO. */
  readonly active: boolean;
}

/** Longest version the log holds. */
const LONGEST = 100;

/** True for versions that the log can hold: strict SemVer in ASCII, numbers below 2^53, at most 100 characters. */
export function isReadable(version: string): boolean {
  return version.length <= LONGEST && parse(version.slice(1)) !== null;
}

/** SemVer precedence: negative where `one` is lower. Both must be readable. */
export function compareVersions(one: string, other: string): number {
  return compare(one.slice(1), other.slice(1));
}

/** The highest by SemVer; of equals the last; null where there is none that can be read. */
export function highest<Item extends { readonly version: string }>(items: readonly Item[]): Item | null {
  let best: Item | null = null;
  for (const item of items)
    if (isReadable(item.version) && (best === null || compareVersions(item.version, best.version) >= 0))
      best = item;
  return best;
}

/** Versions of an artifact in the order in which they were first named. */
export function versionsOf(events: readonly GtoEvent[]): readonly GtoVersion[] {
  const found = new Map<string, { version: string; commit: string; made?: GtoEvent; undone: number }>();
  for (const event of events) {
    if (event.kind !== 'register' && event.kind !== 'deregister') continue;
    const { version, commit } = event;
    const key = `${version} ${commit}`;
    const entry = found.get(key) ?? { version, commit, undone: -Infinity };
    found.set(key, entry);
    if (event.kind === 'register') entry.made = event;
    else entry.undone = Math.max(entry.undone, event.at);
  }
  return [...found.values()].map(({ version, commit, made, undone }) => ({
    version,
    commit,
    tag: made?.tag ?? null,
    at: made?.at ?? 0,
    active: made !== undefined && made.at > undone,
  }));
}

/** Versions by the commit they are registered (or deregistered) on. */
export function byCommit(versions: readonly GtoVersion[]): ReadonlyMap<string, readonly GtoVersion[]> {
  return Map.groupBy(versions, ({ commit }) => commit);
}
