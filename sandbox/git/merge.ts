/** Three-way merges of trees, as `git merge-tree` makes them: by content, following moved files. */
import type { Side } from './changes.ts';
import { changedFiles } from './diff.ts';
import { mergeBases, node } from './graph.ts';
import { compareLines, type Block, splitLines } from './lines.ts';
import { type ObjectStore, readBody } from './objects.ts';
import { isBinary } from './patch.ts';
import type { FileChange } from './renames.ts';
import { editTree, findEntry, type TreeEdit, walkTree } from './tree.ts';
import { DIRECTORY, type TreeMode } from './tree-object.ts';

export interface Conflict {
  readonly path: string;
  readonly kind:
    | 'content'
    | 'binary'
    | 'add/add'
    | 'modify/delete'
    | 'rename/add'
    | 'rename/delete'
    | 'rename/rename'
    | 'directory/file'
    | 'mode';
}

/** The merged tree, or what stands against it. */
export type MergeResult =
  { readonly tree: string; readonly conflicts: readonly [] } | { readonly conflicts: readonly Conflict[] };

/** Lines of a merged text, or undefined where both sides changed the same or adjacent lines differently. */
export function mergeLines(
  base: readonly string[],
  ours: readonly string[],
  theirs: readonly string[],
): string[] | undefined {
  const left = compareLines(base, ours);
  const right = compareLines(base, theirs);
  const merged: string[] = [];
  let at = 0;
  let i = 0;
  let j = 0;
  // What a side has in place of the base's lines [from, to), which its blocks [first, last) touch.
  const text = (blocks: readonly Block[], first: number, last: number, from: number, to: number) => {
    const [head, tail] = [blocks[first]!, blocks[last - 1]!];
    return [head.bStart - (head.aStart - from), tail.bEnd + (to - tail.aEnd)] as const;
  };
  while (i < left.length || j < right.length) {
    const [firstLeft, firstRight] = [i, j];
    const from = Math.min(left[i]?.aStart ?? Infinity, right[j]?.aStart ?? Infinity);
    let to = from;
    for (;;) {
      if (i < left.length && left[i]!.aStart <= to) to = Math.max(to, left[i++]!.aEnd);
      else if (j < right.length && right[j]!.aStart <= to) to = Math.max(to, right[j++]!.aEnd);
      else break;
    }
    for (; at < from; at++) merged.push(base[at]!);
    at = to;
    const mine = i > firstLeft ? ours.slice(...text(left, firstLeft, i, from, to)) : undefined;
    const other = j > firstRight ? theirs.slice(...text(right, firstRight, j, from, to)) : undefined;
    if (mine !== undefined && other !== undefined && mine.join('') !== other.join('')) return undefined;
    merged.push(...(mine ?? other ?? []));
  }
  for (; at < base.length; at++) merged.push(base[at]!);
  return merged;
}

const kindOf = (mode: TreeMode): string => mode.slice(0, 3);

/** The mode both sides agree on; a change by one side wins over none. */
function mergeMode(base: TreeMode | undefined, ours: TreeMode, theirs: TreeMode): TreeMode | undefined {
  if (ours === theirs || ours === base) return theirs;
  return theirs === base ? ours : undefined;
}

/** Merges what stands at one path on three sides. */
function mergeFile(
  store: ObjectStore,
  base: Side | undefined,
  ours: Side,
  theirs: Side,
): Side | Conflict['kind'] {
  const clash = base === undefined ? 'add/add' : 'content';
  if (kindOf(ours.mode) !== kindOf(theirs.mode)) return clash;
  const mode = mergeMode(base?.mode, ours.mode, theirs.mode);
  if (mode === undefined) return base === undefined ? 'add/add' : 'mode';
  if (ours.id === theirs.id || theirs.id === base?.id) return { mode, id: ours.id };
  if (ours.id === base?.id) return { mode, id: theirs.id };
  // Links and submodules have no lines to merge.
  if (base === undefined || kindOf(mode) !== '100' || kindOf(base.mode) !== '100') return clash;
  const bodies = [base, ours, theirs].map((side) => readBody(store, side.id, 'blob'));
  if (bodies.some(isBinary)) return 'binary';
  // As Latin-1 every byte is a character, so that any encoding comes through unchanged.
  const [b, o, t] = bodies.map((body) => splitLines(body.toString('latin1')));
  const lines = mergeLines(b!, o!, t!);
  if (lines === undefined) return 'content';
  return { mode, id: store.write('blob', Buffer.from(lines.join(''), 'latin1')) };
}

/** What one side did: to the files of the base, and which files it added. */
interface SideChanges {
  readonly touched: ReadonlyMap<string, FileChange>;
  readonly added: ReadonlyMap<string, Side>;
  /** Where files were moved to. */
  readonly moved: ReadonlySet<string>;
}

function sideChanges(store: ObjectStore, base: string, tree: string): SideChanges {
  const touched = new Map<string, FileChange>();
  const added = new Map<string, Side>();
  const moved = new Set<string>();
  for (const change of changedFiles(store, base, tree)) {
    if (change.before === undefined) added.set(change.path, change.after!);
    else touched.set(change.from ?? change.path, change);
    if (change.from !== undefined) moved.add(change.path);
  }
  return { touched, added, moved };
}

/** A merge under way: what the base's tree gets, and what was not possible. */
interface Work {
  readonly store: ObjectStore;
  readonly base: string;
  readonly ours: SideChanges;
  readonly theirs: SideChanges;
  readonly edits: Map<string, TreeEdit>;
  readonly conflicts: Conflict[];
}

