/** What joins commits: ancestors, best common ancestors, how far two commits are apart. */
import { boundedCache, type Cache } from './lru.ts';
import { type ObjectStore, readBody } from './objects.ts';
import { dateQueue } from './queue.ts';

/** The part of a commit that walks need. */
export interface Node {
  readonly tree: string;
  readonly parents: readonly string[];
  /** Committer date in seconds. */
  readonly time: number;
}

const NODES = 100_000;
const caches = new WeakMap<ObjectStore, Cache<Node>>();

/** Tree, parents and committer date of a commit; refuses an id that is missing or no commit. */
export function node(store: ObjectStore, id: string): Node {
  let cache = caches.get(store);
  if (cache === undefined) caches.set(store, (cache = boundedCache<Node>(NODES)));
  const known = cache.get(id);
  if (known !== undefined) return known;
  const body = readBody(store, id, 'commit').toString('latin1');
  const parents: string[] = [];
  let at = 46;
  for (; body.startsWith('parent ', at); at += 48) parents.push(body.slice(at + 7, at + 47));
  const committer = body.indexOf('\ncommitter ', at);
  const line = body.slice(committer + 1, body.indexOf('\n', committer + 1));
  const time = Number(/> (-?\d+)/.exec(line)?.[1] ?? 0);
  const found = { tree: body.slice(5, 45), parents, time };
  cache.set(id, found, 1);
  return found;
}

/** Clocks of committers disagree; a walk goes on this many commits past what it looks for, as git's does. */
const SLOP = 16;
const LEFT = 1;
const RIGHT = 2;
const STALE = 4;

/**
 * Marks what the left and the right commits reach, newest first, and stops where only their common past is left.
 * Marks of a commit: LEFT, RIGHT, both; STALE below a common ancestor.
 */
function paint(store: ObjectStore, left: readonly string[], right: readonly string[]): Map<string, number> {
  const marks = new Map<string, number>();
  const queue = dateQueue();
  const queued = new Map<string, number>();
  let fresh = 0;
  let slop = SLOP;
  let oldest = Infinity;
  const isFresh = (mark: number): boolean => (mark & STALE) === 0;
  const add = (id: string, mark: number): void => {
    const old = marks.get(id) ?? 0;
    const now = old | mark;
    if (now === old && old !== 0) return;
    marks.set(id, now);
    const waiting = queued.get(id);
    if (waiting === undefined) queue.push(id, node(store, id).time);
    else if (isFresh(waiting)) fresh--;
    queued.set(id, now);
    if (isFresh(now)) fresh++;
  };
  for (const id of left) add(id, LEFT);
  for (const id of right) add(id, RIGHT);
  while (queue.size > 0) {
    if (fresh > 0) slop = SLOP;
    else if (slop-- === 0 || queue.newest() < oldest) break;
    const id = queue.pop();
    if (isFresh(queued.get(id)!)) fresh--;
    queued.delete(id);
    const mark = marks.get(id)!;
    const both = (mark & LEFT) !== 0 && (mark & RIGHT) !== 0;
    const { parents, time } = node(store, id);
    if (!both) oldest = Math.min(oldest, time);
    for (const parent of parents) add(parent, both ? mark | STALE : mark);
  }
  return marks;
}

/** Whether `ancestor` is `descendant` or is reached from it through parents. */
export function isAncestor(store: ObjectStore, ancestor: string, descendant: string): boolean {
  if (ancestor === descendant) return true;
  if (node(store, descendant).parents.includes(ancestor)) return true;
  return ((paint(store, [ancestor], [descendant]).get(ancestor) ?? 0) & RIGHT) !== 0;
}

/** All best common ancestors, newest first: none for unrelated histories, several after criss-cross merges. */
export function mergeBases(store: ObjectStore, left: string, right: string): string[] {
  if (left === right) return [left];
  const marks = paint(store, [left], [right]);
  const common = [...marks].filter(([, mark]) => mark === (LEFT | RIGHT)).map(([id]) => id);
  const best = common.filter((id) => !common.some((other) => other !== id && isAncestor(store, id, other)));
  return best.sort((a, b) => node(store, b).time - node(store, a).time);
}

/** A best common ancestor, as `git merge-base` gives one; undefined for unrelated histories. */
export function mergeBase(store: ObjectStore, left: string, right: string): string | undefined {
  return mergeBases(store, left, right)[0];
}

/** Commits that only one of the two reaches, each list in the order of the walk (newest first). */
function apart(
  store: ObjectStore,
  left: string,
  right: string,
): { readonly left: string[]; readonly right: string[] } {
  if (left === right) return { left: [], right: [] };
  const marks = [...paint(store, [left], [right])];
  const only = (side: number): string[] => marks.filter(([, mark]) => mark === side).map(([id]) => id);
  return { left: only(LEFT), right: only(RIGHT) };
}

/** How many commits `head` has that `base` has not, and the other way round, as GitHub's comparison counts. */
export function aheadBehind(
  store: ObjectStore,
  base: string,
  head: string,
): { readonly ahead: number; readonly behind: number } {
  const { left, right } = apart(store, head, base);
  return { ahead: left.length, behind: right.length };
}

/**
 * The commits of `head` that none of `bases` reaches (`git log base..head`), oldest first and no commit before
 * its parents: the order of GitHub's comparison and of a pull request's commits.
 */
export function commitsBetween(store: ObjectStore, bases: readonly string[], head: string): string[] {
  const marks = paint(store, [head], bases);
  const wanted = new Set([...marks].filter(([, mark]) => mark === LEFT).map(([id]) => id));
  const children = new Map<string, number>();
  for (const id of wanted)
    for (const parent of node(store, id).parents)
      if (wanted.has(parent)) children.set(parent, (children.get(parent) ?? 0) + 1);
  const queue = dateQueue();
  for (const id of wanted) if (!children.has(id)) queue.push(id, node(store, id).time);
  const order: string[] = [];
  while (queue.size > 0) {
    const id = queue.pop();
    order.push(id);
    for (const parent of node(store, id).parents) {
      const left = children.get(parent);
      if (left === undefined) continue;
      children.set(parent, left - 1);
      if (left === 1) queue.push(parent, node(store, parent).time);
    }
  }
  return order.reverse();
}
