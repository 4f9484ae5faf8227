import type { Person } from '../../contracts/entry.ts';
import type { Registered, Registration } from '../../registry/index.ts';
import type { RunArtifact } from '../evaluation/ports.ts';
import type { JudgingMemory, JudgingPorts } from '../evaluation/types.ts';
import type { PullJudgement } from '../evaluation/results.ts';
import type { RepositoryReads } from '../ports.ts';

/** Everything that registering what was merged goes through. */
export interface MergingPorts extends JudgingPorts {
  readonly repository: Pick<
    RepositoryReads,
    'facts' | 'now' | 'pullsOf' | 'conversation' | 'isOn' | 'authorsOf' | 'makersOf'
  >;
  /** The real one, bound to the releases, tags and log of this repository. */
  register(registration: Registration): Promise<Registered>;
  /** The account this code acts as. */
  readonly self: Person;
}

/** What one process knows from earlier passes. It may be forgotten at any time. */
export interface MergingMemory {
  readonly judging: JudgingMemory;
  /** What finished runs uploaded, by run and attempt. */
  readonly uploads: Map<string, readonly RunArtifact[]>;
  /** Artifacts that were dealt with, as run, attempt and name. */
  readonly settled: Set<string>;
  /** How often one crashed. */
  readonly crashes: Map<string, number>;
  /** What became of the newest artifact of each model. */
  readonly results: Map<string, PullJudgement>;
}

/** A memory that knows nothing; the ledger is the one that judging reads. */
export function newMergingMemory(judging: JudgingMemory): MergingMemory {
  return { judging, uploads: new Map(), settled: new Set(), crashes: new Map(), results: new Map() };
}
