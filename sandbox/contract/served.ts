/** Operation ids of one prefix: `ids('git', 'get-ref create-ref')` gives `git/get-ref`, `git/create-ref`. */
const ids = (prefix: string, names: string): readonly string[] =>
  names
    .trim()
    .split(/\s+/)
    .map((name) => `${prefix}/${name}`);

/**
 * The operations of GitHub's REST API whose description is vendored, by family. Every other operation is known by
 * name only and answers 501. `npm run vendor:github` writes the description of exactly these.
 */
export const SERVED: Readonly<Record<string, readonly string[]>> = {
  meta: [
    ...ids('meta', 'root get get-all-versions get-zen'),
    ...ids('rate-limit', 'get'),
    ...ids('markdown', 'render render-raw'),
  ],
  users: [
    ...ids('users', 'get-authenticated get-by-username get-by-id list list-emails-for-authenticated-user'),
  ],
  organizations: [
    ...ids(
      'orgs',
      `get update list list-for-authenticated-user list-for-user list-members check-membership-for-user
      list-memberships-for-authenticated-user get-membership-for-authenticated-user get-membership-for-user
      set-membership-for-user remove-membership-for-user remove-member list-app-installations
      list-webhooks create-webhook get-webhook update-webhook delete-webhook get-webhook-config-for-org
      update-webhook-config-for-org list-webhook-deliveries get-webhook-delivery redeliver-webhook-delivery
      ping-webhook`,
    ),
    ...ids(
      'repos',
      'get-org-rulesets create-org-ruleset get-org-ruleset update-org-ruleset delete-org-ruleset',
    ),
  ],
  teams: [
    ...ids(
      'teams',
      `list create get-by-name update-in-org delete-in-org list-members-in-org list-child-in-org
      get-membership-for-user-in-org add-or-update-membership-for-user-in-org remove-membership-for-user-in-org
      list-repos-in-org check-permissions-for-repo-in-org add-or-update-repo-permissions-in-org
      remove-repo-in-org list-for-authenticated-user`,
    ),
  ],
  repositories: [
    ...ids(
      'repos',
      `get create-for-authenticated-user create-in-org create-using-template update delete list-for-user
      list-for-org list-for-authenticated-user list-public list-forks create-fork list-languages
      get-all-topics replace-all-topics list-contributors list-teams list-tags transfer
      list-collaborators check-collaborator add-collaborator remove-collaborator
      get-collaborator-permission-level list-invitations update-invitation delete-invitation
      list-invitations-for-authenticated-user accept-invitation-for-authenticated-user
      decline-invitation-for-authenticated-user list-deploy-keys create-deploy-key get-deploy-key delete-deploy-key
      create-dispatch-event merge-upstream codeowners-errors list-activities get-hash-algorithm`,
    ),
    ...ids('licenses', 'get-for-repo'),
    ...ids('activity', 'list-repo-events list-stargazers-for-repo list-watchers-for-repo'),
  ],
  branches: [
    ...ids(
      'repos',
      `list-branches get-branch rename-branch merge get-branch-protection update-branch-protection
      delete-branch-protection get-admin-branch-protection set-admin-branch-protection
      delete-admin-branch-protection get-pull-request-review-protection update-pull-request-review-protection
      delete-pull-request-review-protection get-status-checks-protection update-status-check-protection
      remove-status-check-protection get-all-status-check-contexts set-status-check-contexts
      add-status-check-contexts remove-status-check-contexts get-access-restrictions
      delete-access-restrictions get-branch-rules get-repo-rulesets create-repo-ruleset get-repo-ruleset
      update-repo-ruleset delete-repo-ruleset get-repo-ruleset-history get-repo-ruleset-version
      get-repo-rule-suites get-repo-rule-suite get-commit-signature-protection`,
    ),
  ],
  commits: [
    ...ids(
      'repos',
      `list-commits get-commit compare-commits-with-basehead list-branches-for-head-commit
      list-pull-requests-associated-with-commit create-commit-status list-commit-statuses-for-ref
      get-combined-status-for-ref list-comments-for-commit create-commit-comment
      list-commit-comments-for-repo get-commit-comment update-commit-comment delete-commit-comment`,
    ),
  ],
  contents: [
    ...ids(
      'repos',
      `get-content create-or-update-file-contents delete-file get-readme get-readme-in-directory
      download-tarball-archive download-zipball-archive`,
    ),
  ],
  git: [
    ...ids(
      'git',
      `create-blob get-blob create-commit get-commit list-matching-refs get-ref create-ref update-ref delete-ref
      create-tag get-tag create-tree get-tree`,
    ),
  ],
  issues: [
    ...ids(
      'issues',
      `list list-for-authenticated-user list-for-org list-for-repo create get update lock unlock list-comments
      create-comment list-comments-for-repo get-comment update-comment delete-comment pin-comment unpin-comment
      list-events list-events-for-repo get-event list-events-for-timeline list-labels-for-repo create-label
      get-label update-label delete-label list-labels-on-issue add-labels set-labels remove-label
      remove-all-labels list-labels-for-milestone list-assignees check-user-can-be-assigned
      check-user-can-be-assigned-to-issue add-assignees remove-assignees list-milestones create-milestone
      get-milestone update-milestone delete-milestone`,
    ),
  ],
  pulls: [
    ...ids(
      'pulls',
      `list create get update list-commits list-files check-if-merged merge update-branch
      list-requested-reviewers request-reviewers remove-requested-reviewers list-reviews create-review
      get-review update-review delete-pending-review dismiss-review submit-review list-comments-for-review
      list-review-comments-for-repo list-review-comments create-review-comment
      create-reply-for-review-comment get-review-comment update-review-comment delete-review-comment`,
    ),
  ],
  reactions: [
    ...ids(
      'reactions',
      `list-for-issue create-for-issue delete-for-issue list-for-issue-comment create-for-issue-comment
      delete-for-issue-comment list-for-pull-request-review-comment
      create-for-pull-request-review-comment delete-for-pull-request-comment list-for-release
      create-for-release delete-for-release list-for-commit-comment create-for-commit-comment
      delete-for-commit-comment`,
    ),
  ],
  checks: [
    ...ids(
      'checks',
      `create get update list-annotations rerequest-run create-suite get-suite list-for-suite rerequest-suite
      set-suites-preferences list-for-ref list-suites-for-ref`,
    ),
  ],
  releases: [
    ...ids(
      'repos',
      `list-releases create-release get-release update-release delete-release get-latest-release
      get-release-by-tag generate-release-notes list-release-assets upload-release-asset get-release-asset
      update-release-asset delete-release-asset check-immutable-releases enable-immutable-releases
      disable-immutable-releases`,
    ),
  ],
  deployments: [
    ...ids(
      'repos',
      `list-deployments create-deployment get-deployment delete-deployment list-deployment-statuses
      create-deployment-status get-deployment-status get-all-environments get-environment
      create-or-update-environment delete-an-environment list-deployment-branch-policies
      create-deployment-branch-policy get-deployment-branch-policy update-deployment-branch-policy
      delete-deployment-branch-policy get-all-deployment-protection-rules create-deployment-protection-rule
      list-custom-deployment-rule-integrations get-custom-deployment-protection-rule
      disable-deployment-protection-rule`,
    ),
  ],
  hooks: [
    ...ids(
      'repos',
      `list-webhooks create-webhook get-webhook update-webhook delete-webhook get-webhook-config-for-repo
      update-webhook-config-for-repo list-webhook-deliveries get-webhook-delivery redeliver-webhook-delivery
      ping-webhook test-push-webhook`,
    ),
  ],
  actions: [
    ...ids(
      'actions',
      `list-repo-workflows get-workflow enable-workflow disable-workflow create-workflow-dispatch
      list-workflow-runs get-workflow-usage list-workflow-runs-for-repo get-workflow-run delete-workflow-run
      get-workflow-run-attempt get-workflow-run-usage download-workflow-run-logs
      download-workflow-run-attempt-logs delete-workflow-run-logs re-run-workflow
      re-run-workflow-failed-jobs re-run-job-for-workflow-run cancel-workflow-run force-cancel-workflow-run
      approve-workflow-run get-reviews-for-run get-pending-deployments-for-run
      review-pending-deployments-for-run review-custom-gates-for-run list-jobs-for-workflow-run
      list-jobs-for-workflow-run-attempt get-job-for-workflow-run download-job-logs-for-workflow-run
      list-artifacts-for-repo list-workflow-run-artifacts get-artifact download-artifact delete-artifact
      get-actions-cache-usage get-actions-cache-list delete-actions-cache-by-key
      delete-actions-cache-by-id list-concurrency-groups-for-repository
      get-concurrency-group-for-repository list-concurrency-groups-for-workflow-run`,
    ),
    ...ids(
      'actions',
      `list-repo-secrets get-repo-public-key get-repo-secret create-or-update-repo-secret delete-repo-secret
      list-repo-organization-secrets list-repo-organization-variables list-repo-variables create-repo-variable
      get-repo-variable update-repo-variable delete-repo-variable list-environment-secrets
      get-environment-public-key get-environment-secret create-or-update-environment-secret
      delete-environment-secret list-environment-variables create-environment-variable
      get-environment-variable update-environment-variable delete-environment-variable list-org-secrets
      get-org-public-key get-org-secret create-or-update-org-secret delete-org-secret list-org-variables
      create-org-variable get-org-variable update-org-variable delete-org-variable`,
    ),
    ...ids(
      'actions',
      `get-github-actions-permissions-repository set-github-actions-permissions-repository
      get-allowed-actions-repository set-allowed-actions-repository
      get-workflow-access-to-repository set-workflow-access-to-repository
      get-github-actions-default-workflow-permissions-repository
      set-github-actions-default-workflow-permissions-repository
      get-artifact-and-log-retention-settings-repository set-artifact-and-log-retention-settings-repository
      get-fork-pr-contributor-approval-permissions-repository
      set-fork-pr-contributor-approval-permissions-repository
      list-self-hosted-runners-for-repo get-self-hosted-runner-for-repo
      delete-self-hosted-runner-from-repo create-registration-token-for-repo create-remove-token-for-repo
      list-labels-for-self-hosted-runner-for-repo list-self-hosted-runners-for-org
      get-custom-oidc-sub-claim-for-repo`,
    ),
  ],
  apps: [
    ...ids(
      'apps',
      `get-authenticated get-by-slug list-installations get-installation delete-installation
      suspend-installation unsuspend-installation create-installation-access-token
      revoke-installation-access-token get-repo-installation get-org-installation get-user-installation
      list-repos-accessible-to-installation list-installations-for-authenticated-user
      list-installation-repos-for-authenticated-user add-repo-to-installation-for-authenticated-user
      remove-repo-from-installation-for-authenticated-user create-from-manifest
      get-webhook-config-for-app update-webhook-config-for-app list-webhook-deliveries get-webhook-delivery
      redeliver-webhook-delivery`,
    ),
  ],
  search: [...ids('search', 'issues-and-pull-requests repos commits labels users')],
};

/** Events whose webhooks are vendored: with all their activity types. */
export const SERVED_EVENTS: readonly string[] = `
  ping push create delete fork star watch member public team team_add
  pull_request pull_request_review pull_request_review_comment pull_request_review_thread
  issues issue_comment label milestone commit_comment
  check_run check_suite status workflow_run workflow_job workflow_dispatch repository_dispatch
  deployment deployment_status deployment_review deployment_protection_rule
  release repository repository_ruleset branch_protection_rule deploy_key
  installation installation_repositories installation_target meta organization membership`
  .trim()
  .split(/\s+/);
