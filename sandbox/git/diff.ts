/** Differences of two trees in the shape of GitHub's `files`. https://docs.github.com/rest/commits/commits */
import { byPath, type Side, treeChanges } from './changes.ts';
import { boundedCache, type Cache } from './lru.ts';
import { type ObjectStore, readBody } from './objects.ts';
import { isBinary, textPatch } from './patch.ts';
import { type FileChange, withRenames } from './renames.ts';
import { SUBMODULE } from './tree-object.ts';

export interface FileDiff {
  /** Id of the new file, of the old one where it was removed. */
  readonly sha: string;
  readonly filename: string;
  readonly status: 'added' | 'removed' | 'modified' | 'renamed' | 'changed';
  readonly additions: number;
  readonly deletions: number;
  readonly changes: number;
  /** Absent for binary files, for files whose text did not change, and where it would be too long. */
  readonly patch?: string;
  readonly previous_filename?: string;
}

/** GitHub leaves out the patch of a file beyond these. */
const MOST_PATCH_LINES = 20_000;
const MOST_PATCH_BYTES = 500_000;
const CACHED_BYTES = 16 << 20;

interface Caches {
  readonly lists: Cache<readonly FileChange[]>;
  readonly files: Cache<FileDiff>;
}
const caches = new WeakMap<ObjectStore, Caches>();

function cachesOf(store: ObjectStore): Caches {
  let found = caches.get(store);
  if (found === undefined) {
    found = { lists: boundedCache(CACHED_BYTES), files: boundedCache(CACHED_BYTES) };
    caches.set(store, found);
  }
  return found;
}

/** The changed files from one tree to another (undefined: the empty tree), by path, moved files joined. */
export function changedFiles(
  store: ObjectStore,
  before: string | undefined,
  after: string | undefined,
): readonly FileChange[] {
  const { lists } = cachesOf(store);
  const key = `${before ?? ''} ${after ?? ''}`;
  const known = lists.get(key);
  if (known !== undefined) return known;
  const list = withRenames(store, treeChanges(store, before, after)).sort(byPath);
  lists.set(key, list, 100 + list.length * 300);
  return list;
}

/** The bytes git compares for one side of a change: a submodule stands for the line that names its commit. */
export function sideBytes(store: ObjectStore, side: Side | undefined): Buffer {
  if (side === undefined) return Buffer.alloc(0);
  if (side.mode === SUBMODULE) return Buffer.from(`Subproject commit ${side.id}\n`);
  return readBody(store, side.id, 'blob');
}

function statusOf(change: FileChange): FileDiff['status'] {
  if (change.before === undefined) return 'added';
  if (change.after === undefined) return 'removed';
  if (change.from !== undefined) return 'renamed';
  // The kind of the entry changed: a file became a link or a submodule.
  return change.before.mode.slice(0, 3) === change.after.mode.slice(0, 3) ? 'modified' : 'changed';
}

function compare(store: ObjectStore, change: FileChange): FileDiff {
  const head = {
    sha: (change.after ?? change.before)!.id,
    filename: change.path,
    status: statusOf(change),
  };
  const tail = change.from === undefined ? {} : { previous_filename: change.from };
  const before = sideBytes(store, change.before);
  const after = sideBytes(store, change.after);
  if (before.equals(after) || isBinary(before) || isBinary(after))
    return { ...head, additions: 0, deletions: 0, changes: 0, ...tail };
  const { additions, deletions, text } = textPatch(before.toString('utf8'), after.toString('utf8'));
  const changes = additions + deletions;
  const shown = changes <= MOST_PATCH_LINES && text.length <= MOST_PATCH_BYTES;
  return { ...head, additions, deletions, changes, ...(shown ? { patch: text } : {}), ...tail };
}

/** One changed file with its counts and its patch. */
export function fileDiff(store: ObjectStore, change: FileChange): FileDiff {
  const { files } = cachesOf(store);
  const sides = [change.before, change.after].map((side) => `${side?.mode ?? ''} ${side?.id ?? ''}`);
  const key = `${sides.join(' ')} ${change.path}\0${change.from ?? ''}`;
  const known = files.get(key);
  if (known !== undefined) return known;
  const diff = compare(store, change);
  files.set(key, diff, 400 + 2 * (diff.patch?.length ?? 0));
  return diff;
}

/** All changed files with counts and patches. */
export function diffTrees(
  store: ObjectStore,
  before: string | undefined,
  after: string | undefined,
): FileDiff[] {
  return changedFiles(store, before, after).map((change) => fileDiff(store, change));
}

export interface DiffCounts {
  readonly files: number;
  readonly additions: number;
  readonly deletions: number;
}

/** The sums that a commit's `stats` and a pull request show. */
export function diffCounts(
  store: ObjectStore,
  before: string | undefined,
  after: string | undefined,
): DiffCounts {
  let additions = 0;
  let deletions = 0;
  const files = diffTrees(store, before, after);
  for (const file of files) {
    additions += file.additions;
    deletions += file.deletions;
  }
  return { files: files.length, additions, deletions };
}
