import type { Core } from '../kernel/core.ts';
import { attempt, firstDue, meetFate, type Fates, type Send } from './attempt.ts';
import { onOutbox, recordOutcome } from './outbox.ts';

/** "Your server should respond with a 2xx response within 10 seconds of receiving a webhook delivery." */
const TIMEOUT_MS = 10_000;
/** A timer cannot wait longer than 2^31-1 milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

export interface DispatcherOptions {
  readonly timeoutMs?: number;
  readonly fates?: Fates;
}

export interface Dispatcher {
  /** Resolves once nothing that is due waits any more. */
  idle(): Promise<void>;
  /** Ends; what is under way is given up and will be tried again at the next start. */
  stop(): Promise<void>;
}

/**
 * Delivers what the outbox holds: hook by hook at the same time, the deliveries of one hook in order, one at a time.
 * A delivery leaves the outbox when its outcome is written, so one that was under way during a crash is made again.
 */
export function startDispatcher(core: Core, send: Send, options: DispatcherOptions = {}): Dispatcher {
  const dispatcher = new HookDispatcher(core, send, options);
  dispatcher.wake();
  return dispatcher;
}

class HookDispatcher implements Dispatcher {
  readonly #core: Core;
  readonly #send: Send;
  readonly #options: DispatcherOptions;
  readonly #stopping = new AbortController();
  readonly #working = new Map<number, Promise<void>>();
  readonly #unsubscribe: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(core: Core, send: Send, options: DispatcherOptions) {
    this.#core = core;
    this.#send = send;
    this.#options = options;
    this.#unsubscribe = onOutbox(core, () => {
      this.wake();
    });
  }

  /** Starts work on every hook that has something due, and sets the timer for what comes later. */
  wake(): void {
    if (this.#stopped()) return;
    const now = this.#core.clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const key of this.#core.tables.deliveries.keys('outbox', 'pending')) {
      const { hookId, dueAt } = this.#core.tables.deliveries.require(key);
      if (dueAt > now) next = Math.min(next, dueAt);
      else if (!this.#working.has(hookId)) this.#start(hookId);
    }
    clearTimeout(this.#timer);
    if (next !== Number.POSITIVE_INFINITY) {
      this.#timer = setTimeout(
        () => {
          this.wake();
        },
        Math.min(next - now, LONGEST_TIMER),
      );
      this.#timer.unref();
    }
  }

  #stopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  #start(hookId: number): void {
    const work = this.#deliverAll(hookId).finally(() => {
      this.#working.delete(hookId);
      this.wake();
    });
    this.#working.set(hookId, work);
  }

  async #deliverAll(hookId: number): Promise<void> {
    // The transaction that woke us ends first.
    await Promise.resolve();
    while (!this.#stopped()) {
      const delivery = firstDue(this.#core, hookId);
      if (delivery === undefined) return;
      if (!meetFate(this.#core, delivery, this.#options.fates)) continue;
      const timeout = AbortSignal.timeout(this.#options.timeoutMs ?? TIMEOUT_MS);
      const signal = AbortSignal.any([timeout, this.#stopping.signal]);
      const outcome = await attempt(this.#core, delivery, this.#send, signal);
      if (this.#stopped()) return;
      recordOutcome(this.#core, delivery.id, outcome);
    }
  }

  async idle(): Promise<void> {
    while (this.#working.size > 0) await Promise.all(this.#working.values());
  }

  async stop(): Promise<void> {
    this.#unsubscribe();
    clearTimeout(this.#timer);
    this.#stopping.abort();
    await Promise.all(this.#working.values());
  }
}
