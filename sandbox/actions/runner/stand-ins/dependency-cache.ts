/** What setup-* actions do for `cache:`: restore a package manager's folder by the digest of lock files, save it at the end. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';

import { restoreCache, saveCache } from './cache-client.ts';
import { find } from './globs.ts';
import { ActionFailure, type Kit } from './kit.ts';

export interface DependencyCache {
  /** Beginning of the key: `node-cache-Linux-x64-npm-`. */
  readonly prefix: string;
  readonly folders: readonly string[];
  /** Patterns of lock files. */
  readonly locks: readonly string[];
  readonly restoreKeys?: readonly string[];
}

/** Digest of digests of the files, as `hashFiles` makes it; empty where there is none. */
export function digestOf(kit: Kit, patterns: readonly string[]): string {
  const { files } = find(kit, patterns, { descendants: false, hidden: true });
  const inside = files.filter((file) => file.startsWith(`${kit.workspace}/`));
  if (inside.length === 0) return '';
  const all = createHash('sha256');
  for (const file of inside) all.update(createHash('sha256').update(readFileSync(file)).digest());
  return all.digest('hex');
}

/** Restores the folders and remembers what to save. Tells the output `cache-hit`. @throws ActionFailure without lock file */
export async function restoreDependencies(kit: Kit, cache: DependencyCache): Promise<void> {
  const digest = digestOf(kit, cache.locks);
  if (digest === '') {
    throw new ActionFailure(
      `Dependencies lock file is not found in ${kit.workspace}. Supported file patterns: ${cache.locks.map((lock) => lock.replace(/^\*\*\//, '')).join(',')}`,
    );
  }
  const key = cache.prefix + digest;
  kit.saveState('key', key);
  kit.saveState('folders', cache.folders.join('\n'));
  const found = await restoreCache(kit, cache.folders, key, cache.restoreKeys ?? []);
  kit.output('cache-hit', String(found === key));
  kit.saveState('found', found ?? '');
  kit.info(
    found === undefined
      ? `${cache.prefix.replace(/-$/, '')} cache is not found`
      : `Cache restored from key: ${found}`,
  );
}

/** Saves what was restored by another key, or not at all. */
export async function saveDependencies(kit: Kit): Promise<void> {
  const key = kit.state('key');
  if (key === '') return;
  if (kit.state('found') === key) {
    kit.info(`Cache hit occurred on the primary key ${key}, not saving cache.`);
    return;
  }
  const folders = kit
    .state('folders')
    .split('\n')
    .filter((folder) => existsSync(kit.path(folder)));
  if (folders.length === 0) {
    kit.warning(`Cache folder path is retrieved but doesn't exist on disk: ${kit.state('folders')}`);
    return;
  }
  try {
    if (await saveCache(kit, kit.state('folders').split('\n'), key))
      kit.info(`Cache saved with the key: ${key}`);
  } catch (error) {
    if (!(error instanceof ActionFailure)) throw error;
    kit.warning(error.message);
  }
}
