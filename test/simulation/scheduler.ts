import { Draw } from '../../sandbox/faults/draw.ts';

/** Milliseconds of virtual time; nothing here knows the machine's clock. */
interface MovableClock {
  now(): number;
  advance(ms: number): void;
}

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly act: () => void;
}

/** Longest time one call takes: the order of calls is drawn, so times only have to be plausible. */
const STEP_MS = 400;

/**
 * Runs asynchronous code one step at a time. A step is whatever waits for its turn: a call of the API, a person's act, a
 * timer that is due. Which of those that are ready comes first is drawn; time passes only here. Between two steps all
 * promises that can settle do, so the same seed gives the same order of everything.
 */
export class Scheduler {
  readonly draw: Draw;
  readonly #clock: MovableClock;
  #ready: (() => void)[] = [];
  #timers: Timer[] = [];
  #order = 0;
  /** Steps taken so far. */
  steps = 0;

  constructor(seed: number, clock: MovableClock) {
    this.draw = new Draw(seed, 11);
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  /** Puts a step among those that may come next. */
  ready(step: () => void): void {
    this.#ready.push(step);
  }

  /** Makes a step ready after `ms`. */
  after(ms: number, act: () => void): void {
    const timer = { at: this.now() + Math.max(0, ms), order: this.#order++, act };
    let low = 0;
    for (let high = this.#timers.length; low < high;) {
      const middle = (low + high) >> 1;
      const other = this.#timers[middle]!;
      if (other.at < timer.at || (other.at === timer.at && other.order < timer.order)) low = middle + 1;
      else high = middle;
    }
    this.#timers.splice(low, 0, timer);
  }

  /** For code that waits. */
  readonly sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      this.after(ms, resolve);
    });

  /**
   * Takes steps until `done` says so after one of them, or it is `until` and nothing before that is left to do.
   * @throws Error after `most` steps: something goes round in circles
   */
  async run(until: number, most: number, done: () => boolean = () => false): Promise<void> {
    for (let taken = 0; ; taken++) {
      await settled();
      if (done()) return;
      if (taken > most)
        throw new Error(`${most} steps and still no end at ${new Date(this.now()).toISOString()}`);
      this.#wake(this.now());
      if (this.#ready.length === 0) {
        const next = this.#timers[0];
        if (next === undefined || next.at > until) {
          this.#clock.advance(Math.max(0, until - this.now()));
          return;
        }
        this.#clock.advance(next.at - this.now());
        this.#wake(next.at);
      }
      const [step] = this.#ready.splice(this.draw.below(this.#ready.length), 1);
      this.#clock.advance(1 + this.draw.below(STEP_MS));
      this.steps++;
      step!();
    }
  }

  #wake(now: number): void {
    let due = 0;
    while (due < this.#timers.length && this.#timers[due]!.at <= now) due++;
    for (const { act } of this.#timers.splice(0, due)) this.#ready.push(act);
  }
}

/** After all promises that can settle without a step have settled: ticks run when no microtask is left. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    process.nextTick(resolve);
  });
}
