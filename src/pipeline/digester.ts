import { createHash, hash, randomUUID } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { FileDigests, TreeFile } from '../contracts/artifacts.ts';
import { type Digest, gitBlobId } from '../contracts/digest.ts';
import { InputError } from '../contracts/errors.ts';
import { FileClock } from './file-clock.ts';
import {
  type DigestKind,
  encodeStatTable,
  type Known,
  sameStamp,
  type Stamp,
  StatTable,
} from './stat-cache.ts';

/** Larger files are hashed in pieces with turns of the event loop between them, so that Ctrl-C and progress work. */
const PIECE_BYTES = 1 << 22;
const READ_ATTEMPTS = 3;
const KEPT_DAYS = 30;
const DAY_MS = 86_400_000;
const ABSENT_IS_UNDEFINED = { throwIfNoEntry: false } as const;

/**
 * Digests files, reading only those whose stat changed since somebody last read them: (path, size, mtime, ctime,
 * inode, device, mode) → digest, kept in `cacheFile`. Never wrong by the clock's grain: what was edited within the
 * last tick before it was read is read again next time. A damaged cache file counts as empty.
 * `now`: ms since 1970, the clock that stamps local files.
 */
export function createDigester(cacheFile: string, now: () => number = Date.now): FileDigests {
  return new Digester(cacheFile, now);
}

class Digester implements FileDigests {
  readonly #cacheFile: string;
  readonly #clock: FileClock;
  readonly #today: number;
  readonly #learned = new Map<string, Known>();
  readonly #used = new Set<string>();
  #old: StatTable | null = null;
  #stale = false;

  constructor(cacheFile: string, now: () => number) {
    this.#cacheFile = cacheFile;
    this.#clock = new FileClock(now);
    this.#today = Math.floor(now() / DAY_MS);
  }

  async digestFile(path: string): Promise<Digest> {
    const stamp = statOrThrow(path, statSync);
    return this.#recall(path, stamp, 'sha256') ?? (await this.#read(path, 'sha256'));
  }

  async digestTree(root: string, paths: readonly string[]): Promise<readonly TreeFile[]> {
    const files: TreeFile[] = [];
    const prefix = root.endsWith('/') ? root : `${root}/`;
    for (const path of paths) {
      const full = prefix + path;
      const stamp = lstatSync(full, ABSENT_IS_UNDEFINED);
      if (stamp === undefined) continue;
      if (stamp.isSymbolicLink()) files.push(linkEntry(path, full));
      else {
        // Awaiting only what must be read: ten thousand promises would cost more than their files' stats.
        const blob = this.#recall(full, stamp, 'blob') ?? (await this.#read(full, 'blob'));
        files.push({ path, mode: (stamp.mode & 0o100) === 0 ? '100644' : '100755', blob });
      }
    }
    return files;
  }

