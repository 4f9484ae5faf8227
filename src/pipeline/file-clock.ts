import { statfsSync } from 'node:fs';

import type { Stamp } from './stat-cache.ts';

/** File systems whose times come from this kernel's own clock (magic numbers of statfs(2), linux/magic.h). */
const LOCAL_FILE_SYSTEMS = new Set([
  0xef53, // ext2, ext3, ext4
  0x58465342, // xfs
  0x9123683e, // btrfs
  0x01021994, // tmpfs
  0x794c7630, // overlayfs
  0x2fc12fc1, // zfs
  0xf2f52010, // f2fs
  0xca451a4e, // bcachefs
  0x1a, // apfs (macOS)
]);

/** Ten times the coarsest tick of a Linux kernel (HZ = 100). */
const FINE_GRAIN_MS = 100;
/** FAT keeps even seconds; ext3 and HFS+ whole ones. */
const COARSE_GRAIN_MS = 2_500;
/** A server stamps its files by its own clock, which may be behind ours; more than an hour behind is not believed. */
const FOREIGN_GRAIN_MS = 3_600_000;

/**
 * Tells whether a stamp can be trusted for ever. A later edit gets a later ctime, unless it happens within the same
 * tick of the clock that stamps the files (git's "racy" problem). So a stamp whose ctime is not yet older than that
 * tick when the content is read proves nothing, and the file is read again next time.
 */
export class FileClock {
  readonly #now: () => number;
  readonly #local = new Map<number, boolean>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Milliseconds since 1970. To be asked before a file is opened: what happens later must get a later time. */
  now(): number {
    return this.#now();
  }

  /** True when every edit after the moment `at` must change the stamp. `path` lies on the stamp's device. */
  isSettled(stamp: Stamp, path: string, at: number): boolean {
    return at - Math.max(stamp.mtimeMs, stamp.ctimeMs) > this.#grain(stamp, path);
  }

  #grain(stamp: Stamp, path: string): number {
    if (!this.#isLocal(stamp.dev, path)) return FOREIGN_GRAIN_MS;
    return stamp.ctimeMs % 1000 === 0 ? COARSE_GRAIN_MS : FINE_GRAIN_MS;
  }

  #isLocal(dev: number, path: string): boolean {
    let local = this.#local.get(dev);
    if (local === undefined) this.#local.set(dev, (local = isLocalFileSystem(path)));
    return local;
  }
}

function isLocalFileSystem(path: string): boolean {
  try {
    return LOCAL_FILE_SYSTEMS.has(statfsSync(path).type);
  } catch {
    return false;
  }
}
