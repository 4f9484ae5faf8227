import type { StoredFile } from '../contracts/artifacts.ts';
import type { OutputStream } from '../contracts/command.ts';
import type { Warning } from '../contracts/comparison.ts';
import type { Digest } from '../contracts/digest.ts';
import type { EnvironmentConfig, TrainConfig } from './schema.ts';

/** The rows a training may see, and what it must not. */
export interface TrainData {
  /** Absolute files given to the command. */
  readonly train: string;
  readonly validation: string | null;
  readonly digests: { readonly train: Digest; readonly validation: Digest | null };
  /** Files put into the work copy in the place of the originals: `path` relative to `dir`, `file` absolute. */
  readonly inPlace: readonly { readonly path: string; readonly file: string }[];
  /** Files of the source tree that hold test rows, relative to `dir` or absolute: never in the work copy, nor in the key. */
  readonly withheld: readonly string[];
}

/** A source tree and the model's place in it. */
export interface SourceTree {
  /** Absolute top folder: the repository, or a checkout of another commit. Not part of any key. */
  readonly root: string;
  /** Absolute folder of the model, `root` or inside it. */
  readonly dir: string;
}

export interface TrainRequest extends SourceTree {
  readonly model: string;
  readonly train: TrainConfig;
  readonly environment: EnvironmentConfig | null;
  readonly data: TrainData;
  /** Absolute `.slipway` folder. */
  readonly slipwayDir: string;
  /** First seed, an integer of 0 or more. */
  readonly seed: number;
  readonly signal: AbortSignal;
  onEvent?(event: TrainEvent): void;
  /** Trains though the result is there, and says whether the same bytes came out. */
  readonly force?: boolean;
}

/** What happens while training, in order, for progress. */
export type TrainEvent =
  | { readonly type: 'reused'; readonly key: Digest }
  /** Another process trains or installs the same; this one waits and then reuses. */
  | { readonly type: 'waiting'; readonly for: 'train' | 'install'; readonly owner: string }
  | { readonly type: 'copying'; readonly files: number }
  | { readonly type: 'installing'; readonly command: string; readonly environment: Digest }
  | {
      readonly type: 'training';
      readonly command: string;
      readonly seed: number;
      readonly repeat: number;
      readonly repeats: number;
    }
  | { readonly type: 'line'; readonly line: string; readonly stream: OutputStream }
  | { readonly type: 'progress'; readonly text: string; readonly stream: OutputStream }
  | { readonly type: 'trained'; readonly seed: number; readonly durationMs: number };

/** One training with one seed. */
export interface TrainedSeed {
  readonly seed: number;
  /** Absolute; null when no entry is declared and none can be told. */
  readonly entry: string | null;
  /** Absolute folder of the model's files, in the cache: never write to it. */
  readonly outputsDir: string;
}

export interface TrainResult {
  /** The train key (docs/training.md). */
  readonly key: Digest;
  readonly status: 'ran' | 'reused';
  /** Why it ran, as sentences; empty when reused. */
  readonly why: readonly string[];
  readonly outputsDir: string;
  /** Of the first seed, the artifact. */
  readonly files: readonly StoredFile[];
  readonly entry: string | null;
  /** Numbers the command reported, by dotted name; null when none are declared. */
  readonly metrics: Readonly<Record<string, number>> | null;
  readonly params: Readonly<Record<string, unknown>>;
  /** At least one; the first is the artifact. */
  readonly seeds: readonly TrainedSeed[];
  /** True when different seeds gave the same bytes. */
  readonly seedIgnored: boolean;
  /** Of all seeds together, as measured when they ran. */
  readonly durationMs: number;
  readonly peakMemoryBytes: number | null;
  readonly cpuMs: number | null;
  readonly environment: TrainedEnvironment;
  /** Log of the artifact's training. */
  readonly logFile: string | null;
  readonly warnings: readonly Warning[];
}

export interface TrainedEnvironment {
  /** Digest of the installed environment; null when nothing is installed. */
  readonly digest: Digest | null;
  /** Declared variables. */
  readonly variables: Readonly<Record<string, string>>;
  /** Folders of the installed environment that come first on PATH. */
  readonly pathPrefix: readonly string[];
}

/** A command run in a fresh copy of a tree with its own environment: prediction. */
export interface EnvironmentRequest extends SourceTree {
  readonly model: string;
  readonly train: TrainConfig;
  readonly environment: EnvironmentConfig | null;
  /** May hold `{model}`, `{input}`, `{output}` (any name of `values`) and `{params.x}`, each filled in shell-quoted. */
  readonly command: string;
  readonly values: Readonly<Record<string, string>>;
  /** Trained files: put at their declared places in the copy; `{model}` is the entry there unless `values` has it. */
  readonly outputs: { readonly dir: string; readonly entry: string | null } | null;
  readonly withheld: readonly string[];
  readonly slipwayDir: string;
  readonly seed: number;
  readonly timeoutMs: number | null;
  readonly logFile: string | null;
  readonly signal: AbortSignal;
  onEvent?(event: TrainEvent): void;
}
