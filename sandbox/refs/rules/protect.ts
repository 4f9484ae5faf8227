/** Turns what the API says about a branch's protection into its row. https://docs.github.com/rest/branches/branch-protection */
import { type Core, newId, now } from '../../kernel/core.ts';
import { ApiError, unprocessable } from '../../kernel/errors.ts';
import type { Repository } from '../../state/repositories.ts';
import { type Allowance, type Protection, protectionKey } from '../../state/rules.ts';

export interface AllowanceInput {
  readonly users?: readonly string[];
  readonly teams?: readonly string[];
  readonly apps?: readonly string[];
}

export interface ChecksInput {
  readonly strict?: boolean;
  readonly contexts?: readonly string[];
  readonly checks?: readonly { readonly context: string; readonly app_id?: number }[];
}

export interface ReviewsInput {
  readonly dismissal_restrictions?: AllowanceInput;
  readonly dismiss_stale_reviews?: boolean;
  readonly require_code_owner_reviews?: boolean;
  readonly required_approving_review_count?: number;
  readonly require_last_push_approval?: boolean;
  readonly bypass_pull_request_allowances?: AllowanceInput;
}

export interface ProtectionInput {
  readonly required_status_checks: ChecksInput | null;
  readonly enforce_admins: boolean | null;
  readonly required_pull_request_reviews: ReviewsInput | null;
  readonly restrictions: AllowanceInput | null;
  readonly required_linear_history?: boolean;
  readonly allow_force_pushes?: boolean | null;
  readonly allow_deletions?: boolean;
  readonly block_creations?: boolean;
  readonly required_conversation_resolution?: boolean;
  readonly lock_branch?: boolean;
  readonly allow_fork_syncing?: boolean;
}

const MOST_APPROVALS = 6;

function idsOf(
  names: readonly string[],
  kind: string,
  find: (name: string) => { readonly id: number } | undefined,
): number[] {
  return names.map((name) => {
    const row = find(name);
    if (row === undefined) throw unprocessable(`${kind} "${name}" does not exist or has no write access`);
    return row.id;
  });
}

/** People, teams and Apps by name. @throws ApiError 422 for unknown ones, or in a person's repository */
export function allowanceOf(core: Core, repository: Repository, input: AllowanceInput): Allowance {
  const { tables } = core;
  const owner = tables.accounts.require(repository.ownerId);
  if (owner.type !== 'Organization')
    throw unprocessable('Only organization repositories can have users and team restrictions');
  const user = (login: string) => tables.accounts.find('login', login.toLowerCase());
  return {
    users: idsOf(input.users ?? [], 'user', user),
    teams: idsOf(input.teams ?? [], 'team', (slug) => tables.teams.find('slug', `${owner.id}/${slug}`)),
    apps: idsOf(input.apps ?? [], 'app', (slug) => tables.apps.find('slug', slug)),
  };
}

/** An empty object switches the list off, as the page says. */
function optional(core: Core, repository: Repository, input: AllowanceInput | undefined): Allowance | null {
  if (input === undefined || Object.keys(input).length === 0) return null;
  return allowanceOf(core, repository, input);
}

/** Checks by either of the two ways to name them; `checks` wins. */
export function checksOf(
  input: ChecksInput,
  before: Protection['checks'] = null,
): NonNullable<Protection['checks']> {
  const named =
    input.checks?.map(({ context, app_id }) => ({
      context,
      appId: app_id === undefined || app_id < 0 ? null : app_id,
    })) ?? input.contexts?.map((context) => ({ context, appId: null }));
  return { strict: input.strict ?? before?.strict ?? false, checks: named ?? before?.checks ?? [] };
}

/** Wanted reviews; what is not named stays as before. @throws ApiError 422 for more approvals than GitHub allows */
export function reviewsOf(
  core: Core,
  repository: Repository,
  input: ReviewsInput,
  before: Protection['reviews'] = null,
): NonNullable<Protection['reviews']> {
  const approvals = input.required_approving_review_count ?? before?.approvals ?? 1;
  if (!Number.isInteger(approvals) || approvals < 0 || approvals > MOST_APPROVALS)
    throw unprocessable(`required_approving_review_count must be between 0 and ${MOST_APPROVALS}`);
  const { dismissal_restrictions: dismissal, bypass_pull_request_allowances: bypass } = input;
  return {
    approvals,
    dismissStale: input.dismiss_stale_reviews ?? before?.dismissStale ?? false,
    codeOwners: input.require_code_owner_reviews ?? before?.codeOwners ?? false,
    lastPush: input.require_last_push_approval ?? before?.lastPush ?? false,
    dismissal: dismissal === undefined ? (before?.dismissal ?? null) : optional(core, repository, dismissal),
    bypass: bypass === undefined ? (before?.bypass ?? null) : optional(core, repository, bypass),
  };
}

/** Protects a branch, or replaces all of its protection: what is not named is off. @throws ApiError 422 */
export function protect(
  core: Core,
  repository: Repository,
  branch: string,
  input: ProtectionInput,
): Protection {
  const key = protectionKey(repository.id, branch);
  const before = core.tables.protections.get(key);
  const { required_status_checks: checks, required_pull_request_reviews: reviews, restrictions } = input;
  if (checks !== null && checks.contexts === undefined && checks.checks === undefined)
    throw new ApiError(422, 'Invalid request.\n\n"contexts" wasn\'t supplied.');
  const at = now(core);
  return core.tables.protections.put({
    id: before?.id ?? newId(core),
    key,
    repositoryId: repository.id,
    branch,
    checks: checks === null ? null : checksOf(checks),
    reviews: reviews === null ? null : reviewsOf(core, repository, reviews),
    restrictions: restrictions === null ? null : allowanceOf(core, repository, restrictions),
    enforceAdmins: input.enforce_admins ?? false,
    linearHistory: input.required_linear_history ?? false,
    forcePushes: input.allow_force_pushes ?? false,
    deletions: input.allow_deletions ?? false,
    blockCreations: input.block_creations ?? false,
    conversations: input.required_conversation_resolution ?? false,
    signatures: before?.signatures ?? false,
    lock: input.lock_branch ?? false,
    forkSyncing: input.allow_fork_syncing ?? false,
    createdAt: before?.createdAt ?? at,
    updatedAt: at,
  });
}
