import type { Task } from '../../contracts/comparison.ts';

/** A guessed value and what it was guessed from. */
export interface Guess<T> {
  readonly value: T;
  readonly why: string;
}

/** What is predicted. */
export interface TargetProposal {
  readonly column: string;
  readonly why: string;
  readonly task: Guess<Task>;
  readonly positive: Guess<string> | null;
}

/** Paths are relative to the model's folder. */
export interface DataProposal {
  readonly source: Guess<string>;
  /** Where test rows are a file of their own; `source` is then the training file. */
  readonly apart: { readonly test: string; readonly validation: string | null } | null;
  /** Where the targets are files of their own (y_train.csv beside X_train.csv). */
  readonly targetFile: {
    readonly train: string;
    readonly test: string | null;
    readonly validation: string | null;
  } | null;
  readonly headerless: boolean;
  readonly inPlace: Guess<boolean> | null;
  readonly testSize: Guess<number>;
  readonly id: Guess<string> | null;
  readonly unit: Guess<string> | null;
  /** A column of dates, where there is one. */
  readonly time: string | null;
  readonly notes: readonly string[];
}

export interface EnvironmentProposal {
  readonly install: Guess<string> | null;
  readonly lock: readonly string[];
  readonly notes: readonly string[];
}

/** One model of the config that `init` writes. */
export interface ModelProposal {
  readonly name: string;
  /** Relative to the repository, `.` at its top. */
  readonly dir: string;
  /** The file it was found in; null where nothing was found and a pattern is written. */
  readonly found: string | null;
  readonly target: TargetProposal;
  readonly data: DataProposal;
  readonly environment: EnvironmentProposal | null;
  readonly train: {
    readonly run: Guess<readonly string[]>;
    /** Empty: every file of the model's folder. */
    readonly inputs: readonly string[];
    readonly params: readonly string[];
    readonly model: readonly string[];
    readonly entry: Guess<string> | null;
    readonly metrics: readonly string[];
    readonly notes: readonly string[];
  };
  readonly predict: Guess<string> | null;
}
