/** Addresses of submodules, as `.gitmodules` names them. https://git-scm.com/docs/gitmodules */
import { readBody, type ObjectStore } from '../git/objects.ts';
import { findEntry } from '../git/tree.ts';

/** The address of the submodule at a path of a tree; undefined where `.gitmodules` does not tell. */
export function submoduleUrl(store: ObjectStore, tree: string, path: string): string | undefined {
  const file = findEntry(store, tree, '.gitmodules');
  if (!file?.mode.startsWith('100')) return undefined;
  let at: string | undefined;
  let url: string | undefined;
  for (const line of readBody(store, file.id, 'blob').toString('utf8').split('\n')) {
    if (/^\s*\[/.test(line)) {
      if (at === path && url !== undefined) return url;
      at = url = undefined;
    }
    const setting = /^\s*(path|url)\s*=\s*(.*?)\s*$/.exec(line);
    if (setting?.[1] === 'path') at = setting[2];
    else if (setting?.[1] === 'url') url = setting[2];
  }
  return at === path ? url : undefined;
}
