import { baseScope } from '../../state/pulls.ts';
import type { Repository } from '../../state/repositories.ts';
import { nodeId } from '../../kernel/node-id.ts';
import type { Asking } from '../asking.ts';
import { fields, type Fields } from '../fields.ts';
import type { RestProtection } from '../rest.ts';
import { issuesOf } from './issue-list.ts';
import { issueNode, type RefNode } from './nodes.ts';
import { objectOf } from './objects.ts';

interface ProtectionNode {
  readonly __typename: 'BranchProtectionRule';
  readonly branch: string;
  readonly repository: Repository;
  readonly json: RestProtection;
}

/** Types of refs and the protection of branches. */
export const REFS: Readonly<Record<string, Fields<never>>> = {
  Ref: fields<RefNode>({
    id: ({ row }) => nodeId('REF', row.key),
    name: ({ row }) => row.name.slice(prefixOf(row.name).length),
    prefix: ({ row }) => prefixOf(row.name),
    target: ({ row, repository }, _, asking) => {
      asking.allow('git/get-commit', repository);
      return objectOf(asking, repository, row.oid);
    },
    repository: ({ repository }) => ({ __typename: 'Repository', row: repository }),
    branchProtectionRule: ({ row, repository }, _, asking) => protectionOf(asking, repository, row.name),
    associatedPullRequests: ({ row, repository }, args, asking) => {
      const branch = branchName(row.name);
      if (branch === undefined) return [];
      const { pulls, issues } = asking.tables;
      const based = pulls.keys('base', baseScope({ repositoryId: repository.id }, branch)).length;
      if (typeof args['baseRefName'] === 'string' || based === 0)
        return issuesOf(asking, repository, true, { ...args, headRefName: branch });
      return pulls
        .where('head', `${repository.id}:${branch}`)
        .map(({ id }) => issueNode(asking, issues.require(id)));
    },
  }),
  BranchProtectionRule: fields<ProtectionNode>({
    id: ({ repository, branch }) => nodeId('BPR', `${repository.id}:${branch}`),
    pattern: ({ branch }) => branch,
    repository: ({ repository }) => ({ __typename: 'Repository', row: repository }),
    requiresStatusChecks: ({ json }) => json.required_status_checks !== undefined,
    requiresStrictStatusChecks: ({ json }) => json.required_status_checks?.strict ?? false,
    requiredStatusCheckContexts: ({ json }) => json.required_status_checks?.contexts ?? [],
    requiresApprovingReviews: ({ json }) => json.required_pull_request_reviews !== undefined,
    requiredApprovingReviewCount: ({ json }) =>
      json.required_pull_request_reviews?.required_approving_review_count ?? null,
    requiresCodeOwnerReviews: ({ json }) =>
      json.required_pull_request_reviews?.require_code_owner_reviews ?? false,
    dismissesStaleReviews: ({ json }) => json.required_pull_request_reviews?.dismiss_stale_reviews ?? false,
    isAdminEnforced: ({ json }) => json.enforce_admins?.enabled ?? false,
    requiresLinearHistory: ({ json }) => json.required_linear_history?.enabled ?? false,
    requiresCommitSignatures: ({ json }) => json.required_signatures?.enabled ?? false,
    allowsForcePushes: ({ json }) => json.allow_force_pushes?.enabled ?? false,
    allowsDeletions: ({ json }) => json.allow_deletions?.enabled ?? false,
  }),
};

/** `main` of `refs/heads/main`; undefined for what is no branch. */
function branchName(ref: string): string | undefined {
  return ref.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : undefined;
}

function prefixOf(ref: string): string {
  return /^refs\/(?:heads|tags|remotes|notes|pull)\//.exec(ref)?.[0] ?? 'refs/';
}

/** The classic protection of a branch: null where there is none, or the caller may not see it. */
function protectionOf(asking: Asking, repository: Repository, ref: string): ProtectionNode | null {
  const branch = branchName(ref);
  if (branch === undefined) return null;
  const json = asking.find('repos/get-branch-protection', repository, { params: { branch } });
  if (json === undefined) return null;
  return { __typename: 'BranchProtectionRule', branch, repository, json: json as RestProtection };
}

/** The protection of every branch that has one. */
export function protectionsOf(asking: Asking, repository: Repository): ProtectionNode[] {
  asking.allow('repos/list-branches', repository);
  return asking.tables.refs
    .where('repository', repository.id)
    .flatMap(({ name }) => protectionOf(asking, repository, name) ?? []);
}
