/** The files in which two trees differ, without looking into the files. */
import type { ObjectStore } from './objects.ts';
import { DIRECTORY, readTree, type TreeEntry, type TreeMode } from './tree-object.ts';

export interface Side {
  readonly mode: TreeMode;
  readonly id: string;
}

/** A path that was added (no `before`), removed (no `after`) or changed. */
export interface Change {
  readonly path: string;
  readonly before?: Side;
  readonly after?: Side;
}

const side = (entry: TreeEntry): Side => ({ mode: entry.mode, id: entry.id });

/** Orders by bytes, as git orders paths; code units agree with that but for characters beyond the basic plane. */
export function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  if (a.path === b.path) return 0;
  return Buffer.compare(Buffer.from(a.path), Buffer.from(b.path));
}

function collect(
  store: ObjectStore,
  before: string | undefined,
  after: string | undefined,
  prefix: string,
  found: Change[],
): void {
  if (before === after) return;
  const olds = new Map(
    before === undefined ? [] : readTree(store, before).map((entry) => [entry.name, entry] as const),
  );
  const add = (old: TreeEntry | undefined, now: TreeEntry | undefined): void => {
    if (old?.id === now?.id && old?.mode === now?.mode) return;
    const path = `${prefix}${(old ?? now)!.name}`;
    const oldTree = old?.mode === DIRECTORY ? old.id : undefined;
    const newTree = now?.mode === DIRECTORY ? now.id : undefined;
    if (oldTree !== undefined || newTree !== undefined) collect(store, oldTree, newTree, `${path}/`, found);
    const oldFile = old !== undefined && oldTree === undefined ? { before: side(old) } : {};
    const newFile = now !== undefined && newTree === undefined ? { after: side(now) } : {};
    if ('before' in oldFile || 'after' in newFile) found.push({ path, ...oldFile, ...newFile });
  };
  for (const now of after === undefined ? [] : readTree(store, after)) {
    add(olds.get(now.name), now);
    olds.delete(now.name);
  }
  for (const old of olds.values()) add(old, undefined);
}

/** All changed files from one tree to another, by path; undefined stands for the empty tree. */
export function treeChanges(
  store: ObjectStore,
  before: string | undefined,
  after: string | undefined,
): Change[] {
  const found: Change[] = [];
  collect(store, before, after, '', found);
  return found.sort(byPath);
}
