/** Tree objects: `<mode> <name>\0<20 bytes>` per entry, in git's own order. */
import { type ObjectStore, readBody } from './objects.ts';

/** Modes as GitHub's API writes them: a file, an executable, a symbolic link, a directory, a submodule. */
export type TreeMode = '100644' | '100755' | '120000' | '040000' | '160000';

export interface TreeEntry {
  readonly mode: TreeMode;
  readonly name: string;
  readonly id: string;
}

export const DIRECTORY: TreeMode = '040000';
export const SUBMODULE: TreeMode = '160000';
export const SYMLINK: TreeMode = '120000';

/** What kind of object an entry of this mode names. */
export function entryType(mode: TreeMode): 'blob' | 'tree' | 'commit' {
  if (mode === DIRECTORY) return 'tree';
  return mode === SUBMODULE ? 'commit' : 'blob';
}

/** Old trees hold other permission bits; git itself knows only these five modes. */
function canonicalMode(text: string): TreeMode {
  const bits = Number.parseInt(text, 8);
  switch (bits >> 12) {
    case 0o04:
      return DIRECTORY;
    case 0o12:
      return SYMLINK;
    case 0o16:
      return SUBMODULE;
    default:
      return (bits & 0o100) === 0 ? '100644' : '100755';
  }
}

/** The entries of a tree object's body, in its order; a body that is no tree is refused. */
export function parseTree(body: Buffer): TreeEntry[] {
  const entries: TreeEntry[] = [];
  let at = 0;
  while (at < body.length) {
    const space = body.indexOf(0x20, at);
    const end = body.indexOf(0, space);
    if (space < 0 || end < 0 || end + 21 > body.length) throw new Error('the tree object is malformed');
    entries.push({
      mode: canonicalMode(body.toString('latin1', at, space)),
      name: body.toString('utf8', space + 1, end),
      id: body.toString('hex', end + 1, end + 21),
    });
    at = end + 21;
  }
  return entries;
}

/** One entry of a tree object's body by its name, without reading the others into objects. */
export function entryNamed(body: Buffer, name: string): TreeEntry | undefined {
  const wanted = Buffer.from(name);
  for (let at = 0; at < body.length;) {
    const space = body.indexOf(0x20, at);
    const end = body.indexOf(0, space);
    if (space < 0 || end < 0) throw new Error('the tree object is malformed');
    if (end - space - 1 === wanted.length && wanted.compare(body, space + 1, end) === 0)
      return {
        mode: canonicalMode(body.toString('latin1', at, space)),
        name,
        id: body.toString('hex', end + 1, end + 21),
      };
    at = end + 21;
  }
  return undefined;
}

/** Git compares names as bytes, a directory as if its name ended in a slash. */
function sortKey(entry: TreeEntry): Buffer {
  return Buffer.from(entry.mode === DIRECTORY ? `${entry.name}/` : entry.name);
}

/** Why git would refuse an entry of that name; undefined when the name is fine. */
export function entryNameProblem(name: string): string | undefined {
  if (name === '') return 'tree entry has an empty name';
  if (name.includes('/') || name.includes('\0')) return `malformed path component: ${name}`;
  if (name === '.' || name === '..' || /^\.git$/i.test(name)) return `malformed path component: ${name}`;
  return undefined;
}

/** The body of a tree with these entries, in whatever order they come; bad or doubled names are refused. */
export function encodeTree(entries: readonly TreeEntry[]): Buffer {
  const keyed = entries.map((entry) => ({ entry, key: sortKey(entry) }));
  keyed.sort((a, b) => Buffer.compare(a.key, b.key));
  const names = new Set<string>();
  const parts: Buffer[] = [];
  for (const { entry } of keyed) {
    const problem = names.has(entry.name) ? `duplicate entry: ${entry.name}` : entryNameProblem(entry.name);
    if (problem !== undefined) throw new Error(problem);
    names.add(entry.name);
    const mode = entry.mode === DIRECTORY ? '40000' : entry.mode;
    parts.push(Buffer.from(`${mode} ${entry.name}\0`), Buffer.from(entry.id, 'hex'));
  }
  return Buffer.concat(parts);
}

/** The entries of a stored tree; refuses an id that is missing or no tree. */
export function readTree(store: ObjectStore, id: string): TreeEntry[] {
  return parseTree(readBody(store, id, 'tree'));
}
