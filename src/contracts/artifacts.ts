import type { Digest } from './digest.ts';

/** A file by content. `path` is relative, with `/`. */
export interface StoredFile {
  readonly path: string;
  readonly sha256: Digest;
  readonly bytes: number;
}

/** A file of a source tree as git would record it: `100644`, `100755` or `120000` (link), and the id of its blob. */
export interface TreeFile {
  readonly path: string;
  readonly mode: '100644' | '100755' | '120000';
  readonly blob: string;
}

/** One result in the cache: its files lie in `dir` and must never be written to. */
export interface CacheEntry {
  readonly key: Digest;
  /** Absolute. */
  readonly dir: string;
  readonly files: readonly StoredFile[];
  /** What the producer stored beside the files; JSON. */
  readonly meta: unknown;
}

/** Results by content key, each there whole or not at all. Implemented by the pipeline. */
export interface ArtifactCache {
  /** The entry, if all its files still have their digests; a damaged one counts as absent. */
  lookup(kind: string, key: Digest): Promise<CacheEntry | null>;
  /**
   * Stores what `fill` writes into an empty folder, with the meta it answers. Where an undamaged entry exists, that
   * one stays and is answered (two runs at once), unless `replace` asks for the new one.
   */
  publish(
    kind: string,
    key: Digest,
    fill: (dir: string) => Promise<unknown>,
    replace?: boolean,
  ): Promise<CacheEntry>;
  /** Runs `work` while no other process works on the same name. Throws CancelledError while waiting. */
  exclusively<T>(name: string, options: ExclusiveOptions, work: () => Promise<T>): Promise<T>;
  /** True while some process, perhaps this one, works on the name. */
  isHeld(name: string): boolean;
  /** A small JSON value that was noted under a name; null when there is none or it is damaged. */
  readNote(name: string): unknown;
  /** Notes a value for later runs. Never throws: notes are for explaining only. */
  writeNote(name: string, value: unknown): void;
}

export interface ExclusiveOptions {
  readonly signal: AbortSignal;
  /** Called once when another process is at it. */
  onWait?(owner: string): void;
}

/** Digests of files that are read only when their stat changed. Implemented by the pipeline. */
export interface FileDigests {
  /** SHA-256 of a file's content. Throws InputError FILE_NOT_FOUND, FILE_UNREADABLE, INPUT_CHANGED. */
  digestFile(path: string): Promise<Digest>;
  /** Mode and git blob id of each path (relative to `root`), in the order given; paths that do not exist are left out. */
  digestTree(root: string, paths: readonly string[]): Promise<readonly TreeFile[]>;
  /** Keeps what was learned for the next process. Never throws: a cache that cannot be written is only slower. */
  save(): void;
}
