import { TableIndex, type IndexDefinition, type Key } from './table-index.ts';

/**
 * The state: tables of plain rows in memory, changed in transactions, written through to a durable backing.
 * A row is replaced, never mutated. A transaction that throws leaves everything as it was.
 */

export type { Key } from './table-index.ts';

/** Keeps what a transaction changed; `value` undefined means removed. */
export interface Backing {
  load(each: (table: string, key: Key, value: unknown) => void): void;
  commit(changes: readonly Change[]): void;
  close(): void;
}

/** Rows by table and key; undefined stands for absence. */
export type RowsByTable = ReadonlyMap<string, ReadonlyMap<Key, unknown>>;

export interface Change {
  readonly table: string;
  readonly key: Key;
  readonly value: unknown;
}

export interface TableDefinition<Row, Index extends string> {
  readonly key: (row: Row) => Key;
  /** Index name → the value or values under which a row is found; undefined leaves it out. */
  readonly indexes: Readonly<Record<Index, IndexDefinition<Row>>>;
}

/** One table. Rows of an index come in ascending key order (for numbered rows: order of creation) or in the index's own. */
export class Table<Row, Index extends string = never> {
  readonly name: string;
  readonly #definition: TableDefinition<Row, Index>;
  readonly #store: Store;
  #rows = new Map<Key, Row>();
  #indexes = new Map<Index, TableIndex<Row>>();
  /** Another table reads the same maps: they are copied before the next change. */
  #shared = false;

  constructor(store: Store, name: string, definition: TableDefinition<Row, Index>) {
    this.#store = store;
    this.name = name;
    this.#definition = definition;
    for (const index of Object.keys(definition.indexes) as Index[])
      this.#indexes.set(index, new TableIndex(this.#rows, definition.indexes[index]));
  }

  /** Takes over the rows of a table of the same definition. Whichever of the two changes first makes a copy. */
  share(other: Table<Row, Index>): void {
    if (other.size === 0) return;
    this.#rows = other.#rows;
    this.#indexes = other.#indexes;
    this.#shared = true;
    other.#shared = true;
  }

