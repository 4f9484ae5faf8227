/**
 * The bare repository in which `git upload-pack` finds the refs of the state. The state is the truth: the mirror is
 * brought up to date just before git looks at it, whatever a killed process may have left.
 */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface MirrorTarget {
  /** The bare repository, made if it is not there. */
  readonly directory: string;
  /** Where its objects are: the `objects` directory of its network of forks. */
  readonly objectDirectory: string;
}

export interface RefState {
  readonly refs: ReadonlyMap<string, string>;
  /** Full name of the default branch's ref. */
  readonly head: string;
}

const CONFIG = `[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = true
[gc]
\tauto = 0
`;

/** Mirrors this process has looked after. */
const made = new Set<string>();
/** What each was last written with. */
const written = new Map<string, RefState>();

function replace(directory: string, name: string, text: string): void {
  const lock = join(directory, `${name}.lock`);
  writeFileSync(lock, text);
  renameSync(lock, join(directory, name));
}

function sameRefs(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  for (const [name, id] of a) if (b.get(name) !== id) return false;
  return true;
}

/** Text of a `packed-refs` file: https://git-scm.com/docs/gitrepository-layout */
function packedRefs(refs: ReadonlyMap<string, string>): string {
  const lines = [...refs].map(([name, id]) => ({ key: Buffer.from(name), line: `${id} ${name}\n` }));
  lines.sort((a, b) => Buffer.compare(a.key, b.key));
  return `# pack-refs with: sorted \n${lines.map(({ line }) => line).join('')}`;
}

/** Makes the bare repository where it is missing, and forgets loose refs: they would win over ours. */
export function makeMirror({ directory, objectDirectory }: MirrorTarget): void {
  if (made.has(directory) && existsSync(join(directory, 'HEAD'))) return;
  rmSync(join(directory, 'refs'), { recursive: true, force: true });
  mkdirSync(join(directory, 'refs', 'heads'), { recursive: true });
  mkdirSync(join(directory, 'objects', 'info'), { recursive: true });
  mkdirSync(join(objectDirectory, 'pack'), { recursive: true });
  replace(directory, 'config', CONFIG);
  replace(join(directory, 'objects', 'info'), 'alternates', `${objectDirectory}\n`);
  replace(directory, 'HEAD', 'ref: refs/heads/main\n');
  made.add(directory);
  written.delete(directory);
}

/**
 * Makes the mirror hold exactly these refs. All of them stand in `packed-refs`, replaced as one file, so no reader
 * ever sees a half update and a name may turn from a file to a directory.
 */
export function syncMirror(target: MirrorTarget, state: RefState): void {
  makeMirror(target);
  const { directory } = target;
  const last = written.get(directory);
  if (last?.head === state.head && sameRefs(last.refs, state.refs)) return;
  replace(directory, 'packed-refs', packedRefs(state.refs));
  replace(directory, 'HEAD', `ref: ${state.head}\n`);
  written.set(directory, { head: state.head, refs: new Map(state.refs) });
}
