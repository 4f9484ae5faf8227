/** The commits before a commit, as `git log` lists them. */
import { type Commit, readCommit } from './commit-object.ts';
import { node, type Node } from './graph.ts';
import type { ObjectStore } from './objects.ts';
import type { Person } from './person.ts';
import { boundedCache, type Cache } from './lru.ts';
import { dateQueue } from './queue.ts';
import { findEntry } from './tree.ts';

export { aheadBehind, commitsBetween, isAncestor, mergeBase, mergeBases } from './graph.ts';

export interface LogOptions {
  /** Follow first parents only. */
  readonly firstParent?: boolean;
  /** Only commits that changed this file or directory. */
  readonly path?: string;
  /** Seconds: committer date not before, not after. */
  readonly since?: number;
  readonly until?: number;
  /** Which authors, which committers are wanted. */
  readonly author?: (person: Person, commit: Commit) => boolean;
  readonly committer?: (person: Person, commit: Commit) => boolean;
}

/** Mode and id of what stands at the path in a commit; one string, empty when nothing does. */
function stands(store: ObjectStore, { tree }: Node, path: string): string {
  const entry = findEntry(store, tree, path);
  return entry === undefined ? '' : `${entry.mode} ${entry.id}`;
}

/**
 * Which parents to follow and whether the commit changed the path. As git simplifies a history: a commit which has
 * the path as one of its parents has it is not shown, and only that parent is followed.
 * https://git-scm.com/docs/git-log#_history_simplification
 */
function simplify(
  store: ObjectStore,
  commit: Node,
  path: string,
  parents: readonly string[],
): { parents: readonly string[]; shown: boolean } {
  const here = stands(store, commit, path);
  const same = parents.find((parent) => stands(store, node(store, parent), path) === here);
  if (same !== undefined) return { parents: [same], shown: false };
  return { parents, shown: parents.length > 0 || here !== '' };
}

function wanted(store: ObjectStore, id: string, { author, committer }: LogOptions): boolean {
  if (author === undefined && committer === undefined) return true;
  const commit = readCommit(store, id);
  return (
    (author === undefined || author(commit.author, commit)) &&
    (committer === undefined || committer(commit.committer, commit))
  );
}

/** The ids of `tip` and the commits before it, newest committer date first, found as they are asked for. */
export function* log(store: ObjectStore, tip: string, options: LogOptions = {}): Generator<string> {
  const { path, since = -Infinity, until = Infinity } = options;
  const seen = new Set([tip]);
  const queue = dateQueue();
  queue.push(tip, node(store, tip).time);
  while (queue.size > 0) {
    const id = queue.pop();
    const commit = node(store, id);
    // `git log --since` stops at an older commit as well.
    if (commit.time < since) continue;
    const parents = options.firstParent === true ? commit.parents.slice(0, 1) : commit.parents;
    const step =
      path === undefined || path === '' ? { parents, shown: true } : simplify(store, commit, path, parents);
    for (const parent of step.parents) {
      if (seen.has(parent)) continue;
      seen.add(parent);
      queue.push(parent, node(store, parent).time);
    }
    if (step.shown && commit.time <= until && wanted(store, id, options)) yield id;
  }
}

/** Of all whole histories together so many ids are kept. */
const KEPT = 200_000;
const histories = new WeakMap<ObjectStore, Cache<readonly string[]>>();

/** All ids of `log` without options, kept for who reads page after page. One more commit on top of a known history is quick. */
export function wholeLog(store: ObjectStore, tip: string): readonly string[] {
  let cache = histories.get(store);
  if (cache === undefined) histories.set(store, (cache = boundedCache<readonly string[]>(KEPT)));
  const known = cache.get(tip);
  if (known !== undefined) return known;
  const [parent, ...others] = node(store, tip).parents;
  const before = parent === undefined || others.length > 0 ? undefined : cache.get(parent);
  const ids = before === undefined ? [...log(store, tip)] : [tip, ...before];
  cache.set(tip, ids, ids.length);
  return ids;
}
