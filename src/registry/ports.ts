/**
 * What the registry asks of the outside: a branch that only moves forward, releases that hold files, tags, and bytes.
 * Implemented over GitHub's API and over a local clone.
 *
 * Every write may throw PlatformError with code AMBIGUOUS: it is not known whether it was applied. Callers read back,
 * they never repeat it blindly.
 */

/** One commit of the log's branch. */
export interface LogCommit {
  readonly id: string;
  /** Null for the first; a merge commit has more than one parent and is never the log's. */
  readonly parents: readonly string[];
  /** Id of its tree. */
  readonly tree: string;
  readonly message: string;
  /** Account that GitHub attributes the commit to; null for a local clone or an unknown address. */
  readonly author: { readonly id: number; readonly login: string } | null;
  /** GitHub's own signature was found valid: only then the author cannot be forged. Null where it cannot be known. */
  readonly signed: boolean | null;
}

/** A file in a commit's tree: its path, the id of its blob, its mode (`100644`). */
export interface ListedFile {
  readonly path: string;
  readonly blob: string;
  readonly mode: string;
}

export interface LogChange {
  readonly message: string;
  /** Whole new contents by path. */
  readonly files: Readonly<Record<string, string>>;
}

export type AppendOutcome =
  | { readonly status: 'appended'; readonly commit: string }
  /** The branch had moved (or exists already): nothing was changed. */
  | { readonly status: 'refused' };

/** The branch `slipway/log`. */
export interface LogStore {
  /** Commit the branch points to; null where there is no such branch. */
  head(): Promise<string | null>;
  /** Id of the repository on GitHub. Absent where it is not known: a clone. */
  repository?(): Promise<number>;
  /**
   * Commits from `head` backwards, newest first, until (without) `until`; to the first commit where that is null.
   * With `path` only those that changed that file.
   */
  history(head: string, until: string | null, path?: string): AsyncIterable<LogCommit>;
  /** Texts of files at a commit, in the order asked for; null where there is none. */
  read(commit: string, paths: readonly string[]): Promise<readonly (string | null)[]>;
  /** All files below a folder at a commit, `''` for the whole tree. */
  list(commit: string, folder: string): Promise<readonly ListedFile[]>;
  /** True when `base` is `head` or one of its ancestors. */
  isAncestor(base: string, head: string): Promise<boolean>;
  /** Commits on `parent` (null: the very first commit) and moves the branch there, forward only. */
  append(parent: string | null, change: LogChange): Promise<AppendOutcome>;
  /** Now, by the clock of who keeps the branch. */
  now(): Promise<Date>;
}

export interface ReleaseAsset {
  readonly id: number;
  readonly name: string;
  /** `starter` until all bytes have arrived. */
  readonly state: 'uploaded' | 'starter';
  readonly bytes: number;
  /** Hex SHA-256 as GitHub computed it; null where it does not say. */
  readonly sha256: string | null;
  readonly changed: Date;
}

export interface Release {
  readonly id: number;
  readonly tag: string;
  readonly title: string;
  readonly body: string;
  readonly draft: boolean;
  readonly immutable: boolean;
  readonly created: Date;
  /** When it or one of its assets last changed: a draft that still receives files is not abandoned. */
  readonly changed: Date;
  readonly author: { readonly id: number; readonly login: string };
  readonly assets: readonly ReleaseAsset[];
  readonly url: string;
}

export interface GitTag {
  /** Without `refs/tags/`. */
  readonly name: string;
  /** Id of the tag object, or of the commit for a lightweight tag. */
  readonly id: string;
  readonly annotated: boolean;
}

export interface AnnotatedTag {
  readonly name: string;
  readonly message: string;
  /** Commit it points to. */
  readonly commit: string;
  /** Seconds since 1970. */
  readonly time: number;
}

/** A file somewhere: read from `start` (bytes, default 0) to the end. May be read several times. */
export interface ByteSource {
  readonly bytes: number;
  read(start?: number): AsyncIterable<Uint8Array>;
}

