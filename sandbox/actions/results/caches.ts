import { type Core, newId, now } from '../../kernel/core.ts';
import { isoTime } from '../../kernel/environment.ts';
import type { CacheEntry } from '../../state/results.ts';
import type { Fields } from './fields.ts';
import type { ResultsJob } from './job.ts';
import { signedPath } from './signing.ts';
import { TwirpError } from './twirp-error.ts';
import { discard } from './uploads.ts';

const DAY = 86_400_000;
const LONGEST_KEY = 512;

/** Where a cache's bytes are uploaded to and downloaded from. */
export function cachePath(entry: { readonly id: number }): string {
  return `/_results/cache/${entry.id}`;
}

/** Caches of a repository that can be restored. */
export function cachesOf(core: Core, repositoryId: number): CacheEntry[] {
  const oldest = isoTime(core.clock.now() - core.limits.cacheDays * DAY);
  return core.tables.caches
    .where('repository', repositoryId)
    .filter((row) => row.finalized && row.lastUsedAt >= oldest);
}

function checkKey(key: string): string {
  if (key.length > LONGEST_KEY) {
    throw new TwirpError('invalid_argument', `the key is longer than ${LONGEST_KEY} characters`);
  }
  if (key.includes(',')) throw new TwirpError('invalid_argument', 'the key contains a comma');
  return key;
}

/** Reserves key and version on the job's own ref and tells where to upload. A cache never changes. */
export function createCacheEntry(core: Core, job: ResultsJob, input: Fields, origin: string): unknown {
  const key = checkKey(input.required('key'));
  const version = input.required('version');
  const ref = job.cacheRefs[0];
  if (ref === undefined || !job.savesCaches) {
    return { ok: false, message: 'cache write denied: the run may only restore caches' };
  }
  for (const row of core.tables.caches.where('version', `${job.repositoryId}/${ref}/${version}`)) {
    if (row.key !== key) continue;
    if (row.finalized || row.jobId !== job.jobId) {
      throw new TwirpError(
        'already_exists',
        'cache entry with the same key, version, and scope already exists',
      );
    }
    removeCache(core, row);
  }
  const at = now(core);
  const row = core.tables.caches.put({
    id: newId(core),
    repositoryId: job.repositoryId,
    runId: job.runId,
    jobId: job.jobId,
    key,
    version,
    ref,
    blob: null,
    size: 0,
    sha256: null,
    finalized: false,
    createdAt: at,
    lastUsedAt: at,
  });
  return { ok: true, signed_upload_url: origin + signedPath(core, cachePath(row), 'write') };
}

/** Seals a cache, then makes room: the least recently used ones go until the repository is below its limit. */
export function finalizeCacheEntry(core: Core, job: ResultsJob, input: Fields): unknown {
  const [key, version] = [input.required('key'), input.required('version')];
  const row = core.tables.caches
    .where('version', `${job.repositoryId}/${job.cacheRefs[0] ?? ''}/${version}`)
    .find((entry) => entry.key === key && entry.jobId === job.jobId && !entry.finalized);
  if (row === undefined)
    throw new TwirpError('not_found', 'no cache of this key and version is being uploaded');
  if (row.blob === null) throw new TwirpError('failed_precondition', 'nothing was uploaded');
  if (input.number('size_bytes') !== row.size) {
    throw new TwirpError('invalid_argument', `the size is not that of what was uploaded (${row.size} bytes)`);
  }
  const at = now(core);
  core.tables.caches.put({ ...row, finalized: true, createdAt: at, lastUsedAt: at });
  evict(core, job.repositoryId, row.id);
  return { ok: true, entry_id: String(row.id) };
}

function evict(core: Core, repositoryId: number, keep: number): void {
  const rows = core.tables.caches.where('repository', repositoryId).filter((row) => row.finalized);
  let total = rows.reduce((sum, row) => sum + row.size, 0);
  const oldestFirst = rows
    .filter((row) => row.id !== keep)
    .sort((a, b) => (a.lastUsedAt === b.lastUsedAt ? a.id - b.id : a.lastUsedAt < b.lastUsedAt ? -1 : 1));
  for (const row of oldestFirst) {
    if (total <= core.limits.cacheBytes) return;
    total -= row.size;
    removeCache(core, row);
  }
}

/**
 * Finds what to restore: on each ref in turn the key itself, then keys it begins, then the same for each restore key;
 * among several the newest. https://docs.github.com/actions/reference/workflows-and-actions/dependency-caching#cache-key-matching
 */
export function cacheDownload(core: Core, job: ResultsJob, input: Fields, origin: string): unknown {
  const version = input.required('version');
  const keys = [input.required('key'), ...input.list('restore_keys')].map(checkKey);
  const row = match(core, job, keys, version);
  if (row === undefined) return { ok: false, signed_download_url: '', matched_key: '' };
  core.tables.caches.put({ ...row, lastUsedAt: now(core) });
  return {
    ok: true,
    signed_download_url: origin + signedPath(core, cachePath(row), 'read'),
    matched_key: row.key,
  };
}

function match(
  core: Core,
  job: ResultsJob,
  keys: readonly string[],
  version: string,
): CacheEntry | undefined {
  const oldest = isoTime(core.clock.now() - core.limits.cacheDays * DAY);
  for (const ref of job.cacheRefs) {
    const rows = core.tables.caches
      .where('version', `${job.repositoryId}/${ref}/${version}`)
      .filter((row) => row.finalized && row.lastUsedAt >= oldest)
      .sort((a, b) => (a.createdAt === b.createdAt ? b.id - a.id : a.createdAt < b.createdAt ? 1 : -1));
    for (const key of keys) {
      const found = rows.find((row) => row.key === key) ?? rows.find((row) => row.key.startsWith(key));
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** Removes a cache with its bytes. */
export function removeCache(core: Core, entry: CacheEntry): void {
  core.tables.caches.remove(entry.id);
  discard(core, 'cache', entry);
}
