/** Which file GitHub shows as the README. https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-readmes */
import type { ObjectStore } from '../git/objects.ts';
import { findEntry, listTree, type PathEntry } from '../git/tree.ts';
import { DIRECTORY } from '../git/tree-object.ts';

/** Where a repository's own README is looked for, in this order. */
const FOLDERS = ['.github', '', 'docs'];
const ENDINGS = ['.md', '.markdown', '.mdown', '.rst', '.adoc', '.asciidoc', '.textile', '.org', '.txt', ''];

/** The README of one directory; undefined where there is none, or no such directory. */
export function readmeIn(store: ObjectStore, tree: string, folder: string): PathEntry | undefined {
  const directory = findEntry(store, tree, folder);
  if (directory?.mode !== DIRECTORY) return undefined;
  const found = listTree(store, directory.id, directory.path).flatMap((entry) => {
    const name = entry.path.slice(entry.path.lastIndexOf('/') + 1).toLowerCase();
    const rank = name.startsWith('readme') ? ENDINGS.indexOf(name.slice('readme'.length)) : -1;
    return rank < 0 || entry.mode === DIRECTORY ? [] : [{ entry, rank }];
  });
  return found.sort((a, b) => a.rank - b.rank)[0]?.entry;
}

/** The README of a repository. */
export function preferredReadme(store: ObjectStore, tree: string): PathEntry | undefined {
  for (const folder of FOLDERS) {
    const found = readmeIn(store, tree, folder);
    if (found !== undefined) return found;
  }
  return undefined;
}
