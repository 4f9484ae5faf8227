import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import type {
  ArtifactCache,
  CacheEntry,
  ExclusiveOptions,
  FileDigests,
  StoredFile,
} from '../contracts/artifacts.ts';
import { type Digest, digestOf } from '../contracts/digest.ts';
import { isCodedError, PlatformError } from '../contracts/errors.ts';
import { filesBelow, syncToDisk, syncTree, writeWhole } from './durable.ts';
import { Locks } from './locks.ts';
import { lifeOf, newOwnerName } from './owner.ts';

const Manifest = z.strictObject({
  schema: z.literal('slipway.cache-entry/1'),
  key: z.string(),
  files: z.array(z.strictObject({ path: z.string(), sha256: z.string(), bytes: z.number() })),
  meta: z.unknown(),
  /** Digest of all other members: an edited manifest is no manifest. */
  check: z.string(),
});
type Manifest = z.infer<typeof Manifest>;

const MANIFEST = 'entry.json';
const FILES = 'files';
/** A temporary folder of another machine is left alone for this long. */
const FOREIGN_KEPT_MS = 7 * 86_400_000;

/**
 * The cache below a `.slipway` folder: `cache/<kind>/<key>/{entry.json,files/}`. An entry is made in `cache/tmp`,
 * synced to disk and renamed into place, so it exists whole or not at all; `files` tells cheaply that what is reused
 * still is what was stored.
 */
export function openArtifactCache(slipwayDir: string, files: FileDigests): ArtifactCache {
  return new DiskCache(slipwayDir, files);
}

class DiskCache implements ArtifactCache {
  readonly #root: string;
  readonly #files: FileDigests;
  readonly #locks: Locks;
  #swept = false;

  constructor(slipwayDir: string, files: FileDigests) {
    this.#root = join(slipwayDir, 'cache');
    this.#files = files;
    this.#locks = new Locks(join(slipwayDir, 'locks'));
  }

  async lookup(kind: string, key: Digest): Promise<CacheEntry | null> {
    const folder = this.#folder(kind, key);
    const manifest = readManifest(join(folder, MANIFEST), key);
    if (manifest === null) return null;
    const dir = join(folder, FILES);
    for (const file of manifest.files) if (!(await this.#isIntact(dir, file))) return null;
    return { key, dir, files: manifest.files, meta: manifest.meta };
  }

  async #isIntact(dir: string, file: StoredFile): Promise<boolean> {
    try {
      return (await this.#files.digestFile(join(dir, file.path))) === file.sha256;
    } catch (error) {
      if (isCodedError(error)) return false;
      throw error;
    }
  }

  async publish(
    kind: string,
    key: Digest,
    fill: (dir: string) => Promise<unknown>,
    replace = false,
  ): Promise<CacheEntry> {
    this.#sweep();
    const draft = join(this.#temporary(), newOwnerName());
    try {
      mkdirSync(join(draft, FILES), { recursive: true });
      const meta = await fill(join(draft, FILES));
      await this.#seal(draft, key, meta);
      return await this.#putInPlace(draft, kind, key, replace);
    } catch (error) {
      rmSync(draft, { recursive: true, force: true });
      throw asDiskError(error, `cannot store a result in ${this.#root}`);
    }
  }

  async #seal(draft: string, key: Digest, meta: unknown): Promise<void> {
    const dir = join(draft, FILES);
    const files: StoredFile[] = [];
    for (const path of filesBelow(dir)) {
      const full = join(dir, path);
      files.push({ path, sha256: await this.#files.digestFile(full), bytes: statSync(full).size });
    }
    const body = { schema: 'slipway.cache-entry/1' as const, key, files, meta: meta ?? null };
    writeFileSync(join(draft, MANIFEST), JSON.stringify({ ...body, check: digestOf(body) }));
    syncTree(draft);
  }

  async #putInPlace(draft: string, kind: string, key: Digest, replace: boolean): Promise<CacheEntry> {
    const folder = this.#folder(kind, key);
    mkdirSync(join(this.#root, kind), { recursive: true });
    // A rename onto a folder that holds something fails, so nobody's result is ever half replaced.
    while (!renamed(draft, folder, ['ENOTEMPTY', 'EEXIST'])) {
      const present = replace ? null : await this.lookup(kind, key);
      if (present !== null) {
        rmSync(draft, { recursive: true, force: true });
        return present;
      }
      // Readers of the old entry may still be at it: it is moved aside and removed by a later process.
      renamed(folder, join(this.#temporary(), newOwnerName()), ['ENOENT']);
    }
    syncToDisk(join(this.#root, kind));
    const manifest = readManifest(join(folder, MANIFEST), key);
    if (manifest === null) throw new Error(`${folder} vanished while it was stored`);
    return { key, dir: join(folder, FILES), files: manifest.files, meta: manifest.meta };
  }

  /** Removes what dead processes left behind; once a process, and only when something is written anyway. */
  #sweep(): void {
    if (this.#swept) return;
    this.#swept = true;
    hideFromGit(join(this.#root, '..'));
    for (const name of existsSync(this.#temporary()) ? readdirSync(this.#temporary()) : []) {
      const path = join(this.#temporary(), name);
      const life = lifeOf(name);
      const isOld = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) > FOREIGN_KEPT_MS;
      if (life === 'dead' || (life !== 'alive' && isOld)) rmSync(path, { recursive: true, force: true });
    }
  }

  exclusively<T>(name: string, options: ExclusiveOptions, work: () => Promise<T>): Promise<T> {
    return this.#locks.exclusively(name, options, work);
  }

  isHeld(name: string): boolean {
    return this.#locks.isHeld(name);
  }

  readNote(name: string): unknown {
    return readJson(join(this.#root, 'notes', `${name}.json`));
  }

  writeNote(name: string, value: unknown): void {
    try {
      writeWhole(join(this.#root, 'notes', `${name}.json`), JSON.stringify(value), newOwnerName());
    } catch {
      // The next run cannot tell what changed; its results are the same.
    }
  }

  #folder(kind: string, key: Digest): string {
    return join(this.#root, kind, key);
  }

  #temporary(): string {
    return join(this.#root, 'tmp');
  }
}

/** Results never belong into a commit, also where nobody has told git yet. */
function hideFromGit(slipwayDir: string): void {
  mkdirSync(slipwayDir, { recursive: true });
  const file = join(slipwayDir, '.gitignore');
  if (!existsSync(file)) writeFileSync(file, '*\n');
}

function readManifest(file: string, key: Digest): Manifest | null {
  const parsed = Manifest.safeParse(readJson(file));
  if (!parsed.success) return null;
  const { check, ...body } = parsed.data;
  return body.key === key && digestOf(body) === check ? parsed.data : null;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch {
    return null;
  }
}

/** False when the rename was refused for one of the expected reasons. */
function renamed(from: string, to: string, expected: readonly string[]): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (expected.includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

const DISK_CODES = ['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EACCES', 'EPERM', 'EMFILE', 'ENFILE'];

function asDiskError(error: unknown, what: string): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (isCodedError(error) || !DISK_CODES.includes(code)) return error;
  const message = `${what}: ${(error as Error).message}`;
  return new PlatformError(
    { code: 'DISK', message, hint: 'free some space or mend the permissions, then run again' },
    { cause: error },
  );
}
