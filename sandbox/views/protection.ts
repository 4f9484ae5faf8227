import type { View } from '../kernel/core.ts';
import type { Repository } from '../state/repositories.ts';
import type { Allowance, Protection } from '../state/rules.ts';
import { accountById } from './accounts.ts';
import { appView } from './apps.ts';
import { branchUrl } from './refs.ts';
import { teamView } from './teams.ts';

function addressOf(view: View, protection: Protection): string {
  const repository: Repository = view.tables.repositories.require(protection.repositoryId);
  return `${branchUrl(view, repository, protection.branch)}/protection`;
}

function allowedView(view: View, { users, teams, apps }: Allowance) {
  const { tables } = view;
  return {
    users: users.map((id) => accountById(view, id)),
    teams: teams.flatMap((id) => {
      const team = tables.teams.get(id);
      return team === undefined ? [] : [teamView(view, team)];
    }),
    apps: apps.flatMap((id) => {
      const app = tables.apps.get(id);
      return app === undefined ? [] : [appView(view, app)];
    }),
  };
}

/** Who may push. */
export function restrictionsView(view: View, protection: Protection, allowed: Allowance) {
  const url = `${addressOf(view, protection)}/restrictions`;
  return {
    url,
    users_url: `${url}/users`,
    teams_url: `${url}/teams`,
    apps_url: `${url}/apps`,
    ...allowedView(view, allowed),
  };
}

/** Which reviews are wanted. */
export function reviewProtectionView(
  view: View,
  protection: Protection,
  reviews: NonNullable<Protection['reviews']>,
) {
  const url = `${addressOf(view, protection)}/required_pull_request_reviews`;
  const dismissal = `${addressOf(view, protection)}/dismissal_restrictions`;
  return {
    url,
    ...(reviews.dismissal === null
      ? {}
      : {
          dismissal_restrictions: {
            url: dismissal,
            users_url: `${dismissal}/users`,
            teams_url: `${dismissal}/teams`,
            ...allowedView(view, reviews.dismissal),
          },
        }),
    ...(reviews.bypass === null ? {} : { bypass_pull_request_allowances: allowedView(view, reviews.bypass) }),
    dismiss_stale_reviews: reviews.dismissStale,
    require_code_owner_reviews: reviews.codeOwners,
    required_approving_review_count: reviews.approvals,
    require_last_push_approval: reviews.lastPush,
  };
}

/** Which checks are wanted. */
export function checkProtectionView(
  view: View,
  protection: Protection,
  { strict, checks }: NonNullable<Protection['checks']>,
) {
  const url = `${addressOf(view, protection)}/required_status_checks`;
  return {
    url,
    strict,
    contexts: checks.map(({ context }) => context),
    contexts_url: `${url}/contexts`,
    checks: checks.map(({ context, appId }) => ({ context, app_id: appId })),
  };
}

/** Whether administrators are bound. */
export function adminProtectionView(view: View, protection: Protection) {
  return { url: `${addressOf(view, protection)}/enforce_admins`, enabled: protection.enforceAdmins };
}

/** Whether commits must be signed. */
export function signatureProtectionView(view: View, protection: Protection) {
  return { url: `${addressOf(view, protection)}/required_signatures`, enabled: protection.signatures };
}

/** All of a branch's protection. https://docs.github.com/rest/branches/branch-protection */
export function protectionView(view: View, protection: Protection) {
  const { checks, reviews, restrictions } = protection;
  const on = (enabled: boolean) => ({ enabled });
  return {
    url: addressOf(view, protection),
    ...(checks === null ? {} : { required_status_checks: checkProtectionView(view, protection, checks) }),
    ...(restrictions === null ? {} : { restrictions: restrictionsView(view, protection, restrictions) }),
    ...(reviews === null
      ? {}
      : { required_pull_request_reviews: reviewProtectionView(view, protection, reviews) }),
    required_signatures: signatureProtectionView(view, protection),
    enforce_admins: adminProtectionView(view, protection),
    required_linear_history: on(protection.linearHistory),
    allow_force_pushes: on(protection.forcePushes),
    allow_deletions: on(protection.deletions),
    block_creations: on(protection.blockCreations),
    required_conversation_resolution: on(protection.conversations),
    lock_branch: on(protection.lock),
    allow_fork_syncing: on(protection.forkSyncing),
  };
}

/** The rule in payloads of `branch_protection_rule`. */
export function protectionPayload(view: View, protection: Protection) {
  const { checks, reviews, restrictions } = protection;
  const bound = protection.enforceAdmins ? 'everyone' : 'non_admins';
  const level = (wanted: boolean): string => (wanted ? bound : 'off');
  const logins = (restrictions?.users ?? []).flatMap((id) => view.tables.accounts.get(id)?.login ?? []);
  return {
    id: protection.id,
    repository_id: protection.repositoryId,
    name: protection.branch,
    created_at: protection.createdAt,
    updated_at: protection.updatedAt,
    pull_request_reviews_enforcement_level: level(reviews !== null),
    required_approving_review_count: reviews?.approvals ?? 0,
    dismiss_stale_reviews_on_push: reviews?.dismissStale ?? false,
    require_code_owner_review: reviews?.codeOwners ?? false,
    authorized_dismissal_actors_only: reviews?.dismissal != null,
    ignore_approvals_from_contributors: false,
    require_last_push_approval: reviews?.lastPush ?? false,
    required_status_checks: (checks?.checks ?? []).map(({ context }) => context),
    required_status_checks_enforcement_level: level(checks !== null),
    strict_required_status_checks_policy: checks?.strict ?? false,
    signature_requirement_enforcement_level: level(protection.signatures),
    linear_history_requirement_enforcement_level: level(protection.linearHistory),
    admin_enforced: protection.enforceAdmins,
    create_protected: protection.blockCreations,
    allow_force_pushes_enforcement_level: protection.forcePushes ? 'everyone' : 'off',
    allow_deletions_enforcement_level: protection.deletions ? 'everyone' : 'off',
    merge_queue_enforcement_level: 'off',
    required_deployments_enforcement_level: 'off',
    required_conversation_resolution_level: level(protection.conversations),
    lock_branch_enforcement_level: level(protection.lock),
    lock_allows_fork_sync: protection.forkSyncing,
    authorized_actors_only: restrictions !== null,
    authorized_actor_names: logins,
  };
}
