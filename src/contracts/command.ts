/** A shell command of the user's and how it is run. Implemented by the pipeline, used by every station that runs user code. */
export interface CommandSpec {
  /** POSIX shell text, run as `/bin/sh -c`. */
  readonly command: string;
  /** Absolute folder it starts in. */
  readonly cwd: string;
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Stopped after this long; null: never. */
  readonly timeoutMs: number | null;
  /** Absolute file that receives stdout and stderr as they come; null: no log. */
  readonly logFile: string | null;
  /** Aborting stops the whole process tree; the promise rejects with CancelledError. */
  readonly signal: AbortSignal;
  /** One finished line without its line end, control characters removed, cut at 16 KiB. */
  onLine?(line: string, stream: OutputStream): void;
  /** The current text of a progress bar (a line that is redrawn with carriage returns), at most ten a second. */
  onProgress?(text: string, stream: OutputStream): void;
}

export type OutputStream = 'stdout' | 'stderr';

/** How a command ended. A failing exit code or a timeout is an outcome, not an exception. */
export interface CommandOutcome {
  /** 0 is success; null when a signal ended it. */
  readonly exitCode: number | null;
  /** `SIGKILL`, `SIGSEGV` …; null when it exited by itself. */
  readonly signal: string | null;
  readonly timedOut: boolean;
  readonly durationMs: number;
  /** User and system time of the tree; null where the platform does not tell. */
  readonly cpuMs: number | null;
  /** Largest sum of resident memory over the tree, sampled; null where the platform does not tell. */
  readonly peakMemoryBytes: number | null;
  /** Up to 40 last lines of both streams in the order they came. */
  readonly lastLines: readonly string[];
}

/** Runs a command to its end. Throws CancelledError, or PlatformError when the shell cannot be started. */
export type RunCommand = (spec: CommandSpec) => Promise<CommandOutcome>;
