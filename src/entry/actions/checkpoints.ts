import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { RunCache } from '../../platform/runner/index.ts';

export interface CheckpointOptions {
  /** Absolute folder that holds a folder for each training under way. */
  readonly folder: string;
  /** The same, relative to the workspace. */
  readonly path: string;
  readonly ref: string;
  readonly everyMs: number;
  /** Run and attempt. */
  readonly run: string;
}

/**
 * Restores the checkpoints that an earlier run of this ref left when its runner was lost, and keeps those of this one
 * every now and then while training goes on: a lost runner runs no step any more. A training finds its own by its key,
 * so that those of other code or data are never gone on with.
 */
export async function keepCheckpoints(
  cache: RunCache,
  { folder, path, ref, everyMs, run }: CheckpointOptions,
): Promise<{ stop(): Promise<void> }> {
  const prefix = `slipway-checkpoints-${createHash('sha256').update(ref).digest('hex').slice(0, 16)}-`;
  await cache.restore(path, `${prefix}${run}-none`, [prefix]);
  let saved = await newestIn(folder);
  let count = 0;
  let saving: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    saving = saving.then(async () => {
      const newest = await newestIn(folder);
      if (newest <= saved) return;
      saved = newest;
      count += 1;
      await cache.save(path, `${prefix}${run}-${count}`);
    });
  }, everyMs);
  timer.unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await saving;
    },
  };
}

/** When something in a folder changed last, ms since 1970; 0 where there is none. */
async function newestIn(folder: string): Promise<number> {
  try {
    const names = await readdir(folder, { recursive: true });
    const times = await Promise.all(
      names.map(async (name) => (await stat(join(folder, name)).catch(() => null))?.mtimeMs ?? 0),
    );
    return Math.max(0, ...times);
  } catch {
    return 0;
  }
}
