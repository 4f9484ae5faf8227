import type { JobLeg, RunnerEvent, RunnerName, RunnerServices } from '../leg.ts';
import type { FindAction } from './action-source.ts';

export interface ActOptions {
  /** The act binary; without it the one beside this project, then the one on `path`. */
  readonly act?: string;
  /** PATH of steps; the Node that runs the sandbox comes before it. */
  readonly path: string;
  readonly services: RunnerServices;
  readonly find: FindAction;
  /** Folder for the legs; nothing else may be in it, and its path may hold no blanks. */
  readonly work: string;
  /** Which runner takes a leg. */
  readonly runner: (leg: JobLeg) => RunnerName;
  /** Further variables of every step: where packages come from, a proxy. */
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds of a minute of `timeout-minutes`. */
  readonly minute?: number;
}

/** One leg with all it needs. */
export interface LegRun extends ActOptions {
  readonly act: string;
  readonly leg: JobLeg;
  /** This leg's own folder. */
  readonly folder: string;
  readonly report: (event: RunnerEvent) => void;
  readonly signal: AbortSignal;
}