function put(work: Work, path: string, result: Side | Conflict['kind']): void {
  if (typeof result === 'string') work.conflicts.push({ path, kind: result });
  else work.edits.set(path, { mode: result.mode, id: result.id });
}

/** One side removed the file, the other did something else to it or nothing. */
function mergeRemoved(work: Work, path: string, other: FileChange | undefined): void {
  work.edits.set(path, null);
  if (other === undefined || other.after === undefined) return;
  work.conflicts.push(
    other.from === undefined ? { path, kind: 'modify/delete' } : { path: other.path, kind: 'rename/delete' },
  );
}

/** Merges a file that the base has and a side changed. */
function mergeTouched(work: Work, path: string, before: Side): void {
  const [mine, other] = [work.ours.touched.get(path), work.theirs.touched.get(path)];
  const removed = [mine, other].find((change) => change !== undefined && change.after === undefined);
  if (removed !== undefined) {
    mergeRemoved(work, path, removed === mine ? other : mine);
    return;
  }
  const [myPath, otherPath] = [mine?.path ?? path, other?.path ?? path];
  if (myPath !== path && otherPath !== path && myPath !== otherPath) {
    work.conflicts.push({ path, kind: 'rename/rename' });
    return;
  }
  const target = myPath === path ? otherPath : myPath;
  if (target !== path) work.edits.set(path, null);
  const taken = myPath === otherPath ? false : isTaken(work, target, myPath === path ? 'ours' : 'theirs');
  if (taken) work.conflicts.push({ path: target, kind: 'rename/add' });
  put(work, target, mergeFile(work.store, before, mine?.after ?? before, other?.after ?? before));
}

/** Whether the side which did not move a file to this path has something of its own there. */
function isTaken(work: Work, path: string, side: 'ours' | 'theirs'): boolean {
  return work[side].added.has(path) || work[side].moved.has(path);
}

function mergeAdded(work: Work): void {
  for (const [path, mine] of work.ours.added) {
    const other = work.theirs.added.get(path);
    if (work.theirs.moved.has(path)) continue;
    put(work, path, other === undefined ? mine : mergeFile(work.store, undefined, mine, other));
  }
  for (const [path, other] of work.theirs.added)
    if (!work.ours.added.has(path) && !work.ours.moved.has(path)) put(work, path, other);
}

/** A path cannot be a file and a directory with files at once. */
function findClashes(work: Work): void {
  const stays = (path: string): boolean => work.edits.get(path) !== null;
  for (const [path, edit] of work.edits) {
    if (edit === null) continue;
    for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      const above = path.slice(0, slash);
      const old = work.edits.has(above) ? undefined : findEntry(work.store, work.base, above);
      if (work.edits.get(above) != null || (old !== undefined && old.mode !== DIRECTORY))
        work.conflicts.push({ path: above, kind: 'directory/file' });
    }
    const old = findEntry(work.store, work.base, path);
    if (old?.mode !== DIRECTORY) continue;
    for (const below of walkTree(work.store, old.id, path))
      if (below.mode !== DIRECTORY && stays(below.path)) {
        work.conflicts.push({ path, kind: 'directory/file' });
        break;
      }
  }
}

/**
 * Merges `theirs` into `ours`, both grown from `base` (ids of trees). Text is merged by lines, where changes of the
 * same or adjacent lines are a conflict; a file moved on one side and changed on the other gets both.
 * Nothing is decided in a conflict: then there is no tree.
 */
export function mergeTrees(store: ObjectStore, base: string, ours: string, theirs: string): MergeResult {
  if (ours === theirs || theirs === base) return { tree: ours, conflicts: [] };
  if (ours === base) return { tree: theirs, conflicts: [] };
  const work: Work = {
    store,
    base,
    ours: sideChanges(store, base, ours),
    theirs: sideChanges(store, base, theirs),
    edits: new Map(),
    conflicts: [],
  };
  for (const [path, change] of work.ours.touched) mergeTouched(work, path, change.before!);
  for (const [path, change] of work.theirs.touched)
    if (!work.ours.touched.has(path)) mergeTouched(work, path, change.before!);
  mergeAdded(work);
  findClashes(work);
  if (work.conflicts.length > 0) return { conflicts: work.conflicts };
  return { tree: editTree(store, base, work.edits), conflicts: [] };
}

/**
 * The tree both commits grew from. Several best common ancestors (after criss-cross merges) are merged into one first,
 * as git does; where that conflicts, the newest of them stands for all.
 */
function baseTree(store: ObjectStore, ours: string, theirs: string): string | undefined {
  const [first, ...others] = mergeBases(store, ours, theirs);
  if (first === undefined) return undefined;
  let tree = node(store, first).tree;
  for (const other of others) {
    const under = baseTree(store, first, other);
    if (under === undefined) continue;
    const merged = mergeTrees(store, under, tree, node(store, other).tree);
    if ('tree' in merged) tree = merged.tree;
  }
  return tree;
}

/** Merges two commits over what they have in common. Refuses (undefined) histories that have nothing. */
export function mergeCommits(store: ObjectStore, ours: string, theirs: string): MergeResult | undefined {
  const base = baseTree(store, ours, theirs);
  if (base === undefined) return undefined;
  return mergeTrees(store, base, node(store, ours).tree, node(store, theirs).tree);
}
