import type { DeployOutcome } from '../contracts/deployment.ts';
import type { Approval, EntryDraft, Mode, Person } from '../contracts/entry.ts';
import type { ModelState } from '../contracts/model-state.ts';

/** What a person asks for. A label or comment is only that: whether it is granted is decided from the log. */
export const REQUEST_KINDS = [
  'promote',
  'approve',
  'rollback',
  'freeze',
  'unfreeze',
  'accept',
  'accept-test',
] as const;
export type RequestKind = (typeof REQUEST_KINDS)[number];

/** Where a request was made: the label event or comment it is, of which pull request or issue. */
export interface RequestSource {
  readonly via: 'label' | 'comment' | 'command';
  /** Id of the `labeled` event or of the comment; 0 for a command line. */
  readonly event: number;
  /** Number of the pull request or issue; null for a command line. */
  readonly issue: number | null;
  /** Whether `issue` is a pull request: its version is meant where none is named. */
  readonly pull: boolean;
  /** Line of the comment, from 1: several commands of one comment are answered in their order. 0 elsewhere. */
  readonly line: number;
}

export interface Request {
  /** {@link requestKey} of it: the same event is always the same request. */
  readonly key: string;
  readonly kind: RequestKind;
  /** Null: all models whose version came from the request's pull request (labels). */
  readonly model: string | null;
  /**
   * Null: the version of the request's pull request; outside of one the newest there was when it was asked; for a
   * rollback the one that ran verified before. Always `v1.2.3`.
   */
  readonly version: string | null;
  /** Null only for accept and accept-test. */
  readonly stage: string | null;
  readonly reason: string | null;
  readonly actor: Person;
  readonly source: RequestSource;
  /** When GitHub says it was made, ISO. */
  readonly at: string;
}

/** Rights that a role carries, from none to all. */
export const ROLES = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** What somebody may do now: asked of GitHub just before it is used, never remembered. */
export interface PersonNow {
  readonly id: number;
  readonly login: string;
  readonly role: Role;
  /** Of the teams that approvers name, those the person is an active member of: `@acme/ml`. */
  readonly teams: readonly string[];
  /** Apps and bots never approve. */
  readonly bot: boolean;
}

/** A pull request as far as promotions need it. */
export interface SourcePull {
  readonly number: number;
  readonly author: Person;
  /** Accounts of its commits, where they are known: none of them accepts an evaluation of their own work. */
  readonly authors?: readonly Person[];
  readonly merged: boolean;
  /** Evaluation records of its final head by model: what /accept speaks of. */
  readonly evaluations: Readonly<Record<string, PullEvaluation>>;
}

/** What was judged of a pull request, as far as accepting it goes. */
export interface PullEvaluation {
  /** Digest of the evaluation record. */
  readonly digest: string;
  readonly decision: string;
  readonly reason: string;
  /** ISO: whoever accepts must have been able to see it. */
  readonly judged: string;
}

/** Everything a decision reads. Nothing in it comes from text that a writer can edit. */
export interface World {
  readonly repository: number;
  readonly mode: Mode;
  /** Commit the config was read from. */
  readonly config: string | null;
  readonly log: {
    readonly n: number;
    readonly models: ReadonlyMap<string, ModelState>;
    /** Set where nothing may be written: the sentence that says why, and the repair. */
    readonly blocked: { readonly message: string; readonly repair: string } | null;
    /** Entries that answer a request's or step's key: its n. */
    readonly recorded: ReadonlyMap<string, number>;
  };
  /** In any order: {@link inOrder} puts them into GitHub's own. */
  readonly requests: readonly Request[];
  /** By account id; a person who is not here has no rights. */
  readonly people: ReadonlyMap<number, PersonNow>;
  readonly pulls: ReadonlyMap<number, SourcePull>;
  /** By n of the promote or rollback entry; none: not started. */
  readonly deployments: ReadonlyMap<number, DeployOutcome>;
  /** The account this code acts as. */
  readonly self: Person;
}

/** Of one stage, after parsing slipway.yaml (durations in ms). */
export interface StagePolicy {
  readonly after: string | null;
  readonly soakMs: number;
  readonly approvals: number;
  /** Logins and `@org/team`; empty: everybody who may write. */
  readonly approvers: readonly string[];
  readonly holdout: 'hidden' | 'visible';
  /** False where the stage has no target: a promotion is then verified at once. */
  readonly deploys: boolean;
}

/** model → stage → policy, from the default branch. */
export type PromotionConfig = Readonly<Record<string, Readonly<Record<string, StagePolicy>>>>;

/** Why a request is not (yet) granted, and what would change that. */
export const RULES = [
  'unknown-model',
  'unknown-stage',
  'unknown-version',
  'unknown-command',
  'syntax',
  'not-registered',
  'already-there',
  'superseded',
  'edited',
  'no-rights',
  'is-bot',
  'frozen',
  'not-frozen',
  'order',
  'soak',
  'approvals',
  'used-up',
  'author-only',
  'verdict',
  'holdout',
  'deploying',
  'nothing-to-roll-back',
  'nothing-to-accept',
  'mode',
  'blocked',
] as const;
export type Rule = (typeof RULES)[number];

export interface Unmet {
  readonly rule: Rule;
  /** What is, in one sentence. */
  readonly message: string;
  /** What would satisfy the rule: a command to type, a person to ask, a time to wait for. */
  readonly satisfy: string;
}

/** What is said of a request. */
export interface Answer {
  readonly request: Request;
  /** Key under which the log records it: of this request and this model. */
  readonly key: string;
  readonly model: string | null;
  readonly version: string | null;
  /**
   * granted: an action records it, in its turn (approve: it counts now) · recorded: the log holds it · waiting: may
   * still be met · refused: never as it is.
   */
  readonly status: 'granted' | 'recorded' | 'waiting' | 'refused';
  /** Entry that recorded it. */
  readonly n: number | null;
  /** All rules at once, none for granted and recorded. */
  readonly unmet: readonly Unmet[];
  /** Approvals that count now for this version and stage, for promote and approve. */
  readonly approvals: readonly Approval[];
  /** How many the stage asks for. */
  readonly needed: number;
}

export type Action =
  /** Append this entry. */
  | { readonly do: 'append'; readonly draft: EntryDraft }
  /** Start the deployment of entry n (idempotent by n). */
  | {
      readonly do: 'deploy';
      readonly n: number;
      readonly model: string;
      readonly stage: string;
      readonly version: string;
    };

export interface Decided {
  /** The one next thing to do; null: nothing until the world changes or `wake`. */
  readonly next: Action | null;
  /** One for each request and model it speaks of, in the order of {@link inOrder}. */
  readonly answers: readonly Answer[];
  /** Stages that failed and stay so until a person acts. */
  readonly stuck: readonly Stuck[];
  /** When time alone may change the decision (soak ends); null: never. */
  readonly wake: Date | null;
}

/** A stage whose newest entry failed, with no version to go back to by itself. */
export interface Stuck {
  readonly model: string;
  readonly stage: string;
  /** The entry that failed. */
  readonly n: number;
  readonly version: string;
  readonly message: string;
  readonly satisfy: string;
}
