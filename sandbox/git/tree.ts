/** Trees as paths: find what stands at a path, list a tree, write a changed one. */
import { type ObjectStore, readBody } from './objects.ts';
import { DIRECTORY, encodeTree, entryNamed, readTree, type TreeEntry, type TreeMode } from './tree-object.ts';

/** What stands at a path. */
export interface PathEntry {
  readonly path: string;
  readonly mode: TreeMode;
  readonly id: string;
}

/** What shall stand at a path: an entry, or nothing. */
export type TreeEdit = { readonly mode: TreeMode; readonly id: string } | null;

/** The entry at `path` (`a/b/c`, slashes at the ends are dropped; '' is the tree itself); undefined when nothing is there. */
export function findEntry(store: ObjectStore, tree: string, path: string): PathEntry | undefined {
  let found: PathEntry = { path: '', mode: DIRECTORY, id: tree };
  for (const name of path.split('/')) {
    if (name === '') continue;
    if (found.mode !== DIRECTORY) return undefined;
    const entry = entryNamed(readBody(store, found.id, 'tree'), name);
    if (entry === undefined) return undefined;
    found = { path: found.path === '' ? name : `${found.path}/${name}`, mode: entry.mode, id: entry.id };
  }
  return found;
}

/** The entries directly in a tree, their paths below `prefix`. */
export function listTree(store: ObjectStore, tree: string, prefix = ''): PathEntry[] {
  return readTree(store, tree).map(({ mode, name, id }) => ({
    path: prefix === '' ? name : `${prefix}/${name}`,
    mode,
    id,
  }));
}

/** All entries of a tree in depth, directories before what is in them, in the order of `git ls-tree -r -t`. */
export function* walkTree(store: ObjectStore, tree: string, prefix = ''): Generator<PathEntry> {
  for (const entry of listTree(store, tree, prefix)) {
    yield entry;
    if (entry.mode === DIRECTORY) yield* walkTree(store, entry.id, entry.path);
  }
}

/** Edits of one directory: its own entries, and what goes further down. */
interface Level {
  readonly own: Map<string, TreeEdit>;
  readonly below: Map<string, Map<string, TreeEdit>>;
}

function level(edits: ReadonlyMap<string, TreeEdit>): Level {
  const own = new Map<string, TreeEdit>();
  const below = new Map<string, Map<string, TreeEdit>>();
  for (const [path, edit] of edits) {
    const slash = path.indexOf('/');
    if (slash < 0) {
      own.set(path, edit);
    } else {
      const name = path.slice(0, slash);
      const inner = below.get(name) ?? new Map<string, TreeEdit>();
      below.set(name, inner.set(path.slice(slash + 1), edit));
    }
  }
  return { own, below };
}

/**
 * Writes the tree which `tree` becomes with these edits (path → entry, or null to remove) and gives its id.
 * Directories come and go with their files. A file written below a path that was a file replaces it; an edit of a path
 * and one below it both adding are refused by the caller. Removing what is not there changes nothing.
 */
export function editTree(
  store: ObjectStore,
  tree: string | undefined,
  edits: ReadonlyMap<string, TreeEdit>,
): string {
  const entries = new Map<string, TreeEntry>();
  if (tree !== undefined) for (const entry of readTree(store, tree)) entries.set(entry.name, entry);
  const { own, below } = level(edits);
  for (const [name, edit] of own) {
    if (edit === null) entries.delete(name);
    else entries.set(name, { name, ...edit });
  }
  for (const [name, inner] of below) {
    const old = entries.get(name);
    const directory = old?.mode === DIRECTORY ? old.id : undefined;
    if (directory === undefined && [...inner.values()].every((edit) => edit === null)) continue;
    const id = editTree(store, directory, inner);
    if (readTree(store, id).length === 0) entries.delete(name);
    else entries.set(name, { mode: DIRECTORY, name, id });
  }
  return store.write('tree', encodeTree([...entries.values()]));
}
