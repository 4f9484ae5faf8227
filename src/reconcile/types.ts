import type { Mode, Person } from '../contracts/entry.ts';
import type { Deployer } from '../deployment/ports.ts';
import type { Decided, SourcePull, World } from '../promotion/index.ts';
import type { Log, LogTrust, RecordedEntry } from '../registry/index.ts';
import type { LogStore, TagHistory } from '../registry/ports.ts';
import type { PullJudgement } from './evaluation/index.ts';
import type { ReadConfig, ReconcileMemory } from './memory.ts';
import type { RepositoryPort } from './ports.ts';

/** What reconciling acts through. */
export interface ReconcilePorts {
  readonly repository: RepositoryPort;
  readonly log: LogStore;
  readonly deployer: Deployer;
  /** Tags that GTO reads: adopted from, and written as a view. */
  readonly tagHistory?: TagHistory;
  readonly trust: LogTrust;
  readonly mode: Mode;
  /** The account this code acts as. */
  readonly self: Person;
  /** Address of the repository’s page. */
  readonly page: string;
  /** What was judged of a pull request, by model. */
  evaluations?(pull: number): SourcePull['evaluations'];
  /** What is known of the heads of open pull requests: judging takes minutes and is not waited for here. */
  judgements?(): readonly PullJudgement[];
  /** What was judged of closed ones: it stays in their reports. */
  pastJudgements?(): readonly PullJudgement[];
  /** Sends a notice to the address that a secret holds, where this process has it: a runner, never the bot. */
  send?(secret: string, text: string): Promise<void>;
  /** Work beside the decisions, before them: versions that were half done, evaluations, an adopted history. */
  readonly chores?: readonly Chore[];
}

/** A piece of work that may append entries; gives the log as it left it. */
export type Chore = (log: Log, config: ReadConfig, memory: ReconcileMemory) => Promise<Log>;

/** One line for the log: what was ignored, refused or done, and why. */
export interface Line {
  readonly level: 'info' | 'warn';
  readonly message: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface ReconcileOptions {
  readonly signal?: AbortSignal;
  readonly sleep: (ms: number) => Promise<void>;
  readonly log?: (line: Line) => void;
  /** Decide only: nothing is written, no views. */
  readonly dryRun?: boolean;
}

export interface Summary {
  /** The repository has no slipway.yaml on its default branch. */
  readonly ignored: boolean;
  readonly recorded: readonly RecordedEntry[];
  readonly decided: Decided | null;
  readonly blocked: World['log']['blocked'];
  /** Calls may go on after this time. */
  readonly parkedUntil: Date | null;
  /** The pass did not come to its end: look again soon. */
  readonly dirty: boolean;
  /** Deployments run, or something waits for time. */
  readonly unfinished: boolean;
  /** API calls it took. */
  readonly calls: number;
}