/** Releases of the repository. */
export interface ReleaseStore {
  /** Published releases and drafts of one tag, drafts first, each by rising id. */
  ofTag(tag: string): Promise<readonly Release[]>;
  /** Drafts that this caller's account made, by rising id: those among the newest releases of the repository. */
  ownDrafts(): Promise<readonly Release[]>;
  get(id: number): Promise<Release | null>;
  createDraft(draft: { tag: string; commit: string; title: string; body: string }): Promise<Release>;
  update(id: number, change: { title?: string; body?: string; tag?: string }): Promise<Release>;
  /** Ends with 'burnt' where an immutable release once used the name: choose another version. */
  publish(id: number): Promise<'published' | 'burnt'>;
  deleteDraft(id: number): Promise<void>;
  upload(id: number, name: string, source: ByteSource): Promise<ReleaseAsset>;
  deleteAsset(id: number): Promise<void>;
  /** Bytes of an asset from `start` on. */
  download(assetId: number, start: number): AsyncIterable<Uint8Array>;
  /** Largest allowed asset in bytes and the largest number of assets of a release. */
  readonly limits: { readonly assetBytes: number; readonly assets: number };
}

/** Tags of the repository. */
export interface TagStore {
  /** Tags whose name begins with a prefix (`churn@`, `churn#`). */
  list(prefix: string): Promise<readonly GitTag[]>;
  /** The annotated tag of a name; null where there is none or a lightweight one. */
  read(name: string): Promise<AnnotatedTag | null>;
  /**
   * 'exists' where a tag of this name is there already, whatever it points to; 'refused' where rules or an immutable
   * release that once had the name forbid it.
   */
  create(tag: { name: string; commit: string; message: string }): Promise<'created' | 'exists' | 'refused'>;
  /** Removes a tag of our own that no version came of; one that is gone, or may not be removed, is left. */
  remove(name: string): Promise<void>;
}

/** Files under one folder. Paths are relative, with `/`; nothing outside of the folder is ever touched, no link followed. */
export interface FolderWriter {
  /**
   * Writes a file whole or not at all: where `chunks` throws, or the disk is full, nothing stays behind. Replaces a
   * file of the same path. Gives its absolute path.
   */
  write(path: string, chunks: AsyncIterable<Uint8Array>): Promise<string>;
}

/** Bytes by their SHA-256, kept between runs and shared by processes. A cache: losing it costs time only. */
export interface BlobCache {
  /** The bytes, or null where they are not kept. Unchecked: whoever reads them checks the digest. */
  read(sha256: string): Promise<ByteSource | null>;
  /** Keeps a copy of a file. Never throws: a cache that cannot be written is only slower. */
  keep(sha256: string, file: string): Promise<void>;
  /** Forgets bytes that were found damaged. */
  drop(sha256: string): Promise<void>;
  /** What has come of bytes so far, to go on from there; null where nothing can be kept. Never throws. */
  resume(sha256: string): Promise<PartialBlob | null>;
}

/** Bytes that are on their way. What ends without a word, a process that is killed, leaves them to the next one. */
export interface PartialBlob {
  /** How many of the first ones are here. Unchecked, as all of the cache. */
  readonly bytes: number;
  read(): AsyncIterable<Uint8Array>;
  /** The next ones. Never throws. */
  add(chunk: Uint8Array): Promise<void>;
  /** They are whole and right: kept from now on. */
  keep(): Promise<void>;
  /** They are wrong. */
  drop(): Promise<void>;
  /** Leaves them to whoever asks next. */
  leave(): Promise<void>;
}

/** A tag with what its object says: what GTO's histories are read from. */
export interface RepositoryTag {
  /** Without `refs/tags/`. */
  readonly name: string;
  /** The commit it points to; null where it points to a file, a folder or another tag. */
  readonly commit: string | null;
  readonly annotated: boolean;
  /** The tagger's clock, seconds since 1970; null without a tagger: lightweight tags, and very old ones. */
  readonly time: number | null;
  /** The name inside the tag object, where a copied tag kept that of another one. */
  readonly inner?: string;
  /** Its message, where it was read. */
  readonly message?: string;
}

/** Tags of the repository that may be GTO's (those with @ or # in their names) as a history, lightweight ones too. */
export interface TagHistory {
  /** Those whose name begins with a prefix; null where there are more than can be read at once: ask again, it goes on. */
  read(prefix: string): Promise<readonly RepositoryTag[] | null>;
  /** An annotated tag with the tagger's time in seconds since 1970; one that is there, or may not be made, is left. */
  create(tag: {
    readonly name: string;
    readonly commit: string;
    readonly message: string;
    readonly time: number;
  }): Promise<void>;
}
