import type { ProblemCode } from './codes.ts';

/** One thing that is wrong, where it is, and what to do about it. Lines, columns and rows count from 1. */
export interface Problem {
  readonly code: ProblemCode;
  /** Names the input, what was found and what was expected. */
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** The offending source text, one to three lines. */
  readonly excerpt?: string;
  /** The next step, as an instruction. */
  readonly hint?: string;
}

abstract class CodedError extends Error {
  readonly code: ProblemCode;
  readonly problems: readonly Problem[];

  constructor(problems: Problem | readonly Problem[], options?: ErrorOptions) {
    const list = Array.isArray(problems) ? (problems as readonly Problem[]) : [problems as Problem];
    const first = list[0];
    if (first === undefined) throw new TypeError('a coded error needs at least one problem');
    super(list.map((problem) => problem.message).join('\n'), options);
    this.name = new.target.name;
    this.code = first.code;
    this.problems = list;
  }
}

/** The user's input is wrong: config, data, arguments. Exit code 2. All problems found are carried at once. */
export class InputError extends CodedError {}

/** The user's own command failed or broke the contract (training, prediction). Decision `fail`, exit code 1. */
export class CommandError extends CodedError {}

/** Network, GitHub, disk, missing native part: not the user's input and not our bug. Exit code 4. */
export class PlatformError extends CodedError {}

/** Stopped by the user (Ctrl-C) or by a parent that went away. Exit code 130. */
export class CancelledError extends CodedError {
  constructor(message = 'cancelled') {
    super({ code: 'CANCELLED', message });
  }
}

/** One of the expected kinds. */
export type AnyCodedError = InputError | CommandError | PlatformError | CancelledError;

/** True for the four expected kinds; anything else that is thrown is a bug of ours (exit code 70). */
export function isCodedError(error: unknown): error is AnyCodedError {
  return error instanceof CodedError;
}
