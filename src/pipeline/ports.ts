import type { OutputStream } from '../contracts/command.ts';

/** A process to start: a shell command with its whole environment, in a process group of its own. */
export interface ProcessRequest {
  readonly command: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  onOutput(chunk: Uint8Array, stream: OutputStream): void;
}

export interface ProcessExit {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly cpuMs: number | null;
  readonly peakMemoryBytes: number | null;
}

export interface RunningProcess {
  readonly pid: number;
  /** Settles when the command has ended, nothing of its tree is left and all output was delivered. Never rejects. */
  readonly ended: Promise<ProcessExit>;
  /** SIGTERM to the whole tree, SIGKILL to what is left after the grace. May be called more than once. */
  stop(graceMs: number): void;
}

/** The machine's processes. Implemented by src/platform/compute. */
export interface Processes {
  /** Throws PlatformError when the shell cannot be started. */
  start(request: ProcessRequest): Promise<RunningProcess>;
}
