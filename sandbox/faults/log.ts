import type { CallFault } from './config.ts';

/** One call as the route log has it. */
export interface LoggedCall {
  /** From 1, over all operations. */
  readonly n: number;
  /** From 1, of this operation since the plan was set. */
  readonly call: number;
  readonly at: number;
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  /** Does the operation change anything? */
  readonly writes: boolean;
  /** Null where no answer was given. */
  readonly status: number | null;
  readonly fault: CallFault | null;
}

/** One place of the call-site matrix: the `call`-th call of an operation. */
export interface CallSite {
  readonly operation: string;
  readonly call: number;
  readonly writes: boolean;
}

/** The places of a recorded run, in order: what a plan can name in the next one. */
export function callSites(log: readonly LoggedCall[]): CallSite[] {
  return log.map(({ operation, call, writes }) => ({ operation, call, writes }));
}

/** The last calls, at most `length`. */
export class CallLog {
  readonly #length: number;
  #calls: LoggedCall[] = [];
  #last = 0;

  constructor(length = 10_000) {
    this.#length = length;
  }

  add(call: Omit<LoggedCall, 'n'>): void {
    this.#calls.push({ n: ++this.#last, ...call });
    if (this.#calls.length > 2 * this.#length) this.#calls = this.#calls.slice(-this.#length);
  }

  list(): readonly LoggedCall[] {
    return this.#calls.slice(-this.#length);
  }

  clear(): void {
    this.#calls = [];
  }
}
