/** Saves and restores folders, in archives that @actions/cache 6 can read and the other way round. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

import { execute } from './commands.ts';
import { find } from './globs.ts';
import { ActionFailure, type Kit } from './kit.ts';
import { call, CallRefused, download, upload } from './results-client.ts';

const MOST_KEYS = 10;
const LONGEST_KEY = 512;

type Compression = 'gzip' | 'zstd-without-long';

async function compression(kit: Kit): Promise<Compression> {
  const { code } = await execute(kit, 'zstd', ['--version'], { silent: true, mayFail: true }).catch(() => ({
    code: 1,
  }));
  return code === 0 ? 'zstd-without-long' : 'gzip';
}

/** Caches of other paths or compression do not fit: the version tells them apart. */
function versionOf(paths: readonly string[], method: Compression): string {
  return createHash('sha256')
    .update([...paths, method, '1.0'].join('|'))
    .digest('hex');
}

const archiveOf = (method: Compression): string => (method === 'gzip' ? 'cache.tgz' : 'cache.tzst');
const programOf = (method: Compression, unpack: boolean): string[] =>
  method === 'gzip' ? ['-z'] : ['--use-compress-program', unpack ? 'unzstd' : 'zstdmt'];

function checkKeys(keys: readonly string[]): void {
  if (keys.length > MOST_KEYS) {
    throw new ActionFailure(`Key Validation Error: Keys are limited to a maximum of ${MOST_KEYS}.`);
  }
  for (const key of keys) {
    if (key.length > LONGEST_KEY) {
      throw new ActionFailure(
        `Key Validation Error: ${key} cannot be larger than ${LONGEST_KEY} characters.`,
      );
    }
    if (key.includes(',')) throw new ActionFailure(`Key Validation Error: ${key} cannot contain commas.`);
  }
}

/** Restores the cache of a key, or the nearest of the restore keys. Gives the key it found. */
export async function restoreCache(
  kit: Kit,
  paths: readonly string[],
  key: string,
  restoreKeys: readonly string[] = [],
  lookupOnly = false,
): Promise<string | undefined> {
  checkKeys([key, ...restoreKeys]);
  const method = await compression(kit);
  const answer = await call(kit, 'CacheService', 'GetCacheEntryDownloadURL', {
    key,
    restore_keys: restoreKeys,
    version: versionOf(paths, method),
  });
  if (answer['ok'] !== true) return undefined;
  const found = String(answer['matched_key']);
  kit.info(found === key ? `Cache hit for: ${found}` : `Cache hit for restore-key: ${found}`);
  if (lookupOnly) {
    kit.info('Lookup only - skipping download');
    return found;
  }
  const folder = mkdtempSync(join(kit.required('RUNNER_TEMP'), 'cache-'));
  try {
    const archive = join(folder, archiveOf(method));
    await download(String(answer['signed_download_url']), archive);
    const { size } = statSync(archive);
    kit.info(`Cache Size: ~${Math.round(size / 2 ** 20)} MB (${size} B)`);
    await execute(kit, 'tar', ['-xf', archive, '-P', '-C', kit.workspace, ...programOf(method, true)]);
    kit.info('Cache restored successfully');
    return found;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Saves paths under a key; false where that key is taken. Warns, and fails nothing, where it cannot. */
export async function saveCache(kit: Kit, paths: readonly string[], key: string): Promise<boolean> {
  checkKeys([key]);
  const { files } = find(kit, paths, { descendants: false, hidden: true });
  if (files.length === 0) {
    throw new ActionFailure(
      'Path Validation Error: Path(s) specified in the action for caching do(es) not exist, hence no cache is being saved.',
    );
  }
  const method = await compression(kit);
  const folder = mkdtempSync(join(kit.required('RUNNER_TEMP'), 'cache-'));
  try {
    const archive = join(folder, archiveOf(method));
    const list = join(folder, 'manifest.txt');
    writeFileSync(list, `${files.map((file) => relative(kit.workspace, file) || '.').join('\n')}\n`);
    await execute(kit, 'tar', [
      ...['--posix', '-cf', archive, '--exclude', archive, '-P', '-C', kit.workspace, '--files-from', list],
      ...programOf(method, false),
    ]);
    return await send(kit, archive, key, versionOf(paths, method));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function send(kit: Kit, archive: string, key: string, version: string): Promise<boolean> {
  let reserved: Readonly<Record<string, unknown>>;
  try {
    reserved = await call(kit, 'CacheService', 'CreateCacheEntry', { key, version });
  } catch (error) {
    if (!(error instanceof CallRefused) || error.status !== 409) throw error;
    kit.info(
      `Failed to save: Unable to reserve cache with key ${key}, another job may be creating this cache.`,
    );
    return false;
  }
  if (reserved['ok'] !== true) {
    kit.warning(
      `Failed to save: Unable to reserve cache with key ${key}. More details: ${String(reserved['message'])}`,
    );
    return false;
  }
  await upload(String(reserved['signed_upload_url']), archive);
  const size = statSync(archive).size;
  await call(kit, 'CacheService', 'FinalizeCacheEntryUpload', { key, version, size_bytes: String(size) });
  return true;
}
