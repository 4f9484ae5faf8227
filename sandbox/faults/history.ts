import type { Core } from '../kernel/core.ts';
import type { Key, RowsByTable } from '../state/store.ts';

/** Who asks is never told from an old copy: credentials and the numbering of rows are always of now. */
const ALWAYS_NOW: ReadonlySet<string> = new Set([
  'sequences',
  'tokens',
  'apps',
  'accounts',
  'sandbox_secrets',
]);

/** Undoes the look at an old state. */
const ROLLED_BACK = Symbol('rolled back');

interface Entry {
  readonly at: number;
  readonly before: RowsByTable;
}

/**
 * The last transactions as the rows were before them. A read can be answered from the state of some transactions ago:
 * the old rows are put in place, the read runs, nothing of it stays, and the rows of now come back.
 */
export class History {
  readonly #core: Core;
  readonly #length: number;
  readonly #end: () => void;
  #entries: Entry[] = [];

  constructor(core: Core, length: number) {
    this.#core = core;
    this.#length = length;
    this.#end = core.store.observe((before) => {
      this.#entries.push({ at: core.clock.now(), before });
      if (this.#entries.length > 2 * this.#length) this.#entries = this.#entries.slice(-this.#length);
    });
  }

  /** Transactions of the last `ms` that can be looked behind. */
  reach(ms: number): number {
    const oldest = this.#core.clock.now() - ms;
    return this.#entries.slice(-this.#length).filter(({ at }) => at >= oldest).length;
  }

  /** Runs a read as if the last `count` transactions had not been. */
  behind<Result>(count: number, read: () => Result): Result {
    const { store } = this.#core;
    const now = store.swap(earlier(this.#entries.slice(-count)));
    let result: { readonly value: Result } | undefined;
    try {
      store.transaction(() => {
        result = { value: read() };
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- never seen outside of this function
        throw ROLLED_BACK;
      });
    } catch (error) {
      if (error !== ROLLED_BACK) throw error;
    } finally {
      store.swap(now);
    }
    return result!.value;
  }

  stop(): void {
    this.#end();
  }
}

/** Rows before the first of some transactions, as far as any of them changed them. */
function earlier(entries: readonly Entry[]): RowsByTable {
  const rows = new Map<string, Map<Key, unknown>>();
  for (const { before } of entries.toReversed()) {
    for (const [table, byKey] of before) {
      if (ALWAYS_NOW.has(table)) continue;
      let known = rows.get(table);
      if (known === undefined) rows.set(table, (known = new Map<Key, unknown>()));
      for (const [key, row] of byKey) known.set(key, row);
    }
  }
  return rows;
}
