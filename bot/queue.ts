/** A repository that an installation lets the bot see. */
export interface Repository {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly installation: number;
}

/** What one pass over a repository ended with. */
export interface Pass {
  /** Look again after so many ms even if nothing wakes it; null: only when woken. */
  readonly again: number | null;
}

export interface Timers {
  now(): number;
  /** Gives a function that takes the timer back. */
  after(ms: number, run: () => void): () => void;
}

export interface QueueOptions {
  readonly concurrency: number;
  readonly timers: Timers;
  /** One pass; a rejection is tried again with growing pauses. */
  run(repository: Repository): Promise<Pass>;
  onError(repository: Repository, error: unknown, retryMs: number): void;
}

interface Item {
  repository: Repository;
  state: 'idle' | 'waiting' | 'running' | 'dirty';
  since: number;
  failures: number;
  cancel: (() => void) | null;
}

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 5 * 60_000;

/**
 * Work that is owed, without order or content: waking twice is waking once. Lost with the process, which loses nothing.
 * One pass per repository at a time, at most `concurrency` in all; a wake during a pass causes another one after it.
 */
export class Queue {
  readonly #options: QueueOptions;
  readonly #items = new Map<number, Item>();
  readonly #ready: Item[] = [];
  #running = 0;
  #stopped: (() => void) | null = null;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  wake(repository: Repository): void {
    const item = this.#items.get(repository.id) ?? {
      repository,
      state: 'idle',
      since: 0,
      failures: 0,
      cancel: null,
    };
    item.repository = repository;
    this.#items.set(repository.id, item);
    if (item.state === 'idle') this.#push(item);
    else if (item.state === 'running') item.state = 'dirty';
  }

  /** Forgets a repository that the installation no longer holds. */
  forget(id: number): void {
    this.#items.get(id)?.cancel?.();
    this.#items.delete(id);
  }

  /** Waiting and running repositories, and how long the first one has waited, in ms. */
  state(): { readonly waiting: number; readonly running: number; readonly oldestMs: number } {
    const [first] = this.#ready;
    const oldestMs = first === undefined ? 0 : this.#options.timers.now() - first.since;
    return { waiting: this.#ready.length, running: this.#running, oldestMs };
  }

  /** No new passes; resolves when those under way have ended. */
  async stop(): Promise<void> {
    const ended = new Promise<void>((resolve) => (this.#stopped = resolve));
    for (const item of this.#items.values()) item.cancel?.();
    if (this.#running > 0) await ended;
  }

  #push(item: Item): void {
    item.cancel?.();
    item.cancel = null;
    item.state = 'waiting';
    item.since = this.#options.timers.now();
    this.#ready.push(item);
    this.#pump();
  }

  #pump(): void {
    while (this.#stopped === null && this.#running < this.#options.concurrency) {
      const item = this.#ready.shift();
      if (item === undefined) return;
      item.state = 'running';
      this.#running += 1;
      void attempt(this.#options, item).then((again) => this.#ended(item, again));
    }
  }

  #ended(item: Item, again: number | null): void {
    this.#running -= 1;
    if (this.#stopped !== null) {
      if (this.#running === 0) this.#stopped();
      return;
    }
    const dirty = item.state === 'dirty' && item.failures === 0;
    item.state = 'idle';
    if (this.#items.get(item.repository.id) === item) {
      if (dirty) this.#push(item);
      else if (again !== null) item.cancel = this.#options.timers.after(again, () => this.#push(item));
    }
    this.#pump();
  }
}

/** Runs one pass; gives the pause until the next. After a failure pauses double: the cause rarely ends within a second. */
async function attempt(options: QueueOptions, item: Item): Promise<number | null> {
  try {
    const { again } = await options.run(item.repository);
    item.failures = 0;
    return again;
  } catch (error) {
    const retryMs = Math.min(FIRST_PAUSE_MS * 2 ** item.failures, LONGEST_PAUSE_MS);
    item.failures += 1;
    options.onError(item.repository, error, retryMs);
    return retryMs;
  }
}
