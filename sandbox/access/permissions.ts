import type { Access, Permissions } from '../kernel/identity.ts';

/**
 * Permissions a token of an App, of a job or a fine-grained one needs, by operation. `a:write b:read` are both needed,
 * of `a:write | b:write` one is enough; a name ending in a slash is the family of the names after it.
 *
 * The facts are GitHub's (github/docs, `src/github-apps/data/fpt-2026-03-10/server-to-server-permissions.json`, shown at
 * https://docs.github.com/rest/authentication/permissions-required-for-github-apps). `workflows`, which the same data
 * asks of writes below `.github/workflows`, depends on what is written: sandbox/refs asks for it. Reactions to releases
 * and concurrency groups, which the data does not name yet, are held to their parent's permission.
 */
const TABLE: Readonly<Record<string, string>> = {
  'actions:read': `
    repos/ get-all-environments get-environment list-deployment-branch-policies get-deployment-branch-policy
    get-all-deployment-protection-rules get-custom-deployment-protection-rule
    actions/ list-repo-workflows get-workflow list-workflow-runs get-workflow-usage
    list-workflow-runs-for-repo get-workflow-run get-workflow-run-attempt get-workflow-run-usage
    download-workflow-run-logs download-workflow-run-attempt-logs get-reviews-for-run
    get-pending-deployments-for-run list-jobs-for-workflow-run list-jobs-for-workflow-run-attempt
    get-job-for-workflow-run download-job-logs-for-workflow-run list-artifacts-for-repo
    list-workflow-run-artifacts get-artifact download-artifact get-actions-cache-usage
    get-actions-cache-list list-concurrency-groups-for-repository get-concurrency-group-for-repository
    list-concurrency-groups-for-workflow-run get-custom-oidc-sub-claim-for-repo
  `,
  'actions:write': `
    actions/ enable-workflow disable-workflow create-workflow-dispatch delete-workflow-run
    delete-workflow-run-logs re-run-workflow re-run-workflow-failed-jobs re-run-job-for-workflow-run
    cancel-workflow-run force-cancel-workflow-run approve-workflow-run delete-artifact
    delete-actions-cache-by-key delete-actions-cache-by-id
  `,
  'actions_variables:read': `
    actions/ list-repo-organization-variables list-repo-variables get-repo-variable
  `,
  'actions_variables:write': `
    actions/ create-repo-variable update-repo-variable delete-repo-variable
  `,
  'administration:read': `
    repos/ list-teams list-invitations list-deploy-keys get-deploy-key get-branch-protection
    get-admin-branch-protection
    get-pull-request-review-protection get-status-checks-protection get-all-status-check-contexts
    get-access-restrictions get-repo-rule-suites get-repo-rule-suite get-commit-signature-protection
    check-immutable-releases list-custom-deployment-rule-integrations
    actions/ get-github-actions-permissions-repository get-allowed-actions-repository
    get-workflow-access-to-repository get-github-actions-default-workflow-permissions-repository
    get-artifact-and-log-retention-settings-repository
    get-fork-pr-contributor-approval-permissions-repository list-self-hosted-runners-for-repo
    get-self-hosted-runner-for-repo list-labels-for-self-hosted-runner-for-repo
  `,
  'administration:write': `
    repos/ create-for-authenticated-user create-in-org update delete replace-all-topics transfer
    add-collaborator remove-collaborator update-invitation delete-invitation
    create-deploy-key delete-deploy-key update-branch-protection delete-branch-protection
    set-admin-branch-protection delete-admin-branch-protection update-pull-request-review-protection
    delete-pull-request-review-protection update-status-check-protection remove-status-check-protection
    set-status-check-contexts add-status-check-contexts remove-status-check-contexts
    delete-access-restrictions create-repo-ruleset update-repo-ruleset delete-repo-ruleset
    get-repo-ruleset-history get-repo-ruleset-version enable-immutable-releases disable-immutable-releases
    create-or-update-environment delete-an-environment create-deployment-branch-policy
    update-deployment-branch-policy delete-deployment-branch-policy create-deployment-protection-rule
    disable-deployment-protection-rule
    actions/ set-github-actions-permissions-repository set-allowed-actions-repository
    set-workflow-access-to-repository set-github-actions-default-workflow-permissions-repository
    set-artifact-and-log-retention-settings-repository
    set-fork-pr-contributor-approval-permissions-repository delete-self-hosted-runner-from-repo
    create-registration-token-for-repo create-remove-token-for-repo
  `,
  'administration:write contents:read': `
    repos/ create-using-template create-fork
  `,
  'administration:write members:read': `
    teams/ add-or-update-repo-permissions-in-org remove-repo-in-org
  `,
  'checks:read': `
    checks/ get list-annotations get-suite list-for-suite list-for-ref list-suites-for-ref
  `,
  'checks:write': `
    checks/ create update rerequest-run create-suite rerequest-suite set-suites-preferences
  `,
  'contents:read': `
    repos/ codeowners-errors list-activities list-branches get-branch list-commits get-commit
    compare-commits-with-basehead list-branches-for-head-commit create-commit-comment get-content get-readme
    get-readme-in-directory download-tarball-archive download-zipball-archive list-releases get-release
    get-latest-release get-release-by-tag list-release-assets get-release-asset
    git/ get-blob get-commit list-matching-refs get-ref get-tag get-tree
    reactions/ list-for-release
  `,
  'contents:write': `
    repos/ create-dispatch-event merge-upstream rename-branch merge update-commit-comment
    delete-commit-comment create-or-update-file-contents delete-file create-release update-release
    delete-release generate-release-notes upload-release-asset update-release-asset delete-release-asset
    git/ create-blob create-commit create-ref update-ref delete-ref create-tag create-tree
    pulls/ merge
    reactions/ create-for-release delete-for-release create-for-commit-comment delete-for-commit-comment
  `,
  'deployments:read': `
    repos/ list-deployments get-deployment list-deployment-statuses get-deployment-status
  `,
  'deployments:write': `
    repos/ create-deployment delete-deployment create-deployment-status
    actions/ review-pending-deployments-for-run review-custom-gates-for-run
  `,
  'environments:read': `
    actions/ list-environment-secrets get-environment-public-key get-environment-secret
    list-environment-variables get-environment-variable
  `,
  'environments:write': `
    actions/ create-or-update-environment-secret delete-environment-secret create-environment-variable
    update-environment-variable delete-environment-variable
  `,
  'issues:read': `
    issues/ list-for-repo get list-events-for-repo
    reactions/ list-for-issue list-for-issue-comment
  `,
  'issues:read | pull_requests:read': `
    issues/ list-comments list-comments-for-repo get-comment list-events get-event list-events-for-timeline
    list-labels-for-repo get-label list-labels-on-issue list-labels-for-milestone list-assignees
    check-user-can-be-assigned check-user-can-be-assigned-to-issue list-milestones get-milestone
  `,
  'issues:write': `
    issues/ create pin-comment unpin-comment
    reactions/ create-for-issue delete-for-issue create-for-issue-comment delete-for-issue-comment
  `,
  'issues:write | pull_requests:write': `
    issues/ update lock unlock create-comment update-comment delete-comment create-label update-label
    delete-label add-labels set-labels remove-label remove-all-labels add-assignees remove-assignees
    create-milestone update-milestone delete-milestone
  `,
  'members:read': `
    orgs/ get-membership-for-authenticated-user list-members check-membership-for-user get-membership-for-user
    teams/ list get-by-name list-members-in-org list-child-in-org get-membership-for-user-in-org
    list-repos-in-org check-permissions-for-repo-in-org
  `,
  'members:write': `
    orgs/ set-membership-for-user remove-membership-for-user remove-member
    teams/ create update-in-org delete-in-org add-or-update-membership-for-user-in-org
    remove-membership-for-user-in-org
  `,
  'metadata:read': `
    repos/ get list-for-org list-forks list-languages get-all-topics list-contributors list-tags
    list-collaborators check-collaborator get-collaborator-permission-level get-hash-algorithm
    get-branch-rules get-repo-rulesets get-repo-ruleset list-comments-for-commit
    list-commit-comments-for-repo get-commit-comment
    licenses/ get-for-repo
    activity/ list-repo-events list-stargazers-for-repo list-watchers-for-repo
    reactions/ list-for-commit-comment
  `,
  'organization_actions_variables:read': `
    actions/ list-org-variables get-org-variable
  `,
  'organization_actions_variables:write': `
    actions/ create-org-variable update-org-variable delete-org-variable
  `,
  'organization_administration:read': `
    orgs/ list-app-installations
  `,
  'organization_administration:write': `
    orgs/ update
    repos/ get-org-rulesets create-org-ruleset get-org-ruleset update-org-ruleset delete-org-ruleset
  `,
  'organization_hooks:read': `
    orgs/ list-webhooks get-webhook get-webhook-config-for-org list-webhook-deliveries get-webhook-delivery
  `,
  'organization_hooks:write': `
    orgs/ create-webhook update-webhook delete-webhook update-webhook-config-for-org
    redeliver-webhook-delivery ping-webhook
  `,
  'organization_secrets:read': `
    actions/ list-org-secrets get-org-public-key get-org-secret
  `,
  'organization_secrets:write': `
    actions/ create-or-update-org-secret delete-org-secret
  `,
  'organization_self_hosted_runners:read': `
    actions/ list-self-hosted-runners-for-org
  `,
  'pull_requests:read': `
    repos/ list-pull-requests-associated-with-commit
    pulls/ list list-commits list-files check-if-merged list-requested-reviewers list-reviews get-review
    list-comments-for-review list-review-comments-for-repo list-review-comments get-review-comment
    reactions/ list-for-pull-request-review-comment
  `,
  'pull_requests:read | contents:read': `
    pulls/ get
  `,
  'pull_requests:write': `
    pulls/ create update update-branch request-reviewers remove-requested-reviewers create-review
    update-review delete-pending-review dismiss-review submit-review create-review-comment
    create-reply-for-review-comment update-review-comment delete-review-comment
    reactions/ create-for-pull-request-review-comment delete-for-pull-request-comment
  `,
  'repository_hooks:read': `
    repos/ list-webhooks get-webhook get-webhook-config-for-repo list-webhook-deliveries
    get-webhook-delivery ping-webhook test-push-webhook
  `,
  'repository_hooks:write': `
    repos/ create-webhook update-webhook delete-webhook update-webhook-config-for-repo
    redeliver-webhook-delivery
  `,
  'secrets:read': `
    actions/ list-repo-secrets get-repo-public-key get-repo-secret list-repo-organization-secrets
  `,
  'secrets:write': `
    actions/ create-or-update-repo-secret delete-repo-secret
  `,
  'statuses:read': `
    repos/ list-commit-statuses-for-ref get-combined-status-for-ref
  `,
  'statuses:write': `
    repos/ create-commit-status
  `,
  'emails:read': `
    users/ list-emails-for-authenticated-user
  `,
};

