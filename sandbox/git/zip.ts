/** Trees as zip files with the modes and times git gives them. */
import { zipSync, type Zippable } from 'fflate';
import { node } from './graph.ts';
import { type ObjectStore, readBody } from './objects.ts';
import { walkTree } from './tree.ts';
import { DIRECTORY, SUBMODULE } from './tree-object.ts';

const UNIX = 3;
/** Zip files know no time before 1980. */
const EARLIEST = Date.UTC(1980, 0, 2);

/** All files of a commit below `prefix/`. */
export function zipOf(store: ObjectStore, commit: string, prefix: string): Uint8Array {
  const { tree, time } = node(store, commit);
  const mtime = new Date(Math.max(time * 1000, EARLIEST));
  const options = (mode: number) => ({ mtime, os: UNIX, attrs: mode * 2 ** 16 });
  const files: Zippable = { [`${prefix}/`]: [new Uint8Array(), options(0o40755)] };
  for (const { path, mode, id } of walkTree(store, tree)) {
    const name = `${prefix}/${path}`;
    if (mode === DIRECTORY || mode === SUBMODULE) files[`${name}/`] = [new Uint8Array(), options(0o40755)];
    else files[name] = [readBody(store, id, 'blob'), options(Number.parseInt(mode, 8))];
  }
  return zipSync(files);
}
