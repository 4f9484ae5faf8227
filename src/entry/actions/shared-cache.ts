import { join, relative } from 'node:path';

import type { ArtifactCache } from '../../contracts/artifacts.ts';
import type { RunCache } from '../../platform/runner/index.ts';

/** Results that are worth keeping between runs; data is cheap to prepare again. */
const KEPT: ReadonlySet<string> = new Set(['train', 'predictions']);
/** Raised when what lies in an entry changes. */
const GENERATION = 1;

/** A cache whose results outlive the machine, and what of it is new. */
export interface SharedCache {
  readonly cache: ArtifactCache;
  /** Keeps what this run made. */
  save(): Promise<void>;
}

/**
 * The cache of results on this machine, backed by that of Actions: what is missing here is looked up there under its
 * content key, and what is new is kept there. Entries carry the digests of their files and are checked when they are
 * looked up, so that a damaged one counts as absent.
 */
export function shareCache(
  local: ArtifactCache,
  remote: RunCache,
  { slipwayDir, workspace }: { readonly slipwayDir: string; readonly workspace: string },
): SharedCache {
  const asked = new Set<string>();
  const made = new Map<string, string>();
  // The cache service holds entries apart by the words of their paths.
  const pathOf = (kind: string, key: string): string =>
    relative(workspace, join(slipwayDir, 'cache', kind, key));
  const nameOf = (kind: string, key: string): string =>
    `slipway-${GENERATION}-${process.platform}-${process.arch}-${kind}-${key}`;
  return {
    cache: {
      lookup: async (kind, key) => {
        const here = await local.lookup(kind, key);
        const name = nameOf(kind, key);
        if (here !== null || !KEPT.has(kind) || asked.has(name)) return here;
        asked.add(name);
        return (await remote.restore(pathOf(kind, key), name)) ? await local.lookup(kind, key) : null;
      },
      publish: async (kind, key, fill, replace) => {
        const entry = await local.publish(kind, key, fill, replace);
        if (KEPT.has(kind)) made.set(nameOf(kind, key), pathOf(kind, key));
        return entry;
      },
      exclusively: async (name, options, work) => await local.exclusively(name, options, work),
      isHeld: (name) => local.isHeld(name),
      readNote: (name) => local.readNote(name),
      writeNote: (name, value) => {
        local.writeNote(name, value);
      },
    },
    save: async () => {
      for (const [name, path] of made) await remote.save(path, name);
      made.clear();
    },
  };
}
