/** Which removed and added files are one file that moved: git's way of `-M50%`. */
import type { Change, Side } from './changes.ts';
import { type ObjectStore, readBody } from './objects.ts';
import { SUBMODULE } from './tree-object.ts';

/** A change, or a file that moved from `from` to `path`; `similarity` from 50 to 100 for these. */
export interface FileChange extends Change {
  readonly from?: string;
  readonly similarity?: number;
}

/** git's default: half of the bigger file must be found in the other. */
const LEAST = 50;
/** Files of one unique base name need less of a contest: half way between that and equality. */
const LEAST_BY_NAME = 75;
/** At most this many pairs are compared in content (git's `diff.renameLimit` is bounded in the same way). */
const MOST_PAIRS = 40_000;
const CHUNK = 64;

interface Candidate extends Change {
  readonly side: Side;
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** How many bytes a file has of each distinct line (or of 64 bytes where lines are longer). */
function spans(bytes: Buffer): Map<string, number> {
  const counts = new Map<string, number>();
  for (let at = 0; at < bytes.length;) {
    const newline = bytes.indexOf(10, at);
    const end = Math.min(newline < 0 ? bytes.length : newline + 1, at + CHUNK);
    const key = bytes.toString('latin1', at, end);
    counts.set(key, (counts.get(key) ?? 0) + end - at);
    at = end;
  }
  return counts;
}

/** Compares contents, each file read and cut once. */
function comparison(store: ObjectStore): (a: Side, b: Side) => number {
  const known = new Map<string, { size: number; spans: Map<string, number> }>();
  const look = (id: string): { size: number; spans: Map<string, number> } => {
    let entry = known.get(id);
    if (entry === undefined) {
      const body = readBody(store, id, 'blob');
      known.set(id, (entry = { size: body.length, spans: spans(body) }));
    }
    return entry;
  };
  return (a, b) => {
    // A link and a file are never the same thing that moved.
    if (a.mode.slice(0, 3) !== b.mode.slice(0, 3) || a.mode === SUBMODULE) return 0;
    const left = look(a.id);
    const right = look(b.id);
    const biggest = Math.max(left.size, right.size);
    const smallest = Math.min(left.size, right.size);
    if (smallest * 100 < biggest * LEAST || smallest === 0) return 0;
    let common = 0;
    for (const [key, count] of left.spans) common += Math.min(count, right.spans.get(key) ?? 0);
    return Math.floor((common * 100) / biggest);
  };
}

interface Pair {
  readonly removed: Candidate;
  readonly added: Candidate;
  readonly score: number;
}

/** The pairs found so far, each file in one pair at most. */
interface Pairing {
  readonly removed: Set<Candidate>;
  readonly added: Set<Candidate>;
  readonly pairs: Pair[];
  take(removed: Candidate, added: Candidate, score: number): void;
}

function pairing(removed: readonly Candidate[], added: readonly Candidate[]): Pairing {
  const result: Pairing = {
    removed: new Set(removed),
    added: new Set(added),
    pairs: [],
    take: (from, to, score) => {
      result.removed.delete(from);
      result.added.delete(to);
      result.pairs.push({ removed: from, added: to, score });
    },
  };
  return result;
}

/** Files with equal bytes; among several of them one of the same base name. */
function pairEqual(state: Pairing): void {
  const byId = Map.groupBy(state.removed, (candidate) => candidate.side.id);
  for (const added of [...state.added]) {
    if (added.side.mode === SUBMODULE) continue;
    const equal = (byId.get(added.side.id) ?? []).filter(
      (candidate) =>
        state.removed.has(candidate) && candidate.side.mode.slice(0, 3) === added.side.mode.slice(0, 3),
    );
    const best = equal.find((candidate) => baseName(candidate.path) === baseName(added.path)) ?? equal[0];
    if (best !== undefined) state.take(best, added, 100);
  }
}

/** Files whose base name is unique on both sides. */
function pairByName(state: Pairing, compare: (a: Side, b: Side) => number): void {
  const olds = Map.groupBy(state.removed, ({ path }) => baseName(path));
  const news = Map.groupBy(state.added, ({ path }) => baseName(path));
  for (const [name, added] of news) {
    const removed = olds.get(name);
    if (added.length !== 1 || removed?.length !== 1) continue;
    const score = compare(removed[0]!.side, added[0]!.side);
    if (score >= LEAST_BY_NAME) state.take(removed[0]!, added[0]!, score);
  }
}

/** The rest, best pairs first. */
function pairByContent(state: Pairing, compare: (a: Side, b: Side) => number): void {
  if (state.removed.size * state.added.size > MOST_PAIRS) return;
  const found: Pair[] = [];
  for (const added of state.added) {
    for (const removed of state.removed) {
      const score = compare(removed.side, added.side);
      if (score >= LEAST) found.push({ removed, added, score });
    }
  }
  const sameName = (pair: Pair): number => Number(baseName(pair.removed.path) === baseName(pair.added.path));
  found.sort((a, b) => b.score - a.score || sameName(b) - sameName(a));
  for (const { removed, added, score } of found)
    if (state.removed.has(removed) && state.added.has(added)) state.take(removed, added, score);
}

/** The changes with moved files joined, still by the order of their (new) paths. */
export function withRenames(store: ObjectStore, changes: readonly Change[]): FileChange[] {
  const removed = changes.flatMap((c) => (c.after === undefined ? [{ ...c, side: c.before! }] : []));
  const added = changes.flatMap((c) => (c.before === undefined ? [{ ...c, side: c.after! }] : []));
  if (removed.length === 0 || added.length === 0) return [...changes];
  const state = pairing(removed, added);
  const compare = comparison(store);
  pairEqual(state);
  pairByName(state, compare);
  pairByContent(state, compare);
  const gone = new Set(state.pairs.map((pair) => pair.removed.path));
  const moved = new Map(state.pairs.map((pair) => [pair.added.path, pair]));
  return changes
    .filter((change) => !(change.after === undefined && gone.has(change.path)))
    .map((change) => {
      const pair = change.before === undefined ? moved.get(change.path) : undefined;
      if (pair === undefined) return change;
      const { removed: old, score } = pair;
      return { ...change, before: old.side, from: old.path, similarity: score };
    });
}
