import { may } from '../access/index.ts';
import type { Actor } from '../issues/actor.ts';
import type { Core } from '../kernel/core.ts';
import type { Repository } from '../state/repositories.ts';
import { isAdministrator, isAllowed, protectionOf } from '../refs/rules/protection.ts';
import { bypassOf, rulesetsOfRef } from '../refs/rules/rulesets.ts';
import type { Pull } from '../state/pulls.ts';
import type { RequiredCheck } from './checks.ts';
import type { Rule } from '../state/rules.ts';

export type MergeMethod = 'merge' | 'squash' | 'rebase';

/** What branch protection and rulesets together ask of a pull request into a branch. */
export interface MergeRules {
  /** Wanted approvals by people with write access. */
  readonly approvals: number;
  /** Are reviews wanted at all? Then a request for changes blocks. */
  readonly reviews: boolean;
  readonly codeOwners: boolean;
  readonly dismissStale: boolean;
  /** Somebody else than who pushed last must approve. */
  readonly lastPushApproval: boolean;
  readonly resolvedThreads: boolean;
  readonly checks: readonly RequiredCheck[];
  /** The head must contain the base's tip. */
  readonly upToDate: boolean;
  readonly linearHistory: boolean;
  readonly methods: readonly MergeMethod[];
  /** Rulesets answer in other words than branch protection. */
  readonly fromRuleset: boolean;
}

const NONE: MergeRules = {
  approvals: 0,
  reviews: false,
  codeOwners: false,
  dismissStale: false,
  lastPushApproval: false,
  resolvedThreads: false,
  checks: [],
  upToDate: false,
  linearHistory: false,
  methods: ['merge', 'squash', 'rebase'],
  fromRuleset: false,
};

interface PullRequestParameters {
  readonly required_approving_review_count: number;
  readonly dismiss_stale_reviews_on_push: boolean;
  readonly require_code_owner_review: boolean;
  readonly require_last_push_approval: boolean;
  readonly required_review_thread_resolution: boolean;
  readonly allowed_merge_methods?: readonly MergeMethod[];
}

interface StatusCheckParameters {
  readonly required_status_checks: readonly { readonly context: string; readonly integration_id?: number }[];
  readonly strict_required_status_checks_policy: boolean;
}

/** The strictest of both. */
function joined(one: MergeRules, other: Partial<MergeRules>): MergeRules {
  const either = (key: 'reviews' | 'codeOwners' | 'dismissStale' | 'lastPushApproval') =>
    one[key] || other[key] === true;
  return {
    approvals: Math.max(one.approvals, other.approvals ?? 0),
    reviews: either('reviews'),
    codeOwners: either('codeOwners'),
    dismissStale: either('dismissStale'),
    lastPushApproval: either('lastPushApproval'),
    resolvedThreads: one.resolvedThreads || other.resolvedThreads === true,
    checks: [...one.checks, ...(other.checks ?? []).filter((check) => !isAmong(one.checks, check))],
    upToDate: one.upToDate || other.upToDate === true,
    linearHistory: one.linearHistory || other.linearHistory === true,
    methods: one.methods.filter((method) => other.methods?.includes(method) !== false),
    fromRuleset: one.fromRuleset || other.fromRuleset === true,
  };
}

function isAmong(checks: readonly RequiredCheck[], { context, appId }: RequiredCheck): boolean {
  return checks.some((check) => check.context === context && check.appId === appId);
}

/** What one rule of a ruleset asks of a merge. https://docs.github.com/rest/repos/rules */
function ofRule({ type, parameters }: Rule): Partial<MergeRules> | undefined {
  if (type === 'required_linear_history') return { linearHistory: true, fromRuleset: true };
  if (type === 'pull_request') {
    const wanted = parameters as unknown as PullRequestParameters;
    return {
      approvals: wanted.required_approving_review_count,
      reviews: true,
      codeOwners: wanted.require_code_owner_review,
      dismissStale: wanted.dismiss_stale_reviews_on_push,
      lastPushApproval: wanted.require_last_push_approval,
      resolvedThreads: wanted.required_review_thread_resolution,
      ...(wanted.allowed_merge_methods === undefined ? {} : { methods: wanted.allowed_merge_methods }),
      fromRuleset: true,
    };
  }
  if (type !== 'required_status_checks') return undefined;
  const wanted = parameters as unknown as StatusCheckParameters;
  return {
    checks: wanted.required_status_checks.map(({ context, integration_id }) => ({
      context,
      appId: integration_id ?? null,
    })),
    upToDate: wanted.strict_required_status_checks_policy,
    fromRuleset: true,
  };
}

/** The rules for a pull request's base branch; with an actor only those that bind them when they merge. */
export function mergeRules(core: Core, pull: Pick<Pull, 'repositoryId' | 'base'>, actor?: Actor): MergeRules {
  const repository = core.tables.repositories.require(pull.repositoryId);
  let rules = ofProtection(core, repository, pull.base.ref, actor);
  for (const ruleset of rulesetsOfRef(core, repository, `refs/heads/${pull.base.ref}`)) {
    if (ruleset.enforcement !== 'active') continue;
    if (actor !== undefined && bypassOf(core, ruleset, repository, actor, 'merge') !== 'none') continue;
    for (const rule of ruleset.rules) rules = joined(rules, ofRule(rule) ?? {});
  }
  return rules;
}

function ofProtection(
  core: Core,
  repository: Repository,
  branch: string,
  actor: Actor | undefined,
): MergeRules {
  const protection = protectionOf(core, repository.id, branch);
  if (protection === undefined) return NONE;
  if (actor !== undefined && !protection.enforceAdmins && isAdministrator(core, repository, actor))
    return NONE;
  const { checks, conversations, linearHistory } = protection;
  const passes =
    actor !== undefined &&
    protection.reviews?.bypass != null &&
    isAllowed(core, protection.reviews.bypass, actor);
  const reviews = passes ? null : protection.reviews;
  return joined(NONE, {
    ...(reviews === null
      ? {}
      : {
          approvals: reviews.approvals,
          reviews: true,
          codeOwners: reviews.codeOwners,
          dismissStale: reviews.dismissStale,
          lastPushApproval: reviews.lastPush,
        }),
    ...(checks === null ? {} : { checks: checks.checks, upToDate: checks.strict }),
    resolvedThreads: conversations,
    linearHistory,
  });
}

/** May this actor take somebody's review back? Where protection names who may, only they and administrators. */
export function mayDismiss(core: Core, actor: Actor, pull: Pick<Pull, 'repositoryId' | 'base'>): boolean {
  const repository = core.tables.repositories.require(pull.repositoryId);
  if (!may(core, actor.by, repository, 'write', 'pull_requests')) return false;
  const dismissal = protectionOf(core, repository.id, pull.base.ref)?.reviews?.dismissal ?? null;
  if (dismissal === null || isAdministrator(core, repository, actor)) return true;
  return isAllowed(core, dismissal, actor);
}
