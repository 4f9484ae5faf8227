import type { ProblemCode, ReasonCode } from '../contracts/codes.ts';
import { EXIT, exitCodeOf, type Decision } from '../contracts/decision.ts';
import {
  CancelledError,
  CommandError,
  InputError,
  PlatformError,
  isCodedError,
  type Problem,
} from '../contracts/errors.ts';
import type { GitState, ResultHead } from '../contracts/result.ts';
import { gitState } from '../platform/git/state.ts';
import { describeBug, describeProblems } from './describe.ts';
import { print } from './print.ts';
import { onStopRequest } from './stop.ts';
import { createProgress, type Progress } from './progress.ts';
import { VERSION } from './version.ts';

/** What a command gets from the command line: its flags, a way to be stopped, a way to show progress. */
export interface Session {
  readonly flags: Readonly<Record<string, unknown>>;
  readonly cwd: string;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  readonly color: boolean;
  /** Columns of the terminal, or 100. */
  readonly width: number;
}

/** What a command ends with: for people (`text`) and for programs (`document`). */
export interface Outcome {
  /** `slipway.<kind>/1` */
  readonly schema: string;
  readonly decision: Decision;
  readonly reason: ReasonCode | ProblemCode;
  readonly message: string;
  readonly document: object;
  /** Made only when it is shown: renderers take longer to load than an unchanged run takes. */
  readonly text: string | (() => Promise<string>);
  /** Where it is not the decision's own. */
  readonly exitCode?: number;
  /** The command has printed what there was to say while it ran. */
  readonly silent?: boolean;
  /** Of the repository that was looked at, where the command knows it already. */
  readonly git?: GitState;
}

interface Invocation {
  readonly name: string;
  readonly flags: Readonly<Record<string, unknown>>;
}

/** Runs a command, prints its outcome or its error, and gives the exit code. The only place where errors end. */
export async function execute(
  invocation: Invocation,
  run: (session: Session) => Promise<Outcome>,
): Promise<number> {
  const started = new Date();
  const json = invocation.flags['json'] === true;
  const color = !json && useColor(invocation.flags);
  const progress = createProgress({ quiet: invocation.flags['quiet'] === true, color });
  const stop = onStopRequest();
  let outcome: Outcome;
  try {
    outcome = await run({
      flags: invocation.flags,
      cwd: currentFolder(),
      signal: stop.signal,
      progress,
      color,
      width: process.stdout.columns || 100,
    });
  } catch (error) {
    outcome = outcomeOfError(
      stop.signal.aborted && !isCodedError(error) ? new CancelledError() : error,
      color,
    );
  } finally {
    progress.end();
    stop.release();
  }
  const code = outcome.exitCode ?? exitCodeOf(outcome.decision);
  try {
    if (outcome.silent === true) return code;
    if (json) print(1, JSON.stringify(await resultDocument(invocation.name, outcome, started)));
    else await show(outcome, code);
    return code;
  } catch (error) {
    const unshown = outcomeOfError(error, color);
    await show(unshown, EXIT.bug);
    return unshown.exitCode ?? EXIT.bug;
  }
}

function currentFolder(): string {
  try {
    return process.cwd();
  } catch (error) {
    const message = 'the current folder does not exist any more';
    throw new InputError(
      { code: 'FILE_NOT_FOUND', message, hint: 'cd to a folder that exists' },
      { cause: error },
    );
  }
}

async function show(outcome: Outcome, code: number): Promise<void> {
  const text = typeof outcome.text === 'string' ? outcome.text : await outcome.text();
  if (text !== '') print(code === EXIT.bug || outcome.decision === 'error' ? 2 : 1, text);
}

function useColor(flags: Readonly<Record<string, unknown>>): boolean {
  return (
    flags['color'] !== false &&
    process.stdout.isTTY &&
    (process.env['NO_COLOR'] ?? '') === '' &&
    process.env['TERM'] !== 'dumb'
  );
}

/** What a disk says when it cannot: full, read-only, forbidden, too many open files. Never a bug of ours. */
const DISK_CODES = new Set([
  'ENOSPC',
  'EDQUOT',
  'EROFS',
  'EACCES',
  'EPERM',
  'EIO',
  'EMFILE',
  'ENFILE',
  'EBUSY',
  'ENOTDIR',
  'EISDIR',
]);

function asCoded(error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (!(error instanceof Error) || code === undefined || !DISK_CODES.has(code)) return error;
  return new PlatformError(
    { code: 'DISK', message, hint: 'check free space and permissions, then run it again' },
    { cause: error },
  );
}

/** How an error ends a command: coded ones by their kind, a full disk as the platform's, all else as a bug of ours. */
export function outcomeOfError(thrown: unknown, color: boolean): Outcome {
  const error = asCoded(thrown);
  if (!isCodedError(error)) {
    const text = describeBug(error);
    return {
      schema: 'slipway.error/1',
      decision: 'error',
      reason: 'BUG',
      message: firstLine(String(error)),
      document: {},
      text,
      exitCode: EXIT.bug,
    };
  }
  const decision: Decision = error instanceof CommandError ? 'fail' : 'error';
  const message = error.problems.length > 1 ? `${error.problems.length} problems` : firstLine(error.message);
  const problems: readonly Problem[] = error.problems;
  return {
    schema: 'slipway.error/1',
    decision,
    reason: error.code,
    message,
    document: { problems },
    text: describeProblems(problems, color),
    exitCode: exitCodeOfError(error),
  };
}

function exitCodeOfError(error: Error): number {
  if (error instanceof InputError) return EXIT.input;
  if (error instanceof PlatformError) return EXIT.platform;
  if (error instanceof CancelledError) return EXIT.cancelled;
  return EXIT.fail;
}

async function stateHere(): Promise<GitState> {
  try {
    return await gitState(currentFolder());
  } catch (error) {
    if (!isCodedError(error)) throw error;
    return { commit: null, branch: null, dirty: false };
  }
}

/** The whole document of a command: the head that all share, and its own part. */
export async function resultDocument(command: string, outcome: Outcome, started: Date): Promise<object> {
  const head: ResultHead = {
    schema: outcome.schema,
    command,
    decision: outcome.decision,
    reason: outcome.reason,
    message: outcome.message,
    git: outcome.git ?? (await stateHere()),
    started: started.toISOString(),
    duration_ms: Date.now() - started.getTime(),
    version: VERSION,
  };
  return { ...head, ...outcome.document };
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}
