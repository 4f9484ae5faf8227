import {
  artifactDownload,
  cachesOf,
  hasExpired,
  removeArtifact,
  removeCache,
} from '../actions/results/index.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';
import { ApiError, notFound } from '../kernel/errors.ts';
import type { Artifact, CacheEntry } from '../state/results.ts';
import { artifactView, cacheView } from '../views/actions-stored.ts';
import { fullName } from '../views/repositories.ts';
import { runOfPath } from './actions-runs.ts';

/** The artifact of the path. @throws ApiError 404 */
function artifactOfPath(c: Context): Artifact {
  const artifact = c.tables.artifacts.get(c.number('artifact_id'));
  if (artifact?.repositoryId !== c.repo.id || !artifact.finalized) throw notFound();
  return artifact;
}

/** Newest first; an upload shows once it is complete. */
function artifacts(c: Context, index: 'repository' | 'run', id: number): Reply {
  const name = c.ask('name');
  const found = c.tables.artifacts
    .where(index, id)
    .filter((row) => row.finalized && (name === undefined || row.name === name))
    .reverse();
  return c.page(
    found,
    (artifact) => artifactView(c, artifact),
    (list, total_count) => ({ total_count, artifacts: list }),
  );
}

/** https://docs.github.com/rest/actions/artifacts#download-an-artifact: the address is good for a while. */
function download(c: Context): Reply {
  const artifact = artifactOfPath(c);
  if (c.text('archive_format') !== 'zip') throw notFound();
  if (hasExpired(c.core, artifact)) throw new ApiError(410, 'Artifact has expired');
  return c.redirect(c.urls.web + artifactDownload(c.core, artifact));
}

/** Keys begin with `key`; `ref` is a full ref, or a branch by its short name. */
function caches(c: Context): CacheEntry[] {
  const [key, ref] = [c.ask('key'), c.ask('ref')];
  const full = ref === undefined || ref.startsWith('refs/') ? ref : `refs/heads/${ref}`;
  return cachesOf(c.core, c.repo.id).filter(
    (entry) => (key === undefined || entry.key.startsWith(key)) && (full === undefined || entry.ref === full),
  );
}

const cacheList = (list: unknown[], total_count: number) => ({ total_count, actions_caches: list });

function listCaches(c: Context): Reply {
  const sort = c.ask('sort') ?? 'last_accessed_at';
  const value = (entry: CacheEntry): string | number =>
    sort === 'size_in_bytes' ? entry.size : sort === 'created_at' ? entry.createdAt : entry.lastUsedAt;
  const order = c.ask('direction') === 'asc' ? 1 : -1;
  const sorted = caches(c).sort((one, other) => {
    const [a, b] = [value(one), value(other)];
    return order * (a === b ? one.id - other.id : a < b ? -1 : 1);
  });
  return c.page(sorted, cacheView, cacheList);
}

function deleteCaches(c: Context): Reply {
  const found = caches(c).filter((entry) => entry.key === c.ask('key'));
  if (found.length === 0) throw notFound();
  for (const entry of found) removeCache(c.core, entry);
  return c.ok(cacheList(found.map(cacheView), found.length));
}

/** Artifacts and caches: https://docs.github.com/rest/actions/artifacts, https://docs.github.com/rest/actions/cache */
export const actionsStoredRoutes: Routes = {
  'actions/list-artifacts-for-repo': (c) => artifacts(c, 'repository', c.repo.id),
  'actions/list-workflow-run-artifacts': (c) => artifacts(c, 'run', runOfPath(c).id),
  'actions/get-artifact': (c) => c.ok(artifactView(c, artifactOfPath(c))),
  'actions/download-artifact': download,
  'actions/delete-artifact': (c) => {
    removeArtifact(c.core, artifactOfPath(c));
    return c.noContent();
  },
  'actions/get-actions-cache-usage': (c) => {
    const entries = cachesOf(c.core, c.repo.id);
    return c.ok({
      full_name: fullName(c, c.repo),
      active_caches_size_in_bytes: entries.reduce((sum, entry) => sum + entry.size, 0),
      active_caches_count: entries.length,
    });
  },
  'actions/get-actions-cache-list': listCaches,
  'actions/delete-actions-cache-by-key': deleteCaches,
  'actions/delete-actions-cache-by-id': (c) => {
    const entry = cachesOf(c.core, c.repo.id).find(({ id }) => id === c.number('cache_id'));
    removeCache(c.core, c.found(entry));
    return c.noContent();
  },
};