/** All of these together. */
export type PermissionSet = readonly (readonly [permission: string, access: Access])[];

const LEVELS: Readonly<Record<Access, number>> = { read: 1, write: 2, admin: 3 };

const SETS = new Map<string, readonly PermissionSet[]>();
for (const [sets, operations] of Object.entries(TABLE)) {
  const parsed = sets.split(' | ').map((set) =>
    set.split(' ').map((need): readonly [string, Access] => {
      const [permission, access] = need.split(':') as [string, Access];
      return [permission, access];
    }),
  );
  let family = '';
  for (const name of operations.trim().split(/\s+/)) {
    if (name.endsWith('/')) family = name;
    else SETS.set(family + name, parsed);
  }
}

/** Sets of permissions of which one is enough; none where an operation asks for no permission. */
export function permissionSets(operation: string): readonly PermissionSet[] {
  return SETS.get(operation) ?? [];
}

/** Do the permissions hold everything of the set? Every token may read metadata. */
export function holds(granted: Permissions, set: PermissionSet): boolean {
  return set.every(([permission, access]) => grants(granted, permission, access));
}

/** Is one permission granted to that degree? `write` includes `read`. */
export function grants(granted: Permissions, permission: string, access: Access): boolean {
  if (permission === 'metadata' && access === 'read') return true;
  const has = Object.hasOwn(granted, permission) ? granted[permission] : undefined;
  return has !== undefined && LEVELS[has] >= LEVELS[access];
}

/**
 * The value of `X-Accepted-GitHub-Permissions`: sets apart by semicolons, their members by commas.
 * https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api#resource-not-accessible
 */
export function acceptedPermissions(operation: string): string | undefined {
  const sets = permissionSets(operation);
  if (sets.length === 0) return undefined;
  return sets.map((set) => set.map(([permission, access]) => `${permission}=${access}`).join(',')).join('; ');
}
