import { constants, createReadStream } from 'node:fs';
import { copyFile, lstat, mkdir, readdir, rename, rm, utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';

import type { BlobCache } from '../../registry/ports.ts';
import { openPartial } from './partial-blobs.ts';
import { temporaryName } from './sinks.ts';

export interface BlobCacheOptions {
  readonly root: string;
  /** Most that is kept. Default 20 GB. */
  readonly bytes?: number;
  readonly now?: () => Date;
}

const CAP = 20e9;
const CHUNK = 2 ** 20;
/** An unfinished copy that nobody has touched for so long is left over from a process that died. */
const LEFT_OVER_MS = 3_600_000;

/** Where the cache lies unless somebody says otherwise: SLIPWAY_CACHE, else `slipway` in XDG_CACHE_HOME or ~/.cache. */
export function cacheFolder(): string {
  const [own, xdg] = [process.env['SLIPWAY_CACHE'], process.env['XDG_CACHE_HOME']];
  if (own !== undefined && own !== '') return own;
  // "All paths set in these environment variables must be absolute. If […] relative […] ignore it" (XDG base directories).
  return join(xdg !== undefined && isAbsolute(xdg) ? xdg : join(homedir(), '.cache'), 'slipway');
}

/**
 * Bytes by their digest in a folder that processes share: files appear by a rename and go by an unlink, so that whoever
 * reads one reads it to its end. What was used longest ago goes first when there is too much.
 */
export function openBlobCache(options: BlobCacheOptions): BlobCache {
  const { root, bytes: cap = CAP, now = () => new Date() } = options;
  const place = (sha256: string): string => join(root, 'blobs', sha256.slice(0, 2), sha256);
  return {
    read: async (sha256) => {
      const file = place(sha256);
      try {
        const facts = await lstat(file);
        if (!facts.isFile()) return null;
        await utimes(file, now(), facts.mtime).catch(() => undefined);
        return {
          bytes: facts.size,
          read: (start = 0) => createReadStream(file, { start, highWaterMark: CHUNK }),
        };
      } catch {
        return null;
      }
    },
    keep: async (sha256, source) => {
      const file = place(sha256);
      const temporary = temporaryName(file);
      try {
        const { size } = await lstat(source);
        if (size > cap) return;
        await mkdir(dirname(file), { recursive: true, mode: 0o700 });
        await makeRoom(join(root, 'blobs'), cap - size, now());
        await copyFile(source, temporary, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
        await moveIn(temporary, file, options);
      } catch {
        // Full, read-only, or somebody else's: the next pull is slower.
        await rm(temporary, { force: true }).catch(() => undefined);
      }
    },
    resume: (sha256) => {
      const publish = (file: string): Promise<void> => moveIn(file, place(sha256), options);
      return openPartial({ folder: join(root, 'partial'), now: now(), publish }, sha256);
    },
    drop: async (sha256) => {
      await rm(place(sha256), { force: true, recursive: true }).catch(() => undefined);
    },
  };
}

async function moveIn(file: string, place: string, options: BlobCacheOptions): Promise<void> {
  const { root, bytes: cap = CAP, now = () => new Date() } = options;
  const { size } = await lstat(file);
  if (size > cap) return;
  await mkdir(dirname(place), { recursive: true, mode: 0o700 });
  await makeRoom(join(root, 'blobs'), cap - size, now());
  await utimes(file, now(), now());
  await rename(file, place);
}

interface Kept {
  readonly file: string;
  readonly bytes: number;
  readonly used: number;
}

/** Deletes what was used longest ago until at most `most` bytes are left. */
async function makeRoom(folder: string, most: number, now: Date): Promise<void> {
  const kept = await listKept(folder, now);
  let total = kept.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { file, bytes } of kept.sort((left, right) => left.used - right.used)) {
    if (total <= most) return;
    await rm(file, { force: true });
    total -= bytes;
  }
}

async function listKept(folder: string, now: Date): Promise<Kept[]> {
  const kept: Kept[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    // Gone meanwhile: another process made room.
    const facts = await lstat(file).catch(() => null);
    if (facts === null) continue;
    if (!entry.name.startsWith('.')) kept.push({ file, bytes: facts.size, used: facts.atimeMs });
    else if (now.getTime() - facts.mtimeMs > LEFT_OVER_MS) await rm(file, { force: true });
  }
  return kept;
}
