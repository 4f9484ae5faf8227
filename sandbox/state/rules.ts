import type { Store } from './store.ts';

export type RuleTarget = 'branch' | 'tag' | 'push';
export type Enforcement = 'active' | 'evaluate' | 'disabled';

/** Who a ruleset does not bind. https://docs.github.com/rest/repos/rules#create-a-repository-ruleset */
export interface BypassActor {
  readonly type: 'Integration' | 'OrganizationAdmin' | 'RepositoryRole' | 'Team' | 'DeployKey' | 'User';
  readonly id: number | null;
  /** `pull_request`: only when a pull request is merged. `exempt`: as if the rules were not there. */
  readonly mode: 'always' | 'pull_request' | 'exempt';
}

/** One rule in GitHub's own form; `type` decides what its parameters are. */
export interface Rule {
  readonly type: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/** Which refs are meant: patterns of full names, `~DEFAULT_BRANCH`, `~ALL`. */
export interface RefCondition {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** Which repositories a ruleset of an organisation is for. */
export interface RepositoryCondition {
  readonly names?: RefCondition & { readonly protected: boolean };
  readonly ids?: readonly number[];
}

export interface Ruleset {
  readonly id: number;
  /** Exactly one of the two is set. */
  readonly repositoryId: number | null;
  readonly organizationId: number | null;
  readonly name: string;
  readonly target: RuleTarget;
  readonly enforcement: Enforcement;
  readonly bypass: readonly BypassActor[];
  readonly refs: RefCondition;
  readonly repositories: RepositoryCondition | null;
  readonly rules: readonly Rule[];
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What a ruleset was after somebody saved it. */
export interface RulesetVersion {
  readonly id: number;
  readonly rulesetId: number;
  readonly actorId: number;
  readonly at: string;
  readonly ruleset: Ruleset;
}

/** Users, teams and Apps by id. */
export interface Allowance {
  readonly users: readonly number[];
  readonly teams: readonly number[];
  readonly apps: readonly number[];
}

/** Classic protection of one branch. https://docs.github.com/rest/branches/branch-protection */
export interface Protection {
  readonly id: number;
  /** `repository:branch` */
  readonly key: string;
  readonly repositoryId: number;
  readonly branch: string;
  readonly checks: {
    readonly strict: boolean;
    /** `appId` null: whoever reported it last; -1 written by a client means the same. */
    readonly checks: readonly { readonly context: string; readonly appId: number | null }[];
  } | null;
  readonly reviews: {
    readonly approvals: number;
    readonly dismissStale: boolean;
    readonly codeOwners: boolean;
    readonly lastPush: boolean;
    readonly dismissal: Allowance | null;
    readonly bypass: Allowance | null;
  } | null;
  readonly restrictions: Allowance | null;
  readonly enforceAdmins: boolean;
  readonly linearHistory: boolean;
  readonly forcePushes: boolean;
  readonly deletions: boolean;
  readonly blockCreations: boolean;
  readonly conversations: boolean;
  readonly signatures: boolean;
  readonly lock: boolean;
  readonly forkSyncing: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** How one rule of one ruleset judged a push. */
export interface RuleEvaluation {
  readonly rulesetId: number | null;
  readonly enforcement: Enforcement;
  readonly result: 'pass' | 'fail';
  readonly type: string;
  readonly details: string | null;
}

/** What the rules said to one change of one ref. */
export interface RuleSuite {
  readonly id: number;
  readonly repositoryId: number;
  readonly actorId: number;
  readonly ref: string;
  readonly before: string;
  readonly after: string;
  readonly at: string;
  readonly result: 'pass' | 'fail' | 'bypass';
  readonly evaluations: readonly RuleEvaluation[];
}

/** Key of a branch's protection. */
export function protectionKey(repositoryId: number, branch: string): string {
  return `${repositoryId}:${branch}`;
}

/** Tables of rulesets, their versions, branch protection, and what rules said. */
export function ruleTables(store: Store) {
  return {
    rulesets: store.table<Ruleset>()('rulesets', {
      key: (row) => row.id,
      indexes: {
        repository: (row) => row.repositoryId ?? undefined,
        organization: (row) => row.organizationId ?? undefined,
      },
    }),
    rulesetVersions: store.table<RulesetVersion>()('ruleset_versions', {
      key: (row) => row.id,
      indexes: { ruleset: (row) => row.rulesetId },
    }),
    protections: store.table<Protection>()('protections', {
      key: (row) => row.key,
      indexes: { repository: (row) => row.repositoryId },
    }),
    ruleSuites: store.table<RuleSuite>()('rule_suites', {
      key: (row) => row.id,
      indexes: { repository: (row) => row.repositoryId },
    }),
  };
}