  #own(): void {
    const rows = new Map(this.#rows);
    const indexes = new Map<Index, TableIndex<Row>>();
    for (const [name, index] of this.#indexes)
      indexes.set(name, index.copy(rows, this.#definition.indexes[name]));
    this.#rows = rows;
    this.#indexes = indexes;
    this.#shared = false;
  }

  get size(): number {
    return this.#rows.size;
  }

  get(key: Key): Row | undefined {
    return this.#rows.get(key);
  }

  /** The row; its absence is a bug of the sandbox, not of the caller. */
  require(key: Key): Row {
    const row = this.#rows.get(key);
    if (row === undefined) throw new Error(`${this.name} has no row ${key}`);
    return row;
  }

  /** Inserts or replaces; returns the row. Only inside a transaction. */
  put(row: Row): Row {
    const key = this.#definition.key(row);
    this.#store.note(this.name, key, this.#rows.get(key));
    this.place(key, row);
    return row;
  }

  remove(key: Key): void {
    if (!this.#rows.has(key)) return;
    this.#store.note(this.name, key, this.#rows.get(key));
    this.place(key, undefined);
  }

  /** Keys under an index value, in the order of the index. The array is the index itself: do not keep or change it. */
  keys(index: Index, value: Key): readonly Key[] {
    return this.#indexes.get(index)?.keys(value) ?? [];
  }

  count(index: Index, value: Key): number {
    return this.keys(index, value).length;
  }

  where(index: Index, value: Key): Row[] {
    return this.keys(index, value).map((key) => this.require(key));
  }

  /** The first row under an index value, for unique indexes. */
  find(index: Index, value: Key): Row | undefined {
    const key = this.keys(index, value)[0];
    return key === undefined ? undefined : this.#rows.get(key);
  }

  all(): IterableIterator<Row> {
    return this.#rows.values();
  }

  entries(): IterableIterator<[Key, Row]> {
    return this.#rows.entries();
  }

  /** Puts a row (or its absence) in place without a transaction: for loading and undoing. */
  place(key: Key, row: Row | undefined): void {
    if (this.#shared) this.#own();
    const before = this.#rows.get(key);
    for (const index of this.#indexes.values()) index.move(key, before, row);
    if (row === undefined) this.#rows.delete(key);
    else this.#rows.set(key, row);
  }
}

/** All tables of a sandbox, one transaction at a time. */
export class Store {
  readonly #tables = new Map<string, Table<unknown>>();
  readonly #backing: Backing | undefined;
  readonly #sequences: Table<{ name: string; last: number }>;
  #before: Map<string, Map<Key, unknown>> | undefined;
  #afterCommit: (() => void)[] = [];
  #afterRollback: (() => void)[] = [];
  readonly #observers = new Set<(before: RowsByTable) => void>();

  constructor(backing?: Backing) {
    this.#backing = backing;
    this.#sequences = this.table<{ name: string; last: number }>()('sequences', {
      key: (row) => row.name,
      indexes: {},
    });
  }

  /** Declares a table: `store.table<Label>()('labels', {key, indexes})`. Curried so that index names are inferred. */
  table<Row>() {
    return <Index extends string = never>(
      name: string,
      definition: TableDefinition<Row, Index>,
    ): Table<Row, Index> => {
      const table = new Table<Row, Index>(this, name, definition);
      if (this.#tables.has(name)) throw new Error(`table ${name} is declared twice`);
      this.#tables.set(name, table as unknown as Table<unknown>);
      return table;
    };
  }

  /** Fills the tables from the backing; rows of tables nobody declares any more are an error. */
  load(): void {
    this.#backing?.load((name, key, value) => {
      const table = this.#tables.get(name);
      if (table === undefined) throw new Error(`the data directory holds an unknown table "${name}"`);
      table.place(key, value);
    });
  }

  /** Takes over all rows of a store with the same tables; from then on neither sees what the other changes. */
  share(other: Store): void {
    if (other.#before !== undefined) throw new Error('a store is not shared while a transaction runs');
    for (const [name, table] of this.#tables) table.share(other.#tables.get(name)!);
  }

  /** Runs `work` as one transaction; within another it joins that one. */
  transaction<Result>(work: () => Result): Result {
    if (this.#before !== undefined) return work();
    this.#before = new Map();
    let result: Result;
    try {
      result = work();
      this.#persist();
    } catch (error) {
      this.#undo();
      throw error;
    }
    const after = this.#afterCommit;
    const before = this.#before;
    this.#before = undefined;
    this.#afterCommit = [];
    this.#afterRollback = [];
    if (before.size > 0) for (const observe of this.#observers) observe(before);
    for (const act of after) act();
    return result;
  }

  /** Calls `act` once the running transaction is durable; a rolled back one never calls it. */
  afterCommit(act: () => void): void {
    if (this.#before === undefined) act();
    else this.#afterCommit.push(act);
  }

  /** Calls `act` if the running transaction is undone: for state kept outside the tables. */
  afterRollback(act: () => void): void {
    this.#afterRollback.push(act);
  }

  /** Tells `observer` of every transaction that changed something: the rows as they were before. Gives what ends it. */
  observe(observer: (before: RowsByTable) => void): () => void {
    this.#observers.add(observer);
    return () => void this.#observers.delete(observer);
  }

  /** Puts rows in place without a transaction and gives those that stood there: for a look at an earlier state. */
  swap(rows: RowsByTable): RowsByTable {
    const stood = new Map<string, Map<Key, unknown>>();
    for (const [name, byKey] of rows) {
      const table = this.#tables.get(name)!;
      const old = new Map<Key, unknown>();
      for (const [key, row] of byKey) {
        old.set(key, table.get(key));
        table.place(key, row);
      }
      stood.set(name, old);
    }
    return stood;
  }

  /** Next number of a named sequence, from 1. */
  next(sequence: string): number {
    const last = (this.#sequences.get(sequence)?.last ?? 0) + 1;
    this.#sequences.put({ name: sequence, last });
    return last;
  }

  /** Remembers what a row was before this transaction first touched it. */
  note(table: string, key: Key, before: unknown): void {
    if (this.#before === undefined) throw new Error(`${table}: changed outside a transaction`);
    let rows = this.#before.get(table);
    if (rows === undefined) {
      rows = new Map<Key, unknown>();
      this.#before.set(table, rows);
    }
    if (!rows.has(key)) rows.set(key, before);
  }

  close(): void {
    this.#backing?.close();
  }

  #persist(): void {
    if (this.#backing === undefined || this.#before === undefined || this.#before.size === 0) return;
    const changes: Change[] = [];
    for (const [name, rows] of this.#before) {
      const table = this.#tables.get(name)!;
      for (const key of rows.keys()) changes.push({ table: name, key, value: table.get(key) });
    }
    this.#backing.commit(changes);
  }

  #undo(): void {
    for (const [name, rows] of this.#before ?? []) {
      const table = this.#tables.get(name)!;
      for (const [key, row] of rows) table.place(key, row);
    }
    const acts = this.#afterRollback;
    this.#before = undefined;
    this.#afterCommit = [];
    this.#afterRollback = [];
    for (const act of acts) act();
  }
}
