import type { Person } from '../contracts/entry.ts';
import type { CommentEvent, LabelEvent, Role } from '../promotion/index.ts';

export type { CommentEvent, LabelEvent, Role };

export type * from './evaluation/ports.ts';

/**
 * What reconciling asks of GitHub: values, and no names of a client's types. Reads may be repeated by who implements
 * them; writes are tried once and may throw PlatformError AMBIGUOUS. All of it may throw Limited and Refused of the
 * platform (both PlatformError: RATE_LIMITED with `until`, GITHUB_REFUSED with `status`).
 */

export interface RepositoryFacts {
  /** Stays the same when the repository is renamed. */
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly defaultBranch: string;
}

/** An issue or a pull request, as far as a list of them tells. */
export interface Conversation {
  readonly number: number;
  readonly isPull: boolean;
  readonly open: boolean;
  readonly merged: boolean;
  readonly author: Person;
  readonly title: string;
  readonly labels: readonly string[];
  /** Number of comments. */
  readonly comments: number;
  /** ISO. Any label, comment or edit moves it. */
  readonly updated: string;
}

export interface PullFacts {
  readonly number: number;
  readonly author: Person;
  readonly open: boolean;
  readonly draft: boolean;
  readonly merged: boolean;
  /** Head commit, and whether it lives in this repository (not in a fork). */
  readonly head: { readonly commit: string; readonly branch: string; readonly here: boolean };
  readonly base: { readonly branch: string; readonly commit: string };
  /** Of the merge, null before. */
  readonly mergeCommit: string | null;
}

export interface CheckRun {
  readonly id: number;
  readonly name: string;
  /** Login of the bot whose App made it; null where GitHub does not say. */
  readonly by: string | null;
  readonly externalId: string | null;
  readonly status: string;
  readonly conclusion: string | null;
  readonly title: string | null;
  readonly summary: string | null;
}

export interface CheckInput {
  readonly name: string;
  readonly externalId: string;
  readonly status: 'queued' | 'in_progress' | 'completed';
  readonly conclusion?: 'success' | 'failure' | 'neutral' | 'action_required' | 'skipped';
  readonly title: string;
  readonly summary: string;
  readonly url?: string;
}

/** A deployment record of GitHub's: shown to people, never read for a decision, as any writer can make one. */
export interface DeploymentRecord {
  readonly id: number;
  readonly commit: string;
  readonly environment: string;
  readonly payload: unknown;
  readonly author: number | null;
}

export interface DeploymentStatus {
  readonly id: number;
  readonly state: string;
  readonly description: string;
}

export interface WorkflowRun {
  readonly id: number;
  /** The run's own name, as `run-name` of its workflow gives it. */
  readonly title: string;
  readonly event: string;
  readonly branch: string | null;
  readonly status: string;
  readonly conclusion: string | null;
  readonly attempt: number;
  /** Who caused the first attempt, and who this one. */
  readonly actor: number;
  readonly triggeredBy: number;
  readonly created: string;
  readonly url: string;
}

export type Reaction = '+1' | '-1' | 'eyes' | 'rocket' | 'confused' | 'hooray';

/** Reads that decisions stand on. */
export interface RepositoryReads {
  facts(): Promise<RepositoryFacts>;
  /** Commit of a branch; null where there is none. */
  head(branch: string): Promise<string | null>;
  /** Bytes of a file at a commit; null where there is none. */
  file(commit: string, path: string): Promise<Uint8Array | null>;
  /** Open ones, or all that were updated since (ISO), each once, oldest update first. */
  conversations(
    which: { readonly open: true } | { readonly since: string },
  ): Promise<readonly Conversation[]>;
  conversation(number: number): Promise<Conversation | null>;
  /** By rising id. */
  labelEvents(number: number): Promise<readonly LabelEvent[]>;
  /** By rising id. `atLeast`: how many there must be by what the conversation said; fewer are read once more. */
  comments(number: number, atLeast?: number): Promise<readonly CommentEvent[]>;
  /** When an issue was last brought here from another repository, with all its comments (ISO); null: never. */
  arrived(number: number): Promise<string | null>;
  pull(number: number): Promise<PullFacts | null>;
  openPulls(): Promise<readonly PullFacts[]>;
  /** Accounts that GitHub knows as author or committer of a pull request's commits, each once. */
  makersOf(pull: number): Promise<readonly Person[]>;
  /** Pull requests that hold a commit. */
  pullsOf(commit: string): Promise<readonly PullFacts[]>;
  /** Whether a commit is the head of a branch or among its ancestors. */
  isOn(commit: string, branch: string): Promise<boolean>;
  /** Accounts that GitHub knows as author of a commit: one or none. */
  authorsOf(commit: string): Promise<readonly Person[]>;
  /** Role now; `none` also where the login belongs to another account by now. */
  role(person: Person): Promise<Role>;
  /** Active member of `@org/team` now. */
  isMember(team: string, login: string): Promise<boolean>;
  /** Newest first, not older than `since` (ISO). */
  runs(query: {
    readonly event: string;
    readonly actor?: string;
    readonly branch?: string;
    readonly since?: string;
  }): Promise<readonly WorkflowRun[]>;
  /** Kinds of rules that apply to a branch: `non_fast_forward`, `deletion`, `update`, … */
  branchRules(branch: string): Promise<readonly string[]>;
  /** Now, by GitHub's clock as far as it is known. */
  readonly now: () => Date;
  /** API calls made so far through this connection. */
  readonly calls: () => number;
}

/** Views: what people see. Nothing of it is ever read for a decision. */
export interface RepositoryViews {
  createComment(number: number, body: string): Promise<CommentEvent>;
  updateComment(id: number, body: string): Promise<void>;
  /** Gone already is fine. */
  deleteComment(id: number): Promise<void>;
  /** Once each, however often it is asked for. */
  react(comment: number, reaction: Reaction): Promise<void>;
  labels(): Promise<readonly string[]>;
  ensureLabel(label: {
    readonly name: string;
    readonly color: string;
    readonly description: string;
  }): Promise<void>;
  addLabels(number: number, labels: readonly string[]): Promise<void>;
  /** Gone already is fine. */
  removeLabel(number: number, label: string): Promise<void>;
  checks(commit: string, name: string): Promise<readonly CheckRun[]>;
  createCheck(commit: string, check: CheckInput): Promise<CheckRun>;
  updateCheck(id: number, check: CheckInput): Promise<void>;
  deployments(environment: string): Promise<readonly DeploymentRecord[]>;
  createDeployment(deployment: {
    readonly commit: string;
    readonly environment: string;
    readonly description: string;
    readonly production: boolean;
    readonly payload: Readonly<Record<string, unknown>>;
  }): Promise<DeploymentRecord>;
  deploymentStatuses(id: number): Promise<readonly DeploymentStatus[]>;
  createDeploymentStatus(
    id: number,
    status: {
      readonly state: 'in_progress' | 'success' | 'failure' | 'inactive' | 'queued';
      readonly description: string;
      readonly url?: string;
    },
  ): Promise<void>;
}

export interface RepositoryPort extends RepositoryReads, RepositoryViews {}
