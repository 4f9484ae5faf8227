import { changedFiles, diffCounts, type DiffCounts } from '../git/diff.ts';
import { commitsBetween, mergeBase } from '../git/history.ts';
import { node } from '../git/graph.ts';
import { boundedCache, type Cache } from '../git/lru.ts';
import type { ObjectStore } from '../git/objects.ts';
import type { FileChange } from '../git/renames.ts';
import type { Core } from '../kernel/core.ts';
import type { Pull } from '../state/pulls.ts';
import { refKey } from '../state/repositories.ts';

/** GitHub lists this many commits of a pull request: https://docs.github.com/rest/pulls/pulls#list-commits-on-a-pull-request */
export const MOST_COMMITS = 250;

/** What a pull request would bring: the commits and files of its head since the history it shares with the base. */
export interface Comparison {
  readonly base: string;
  readonly head: string;
  /** Where the changes are counted from; undefined for histories with nothing in common. */
  readonly mergeBase: string | undefined;
  /** All commits only the head has, oldest first. */
  readonly commits: readonly string[];
}

const caches = new WeakMap<ObjectStore, Cache<Comparison>>();
const CACHED_COMMITS = 200_000;

/** The tip of a branch, undefined where there is none of that name. */
export function branchTip(core: Core, repositoryId: number, branch: string): string | undefined {
  return core.tables.refs.get(refKey(repositoryId, `refs/heads/${branch}`))?.oid;
}

/** Compares two commits of one network as a pull request does. */
export function compareCommits(store: ObjectStore, base: string, head: string): Comparison {
  let cache = caches.get(store);
  if (cache === undefined) caches.set(store, (cache = boundedCache<Comparison>(CACHED_COMMITS)));
  const key = `${base} ${head}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const comparison = {
    base,
    head,
    mergeBase: mergeBase(store, base, head),
    commits: commitsBetween(store, [base], head),
  };
  cache.set(key, comparison, 10 + comparison.commits.length);
  return comparison;
}

/** Objects of the pull request's network: those of its forks too. */
export function objectsOf(core: Core, pull: Pick<Pull, 'repositoryId'>): ObjectStore {
  return core.objects(core.tables.repositories.require(pull.repositoryId));
}

/** The commit a pull request is compared with: the branch's tip while it is open, what it was merged into or closed on after. */
export function baseOf(core: Core, pull: Pull): string {
  if (!pull.open) return pull.base.oid;
  return branchTip(core, pull.repositoryId, pull.base.ref) ?? pull.base.oid;
}

/** What the pull request brings now. */
export function comparisonOf(core: Core, pull: Pull): Comparison {
  return compareCommits(objectsOf(core, pull), baseOf(core, pull), pull.head.oid);
}

/** The changed files, by path. */
export function filesOf(core: Core, pull: Pull): readonly FileChange[] {
  const store = objectsOf(core, pull);
  const { mergeBase: from, head } = comparisonOf(core, pull);
  return changedFiles(store, treeOf(store, from), treeOf(store, head));
}

/** Numbers of changed files and lines. */
export function countsOf(core: Core, pull: Pull): DiffCounts {
  const store = objectsOf(core, pull);
  const { mergeBase: from, head } = comparisonOf(core, pull);
  return diffCounts(store, treeOf(store, from), treeOf(store, head));
}

/** The tree of a commit; the empty tree's stand-in for no commit. */
export function treeOf(store: ObjectStore, commit: string | undefined): string | undefined {
  return commit === undefined ? undefined : node(store, commit).tree;
}

/** Whether two states of a pull request change the same files in the same way: an approval of one holds for the other. */
export function sameChanges(store: ObjectStore, one: Comparison, other: Comparison): boolean {
  return fingerprint(store, one) === fingerprint(store, other);
}

function fingerprint(store: ObjectStore, { mergeBase: from, head }: Comparison): string {
  return changedFiles(store, treeOf(store, from), treeOf(store, head))
    .map(({ path, before, after }) =>
      [path, before?.mode, before?.id, after?.mode, after?.id].map((part) => part ?? '').join(' '),
    )
    .join('\0');
}
