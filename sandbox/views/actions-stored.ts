import { hasExpired } from '../actions/results/index.ts';
import type { View } from '../kernel/core.ts';
import { nodeId } from '../kernel/node-id.ts';
import type { Artifact, CacheEntry } from '../state/results.ts';
import { repositoryUrl } from './repositories.ts';

/** GitHub's "artifact". */
export function artifactView(view: View, artifact: Artifact) {
  const repository = view.tables.repositories.require(artifact.repositoryId);
  const url = `${repositoryUrl(view, repository)}/actions/artifacts/${artifact.id}`;
  const run = view.tables.workflowRuns.get(artifact.runId);
  return {
    id: artifact.id,
    node_id: nodeId('AR', artifact.id),
    name: artifact.name,
    size_in_bytes: artifact.size,
    url,
    archive_download_url: `${url}/zip`,
    expired: hasExpired(view.core, artifact),
    digest: `sha256:${artifact.sha256}`,
    created_at: artifact.createdAt,
    updated_at: artifact.updatedAt,
    expires_at: artifact.expiresAt,
    workflow_run:
      run === undefined
        ? null
        : {
            id: run.id,
            repository_id: run.repositoryId,
            head_repository_id: run.headRepositoryId,
            head_branch: run.headBranch,
            head_sha: run.headSha,
          },
  };
}

/** One of GitHub's "actions_caches". */
export function cacheView(entry: CacheEntry) {
  return {
    id: entry.id,
    ref: entry.ref,
    key: entry.key,
    version: entry.version,
    last_accessed_at: entry.lastUsedAt,
    created_at: entry.createdAt,
    size_in_bytes: entry.size,
  };
}
