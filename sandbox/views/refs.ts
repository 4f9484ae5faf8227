import type { View } from '../kernel/core.ts';
import { nodeId } from '../kernel/node-id.ts';
import { rulesetsOfRef } from '../refs/rules/rulesets.ts';
import { protectionOf } from '../refs/rules/protection.ts';
import type { Ref, Repository } from '../state/repositories.ts';
import type { Protection } from '../state/rules.ts';
import { commitView } from './git.ts';
import { fullName, repositoryUrl } from './repositories.ts';

/** The name of a ref as it stands in an address: slashes stay, `#` does not end the path. */
function pathOf(name: string): string {
  return encodeURI(name).replaceAll('#', '%23');
}

/** A ref and the object it names. https://docs.github.com/rest/git/refs */
export function refView(view: View, repository: Repository, { key, name, oid }: Ref) {
  const api = `${repositoryUrl(view, repository)}/git`;
  const type = view.core.objects(repository).read(oid)?.type ?? 'commit';
  return {
    ref: name,
    node_id: nodeId('REF', key),
    url: `${api}/${pathOf(name)}`,
    object: { type, sha: oid, url: `${api}/${type}s/${oid}` },
  };
}

/** Is anything asked of who changes the branch: classic protection, or rules in force? */
export function isProtected(view: View, repository: Repository, branch: string): boolean {
  if (protectionOf(view.core, repository.id, branch) !== undefined) return true;
  return rulesetsOfRef(view.core, repository, `refs/heads/${branch}`).some(
    ({ enforcement, target }) => enforcement === 'active' && target === 'branch',
  );
}

/** Address of a branch in the API. */
export function branchUrl(view: View, repository: Repository, branch: string): string {
  return `${repositoryUrl(view, repository)}/branches/${pathOf(branch)}`;
}

/** Protection as branches carry it. */
function protectionSummary(protection: Protection | undefined, isProtectedBranch: boolean) {
  const checks = protection?.checks?.checks ?? [];
  const level = protection?.enforceAdmins === true ? 'everyone' : 'non_admins';
  return {
    enabled: isProtectedBranch,
    required_status_checks: {
      enforcement_level: protection?.checks == null ? 'off' : level,
      contexts: checks.map(({ context }) => context),
      checks: checks.map(({ context, appId }) => ({ context, app_id: appId })),
    },
  };
}

/** A branch in lists. https://docs.github.com/rest/branches/branches */
export function shortBranchView(view: View, repository: Repository, branch: string, oid: string) {
  const guarded = isProtected(view, repository, branch);
  return {
    name: branch,
    commit: { sha: oid, url: `${repositoryUrl(view, repository)}/commits/${oid}` },
    protected: guarded,
    protection: protectionSummary(protectionOf(view.core, repository.id, branch), guarded),
    protection_url: `${branchUrl(view, repository, branch)}/protection`,
  };
}

/** A branch by itself. */
export function branchView(view: View, repository: Repository, branch: string, oid: string) {
  const short = shortBranchView(view, repository, branch, oid);
  return {
    ...short,
    commit: commitView(view, repository, oid),
    _links: {
      self: branchUrl(view, repository, branch),
      html: `${view.urls.web}/${fullName(view, repository)}/tree/${pathOf(branch)}`,
    },
  };
}

/** A tag in `GET /tags`: the commit it leads to. */
export function tagRefView(view: View, repository: Repository, tag: string, commit: string) {
  const api = repositoryUrl(view, repository);
  return {
    name: tag,
    zipball_url: `${api}/zipball/refs/tags/${pathOf(tag)}`,
    tarball_url: `${api}/tarball/refs/tags/${pathOf(tag)}`,
    commit: { sha: commit, url: `${api}/commits/${commit}` },
    node_id: nodeId('REF', `${repository.id}:refs/tags/${tag}`),
  };
}
