import type { View } from '../kernel/core.ts';
import { nodeId } from '../kernel/node-id.ts';
import type { CommitStatus } from '../state/checks.ts';
import type { Repository } from '../state/repositories.ts';
import { accountById } from './accounts.ts';
import { commitView } from './git.ts';
import { fullName, minimalRepositoryView, repositoryUrl } from './repositories.ts';

function avatarOf(view: View, status: CommitStatus): string {
  return accountById(view, status.creatorId).avatar_url;
}

/** GitHub's "simple-commit-status": one of a combined status. */
function simpleStatusView(view: View, status: CommitStatus) {
  const repository = view.tables.repositories.require(status.repositoryId);
  return {
    url: `${repositoryUrl(view, repository)}/statuses/${status.sha}`,
    avatar_url: avatarOf(view, status),
    id: status.id,
    node_id: nodeId('SC', status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.updatedAt,
  };
}

/** GitHub's "status". */
export function statusView(view: View, status: CommitStatus) {
  return { ...simpleStatusView(view, status), creator: accountById(view, status.creatorId) };
}

/** GitHub's "combined-commit-status" around one page of statuses. */
export function combinedStatusView(
  view: View,
  repository: Repository,
  sha: string,
  state: string,
  total: number,
  statuses: readonly CommitStatus[],
) {
  const api = repositoryUrl(view, repository);
  return {
    state,
    statuses: statuses.map((status) => simpleStatusView(view, status)),
    sha,
    total_count: total,
    repository: minimalRepositoryView(view, repository),
    commit_url: `${api}/commits/${sha}`,
    url: `${api}/commits/${sha}/status`,
  };
}

/** The payload of `status`, without what every webhook has. */
export function statusPayload(
  view: View,
  status: CommitStatus,
  branches: readonly { readonly name: string; readonly oid: string; readonly protected: boolean }[],
) {
  const repository = view.tables.repositories.require(status.repositoryId);
  const api = repositoryUrl(view, repository);
  return {
    id: status.id,
    sha: status.sha,
    name: fullName(view, repository),
    target_url: status.targetUrl,
    avatar_url: avatarOf(view, status),
    context: status.context,
    description: status.description,
    state: status.state,
    commit: commitView(view, repository, status.sha),
    branches: branches.map(({ name, oid, protected: guarded }) => ({
      name,
      commit: { sha: oid, url: `${api}/commits/${oid}` },
      protected: guarded,
    })),
    created_at: status.createdAt,
    updated_at: status.updatedAt,
  };
}
