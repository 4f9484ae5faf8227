import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

import type { CommandOutcome, CommandSpec, OutputStream } from '../contracts/command.ts';
import { CancelledError, PlatformError } from '../contracts/errors.ts';
import { LineSplitter } from './lines.ts';
import type { Processes, RunningProcess } from './ports.ts';

/** Between SIGTERM and SIGKILL: long enough for a training to write a checkpoint. */
const STOP_GRACE_MS = 10_000;
const LAST_LINES = 40;
const PROGRESS_EVERY_MS = 100;
/** A log is for reading; the last lines are kept apart, so what is cut here is the middle of a flood. */
const MAX_LOG_BYTES = 64 * 1024 * 1024;

/**
 * Runs a shell command to its end: lines to the listener and the log as they come, the whole tree stopped at the
 * timeout and on abort. Throws CancelledError after an abort (when nothing of the tree is left), PlatformError when
 * the shell or the log cannot be started. A failing exit code is an outcome.
 */
export async function runCommand(
  spec: CommandSpec,
  ports: { readonly processes: Processes },
): Promise<CommandOutcome> {
  if (spec.signal.aborted) throw new CancelledError();
  const log = openLog(spec.logFile);
  const output = new Output(spec, log);
  const began = performance.now();
  try {
    const running = await ports.processes.start({
      ...spec,
      onOutput: (chunk, stream) => output.take(chunk, stream),
    });
    const { timedOut, ...exit } = await waitFor(running, spec);
    output.end();
    return { ...exit, timedOut, durationMs: performance.now() - began, lastLines: output.lastLines };
  } finally {
    log?.close();
  }
}

async function waitFor(running: RunningProcess, spec: CommandSpec) {
  let timedOut = false;
  const stop = (): void => running.stop(STOP_GRACE_MS);
  const onTimeout = (): void => {
    timedOut = true;
    stop();
  };
  const cancelTimer = spec.timeoutMs === null ? () => undefined : startTimer(spec.timeoutMs, onTimeout);
  spec.signal.addEventListener('abort', stop, { once: true });
  // An abort while the shell was being started came before anybody listened.
  if (spec.signal.aborted) stop();
  try {
    const exit = await running.ended;
    if (spec.signal.aborted) throw new CancelledError();
    return { ...exit, timedOut };
  } finally {
    cancelTimer();
    spec.signal.removeEventListener('abort', stop);
  }
}

/** The longest delay that a timer takes; longer timeouts (24.8 days) are waited for in pieces. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

function startTimer(delayMs: number, onEnd: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = (left: number): void => {
    const piece = Math.min(left, LONGEST_TIMER_MS);
    timer = setTimeout(() => (left > piece ? wait(left - piece) : onEnd()), piece);
  };
  wait(delayMs);
  return () => clearTimeout(timer);
}

/** Both streams of a command: lines to the listener, to the log, and the last of them kept. */
class Output {
  readonly lastLines: string[] = [];
  readonly #spec: CommandSpec;
  readonly #log: Log | null;
  readonly #splitters: Readonly<Record<OutputStream, LineSplitter>>;
  #progressAt = -Infinity;

  constructor(spec: CommandSpec, log: Log | null) {
    this.#spec = spec;
    this.#log = log;
    this.#splitters = { stdout: this.#splitter('stdout'), stderr: this.#splitter('stderr') };
  }

  take(chunk: Uint8Array, stream: OutputStream): void {
    this.#splitters[stream].write(chunk);
  }

  end(): void {
    this.#splitters.stdout.end();
    this.#splitters.stderr.end();
  }

  #splitter(stream: OutputStream): LineSplitter {
    return new LineSplitter({
      onLine: (line) => {
        if (line.trim() !== '') this.lastLines.push(line);
        if (this.lastLines.length > LAST_LINES) this.lastLines.shift();
        this.#log?.write(`${line}\n`);
        this.#spec.onLine?.(line, stream);
      },
      onProgress: (text) => {
        const now = performance.now();
        if (now - this.#progressAt < PROGRESS_EVERY_MS) return;
        this.#progressAt = now;
        this.#spec.onProgress?.(text, stream);
      },
    });
  }
}

interface Log {
  write(text: string): void;
  close(): void;
}

function openLog(file: string | null): Log | null {
  if (file === null) return null;
  let left = MAX_LOG_BYTES;
  const descriptor = openForWriting(file);
  return {
    write(text) {
      if (left <= 0) return;
      left -= text.length;
      writeQuietly(
        descriptor,
        left > 0 ? text : `${text}… the log ends here: it has reached ${MAX_LOG_BYTES} bytes\n`,
      );
    },
    close: () => closeSync(descriptor),
  };
}

function openForWriting(file: string): number {
  try {
    mkdirSync(dirname(file), { recursive: true });
    return openSync(file, 'w');
  } catch (error) {
    const message = `cannot write the log ${file}: ${(error as Error).message}`;
    throw new PlatformError({ code: 'DISK', message }, { cause: error });
  }
}

function writeQuietly(descriptor: number, text: string): void {
  try {
    writeSync(descriptor, text);
  } catch {
    // A full disk must not end a training that would otherwise succeed; taking over its outputs will say it.
  }
}
