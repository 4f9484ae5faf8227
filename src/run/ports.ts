import type { GitState } from '../contracts/result.ts';
import type { RunRecord } from '../contracts/run.ts';
import type { TableFiles } from '../data/ports.ts';
import type { OnnxRuntime } from '../evaluation/ports.ts';
import type { RunStore } from '../experiments/ports.ts';
import type { TrainPorts } from '../training/ports.ts';

/** The commit a candidate is judged against, and the name by which it was found. */
export interface BaseCommit {
  readonly commit: string;
  readonly ref: string;
}

/** What a run asks of the repository. */
export interface Repository {
  /** Absolute top folder; the config's folder outside of git. */
  readonly root: string;
  state(): Promise<GitState>;
  /**
   * The merge base with `ref` (default: origin/HEAD, main, master; on that branch itself HEAD while tracked files are
   * modified, else HEAD~1). Null outside of git, before a first commit, or on a repository's first commit.
   * Throws InputError GIT when `ref` does not exist.
   */
  base(ref: string | undefined): Promise<BaseCommit | null>;
  /** Content of a file at a commit; null where it does not exist there. Path relative to the root, with `/`. */
  fileAt(commit: string, path: string): Promise<string | null>;
  /** Writes all files of a commit into an absent folder, whole or not at all; the user's index is not touched. */
  checkout(commit: string, into: string): Promise<void>;
  /** Files that differ between a commit and the working tree, relative to the root. */
  changedSince(commit: string): Promise<readonly string[]>;
}

/** Facts of the machine that a run records. */
export type Machine = Omit<RunRecord['environment'], 'install'>;

/** Everything a pipeline run needs from outside. */
export interface RunPorts {
  readonly repository: Repository;
  readonly tables: TableFiles;
  readonly training: TrainPorts;
  readonly onnx: OnnxRuntime;
  readonly runs: RunStore;
  readonly machine: Machine;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** In [0, 1): ids of runs only, nothing that is measured. */
  readonly random: () => number;
}
