import type { Mode } from '../../contracts/entry.ts';
import type { ModelState } from '../../contracts/model-state.ts';
import type { LogTrust } from '../../registry/index.ts';
import type { RepositoryReads } from '../ports.ts';
import { newLedgerMemory, type LedgerMemory } from './ledger.ts';
import type { ArtifactSource, BaselineSource, Judge, Ledger } from './ports.ts';
import type { PullJudgement } from './results.ts';

/** Everything that judging pull requests goes through. */
export interface JudgingPorts {
  readonly repository: Pick<RepositoryReads, 'facts' | 'now'>;
  readonly artifacts: ArtifactSource;
  readonly ledger: Ledger;
  readonly judge: Judge;
  readonly baselines: BaselineSource;
  readonly mode: Mode;
  readonly trust: LogTrust;
  /** Version of Slipway. */
  readonly slipway: string;
}

/** What one process knows from earlier passes. It may be forgotten at any time. */
export interface JudgingMemory {
  readonly ledger: LedgerMemory;
  /** Head of each pull request as it was last seen. */
  readonly heads: Map<number, string>;
  /** Runs of each head, as they were when all that they handed over was dealt with. */
  readonly settled: Map<string, string>;
  /** Runs whose artifacts are not looked at, of which the log was told. */
  readonly passedOver: Set<string>;
  /** By head and artifact. */
  readonly results: Map<string, PullJudgement>;
  /** How often judging an artifact crashed. */
  readonly crashes: Map<string, number>;
}

/** What judges: the default branch as it stands, and the versions there are. */
export interface JudgedBy {
  /** Commit of the default branch, and the models its config declares. */
  readonly commit: string;
  readonly models: readonly string[];
  /** The log's state. */
  readonly versions: ReadonlyMap<string, ModelState>;
}

export interface JudgingOptions {
  readonly signal?: AbortSignal;
  /** One line for the log: what was ignored, refused or judged, and why. */
  readonly log?: (line: {
    readonly level: 'info' | 'warn';
    readonly message: string;
    readonly facts: Readonly<Record<string, unknown>>;
  }) => void;
}

/** A memory that knows nothing. */
export function newJudgingMemory(): JudgingMemory {
  return {
    ledger: newLedgerMemory(),
    heads: new Map(),
    settled: new Map(),
    passedOver: new Set(),
    results: new Map(),
    crashes: new Map(),
  };
}
