import type { StageRecord } from '../contracts/run.ts';
import { STAGES, type RunEvent, type StageName } from './request.ts';

/** What a stage's work gives: its value, whether it came from the cache, and why it ran again. */
export interface StageResult<T> {
  readonly value: T;
  readonly reused: boolean;
  readonly why: readonly string[];
}

/** Keeps the record of a model's stages while they run; times come from the injected clock. */
export class StageLog {
  readonly #model: string;
  readonly #clock: () => number;
  readonly #onEvent: (event: RunEvent) => void;
  readonly #records: StageRecord[] = [];

  constructor(model: string, clock: () => number, onEvent: (event: RunEvent) => void) {
    this.#model = model;
    this.#clock = clock;
    this.#onEvent = onEvent;
  }

  /** Runs a stage and records it, also when it fails; its error goes on to the caller. */
  async run<T>(name: StageName, what: string, work: () => Promise<StageResult<T>>): Promise<T> {
    this.#onEvent({ kind: 'stage', model: this.#model, stage: name, what });
    const started = this.#clock();
    try {
      const { value, reused, why } = await work();
      this.#add({
        name,
        status: reused ? 'reused' : 'ran',
        why: reused ? [] : [...why],
        duration_ms: this.#clock() - started,
      });
      return value;
    } catch (error) {
      this.#add({ name, status: 'failed', why: [], duration_ms: this.#clock() - started });
      throw error;
    }
  }

  #add(record: StageRecord): void {
    this.#records.push(record);
    this.#onEvent({ kind: 'stage-end', model: this.#model, record });
  }

  /** All four stages; those that were not reached are `skipped`. */
  records(): readonly StageRecord[] {
    const skipped = STAGES.filter((name) => !this.#records.some((record) => record.name === name));
    return [
      ...this.#records,
      ...skipped.map((name): StageRecord => ({ name, status: 'skipped', why: [], duration_ms: 0 })),
    ];
  }

  /** True when every stage that was reached came from the cache. */
  get allReused(): boolean {
    return this.#records.every((record) => record.status === 'reused');
  }
}