  #recall(path: string, stamp: Stamp, wanted: DigestKind): string | null {
    const learned = this.#learned.get(path);
    if (learned !== undefined && sameStamp(learned, stamp)) return learned[wanted];
    const table = this.#table();
    const index = table.find(path, stamp);
    if (index === -1) return null;
    if (table.dayAt(index) < this.#today) {
      // Once a day is enough to tell files in use from forgotten ones, and spares the no-op its only write.
      this.#used.add(path);
      this.#stale = true;
    }
    return table.digestAt(index, wanted);
  }

  async #read(path: string, wanted: DigestKind): Promise<string> {
    for (let attempt = 0; attempt < READ_ATTEMPTS; attempt += 1) {
      const at = this.#clock.now();
      const found = await readStable(path, wanted);
      if (found === null) continue;
      if (this.#clock.isSettled(found.stamp, path, at)) this.#learn(path, found.stamp, wanted, found.digest);
      return found.digest;
    }
    const message = `${path} keeps changing while it is read`;
    throw new InputError({
      code: 'INPUT_CHANGED',
      message,
      hint: 'wait until nothing writes to it, then run again',
    });
  }

  #learn(path: string, stamp: Stamp, wanted: DigestKind, digest: string): void {
    const { size, mtimeMs, ctimeMs, ino, dev, mode } = stamp;
    const before = this.#learned.get(path) ?? this.#table().get(path);
    const other = before !== null && sameStamp(before, stamp) ? before : { sha256: null, blob: null };
    const known = {
      size,
      mtimeMs,
      ctimeMs,
      ino,
      dev,
      mode,
      day: this.#today,
      sha256: other.sha256,
      blob: other.blob,
    };
    this.#learned.set(path, { ...known, [wanted]: digest });
    this.#stale = true;
  }

  #table(): StatTable {
    return (this.#old ??= readTable(this.#cacheFile));
  }

  save(): void {
    if (!this.#stale) return;
    const entries = new Map<string, Known>();
    // What another process has saved meanwhile is kept; who writes last wins, and a lost entry is only read again.
    for (const table of [this.#table(), readTable(this.#cacheFile)]) {
      for (const path of table.paths) {
        const known = table.get(path)!;
        const day = this.#used.has(path) ? this.#today : known.day;
        if (this.#today - day <= KEPT_DAYS) entries.set(path, { ...known, day });
      }
    }
    for (const [path, known] of this.#learned) entries.set(path, known);
    writeTable(this.#cacheFile, encodeStatTable(entries));
    this.#stale = false;
  }
}

function readTable(file: string): StatTable {
  try {
    return StatTable.decode(readFileSync(file)) ?? StatTable.EMPTY;
  } catch {
    return StatTable.EMPTY;
  }
}

/** No fsync: after a power cut the checksum tells a torn file, and it is built anew. */
function writeTable(file: string, bytes: Uint8Array): void {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(temporary, bytes);
    renameSync(temporary, file);
  } catch {
    removeQuietly(temporary);
  }
}

function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // Its folder cannot be reached: then the file is not there either.
  }
}

/** Digest and stamp of a file that did not change while it was read; null when it did. */
async function readStable(
  path: string,
  wanted: DigestKind,
): Promise<{ stamp: Stats; digest: string } | null> {
  const descriptor = openOrThrow(path);
  try {
    const before = fstatSync(descriptor);
    if (before.isDirectory()) throw unreadable(path, 'it is a directory, expected a file');
    const digest = await hashContent(descriptor, before.size, wanted);
    const after = fstatSync(descriptor);
    return digest !== null && sameStamp(before, after) ? { stamp: after, digest } : null;
  } finally {
    closeSync(descriptor);
  }
}

async function hashContent(descriptor: number, size: number, wanted: DigestKind): Promise<string | null> {
  const head = wanted === 'blob' ? Buffer.from(`blob ${size}\0`) : Buffer.alloc(0);
  const algorithm = wanted === 'blob' ? 'sha1' : 'sha256';
  if (size <= PIECE_BYTES) {
    const content = readFileSync(descriptor);
    if (content.length !== size) return null;
    return hash(algorithm, wanted === 'blob' ? Buffer.concat([head, content]) : content, 'hex');
  }
  const hasher = createHash(algorithm).update(head);
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  let total = 0;
  for (let length = readSync(descriptor, piece); length > 0; length = readSync(descriptor, piece)) {
    hasher.update(piece.subarray(0, length));
    total += length;
    await nextTurn();
  }
  return total === size ? hasher.digest('hex') : null;
}

function linkEntry(path: string, full: string): TreeFile {
  const target = readlinkSync(full, 'buffer');
  return { path, mode: '120000', blob: gitBlobId(target) };
}

function openOrThrow(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw asInputError(path, error);
  }
}

function statOrThrow(path: string, stat: (path: string) => Stats): Stats {
  try {
    return stat(path);
  } catch (error) {
    throw asInputError(path, error);
  }
}

function asInputError(path: string, error: unknown): InputError {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return unreadable(path, (error as Error).message);
  return new InputError({ code: 'FILE_NOT_FOUND', message: `${path} does not exist` }, { cause: error });
}

function unreadable(path: string, found: string): InputError {
  return new InputError({ code: 'FILE_UNREADABLE', message: `cannot read ${path}: ${found}` });
}
