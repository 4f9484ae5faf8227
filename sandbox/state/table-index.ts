export type Key = string | number;

/** Under which values a row is found: one, several (each once), or none. */
export type IndexValues = Key | readonly Key[] | undefined;

/** An index: what a row is found under. With `order`, rows come by that text and then by key, otherwise by key. */
export type IndexDefinition<Row> =
  | ((row: Row) => IndexValues)
  | { readonly of: (row: Row) => IndexValues; readonly order: (row: Row) => string };

/** Keys of a table's rows by a value of the row, each list in ascending order. */
export class TableIndex<Row> {
  readonly #rows: ReadonlyMap<Key, Row>;
  readonly #of: (row: Row) => IndexValues;
  readonly #order: ((row: Row) => string) | undefined;
  readonly #entries: Map<Key, Key[]>;

  /** @param entries of the same rows by the same definition; they are the index's own from now on */
  constructor(
    rows: ReadonlyMap<Key, Row>,
    definition: IndexDefinition<Row>,
    entries = new Map<Key, Key[]>(),
  ) {
    this.#rows = rows;
    this.#entries = entries;
    this.#of = typeof definition === 'function' ? definition : definition.of;
    this.#order = typeof definition === 'function' ? undefined : definition.order;
  }

  /** The same index of a copy of its rows. */
  copy(rows: ReadonlyMap<Key, Row>, definition: IndexDefinition<Row>): TableIndex<Row> {
    const entries = new Map<Key, Key[]>();
    for (const [value, keys] of this.#entries) entries.set(value, keys.slice());
    return new TableIndex(rows, definition, entries);
  }

  /** Keys under a value. The array is the index itself: do not keep or change it. */
  keys(value: Key): readonly Key[] {
    return this.#entries.get(value) ?? [];
  }

  /** Follows a row from what it was to what it is; the table still holds what it was. */
  move(key: Key, before: Row | undefined, after: Row | undefined): void {
    const from = before === undefined ? undefined : this.#of(before);
    const to = after === undefined ? undefined : this.#of(after);
    const [rankFrom, rankTo] = [this.#rank(before), this.#rank(after)];
    if (rankFrom === rankTo && same(from, to)) return;
    if (from !== undefined) each(from, (value) => this.#remove(value, key, rankFrom));
    if (to !== undefined) each(to, (value) => this.#insert(value, key, rankTo));
  }

  #rank(row: Row | undefined): string | undefined {
    return row === undefined || this.#order === undefined ? undefined : this.#order(row);
  }

  #insert(value: Key, key: Key, rank: string | undefined): void {
    const keys = this.#entries.get(value);
    if (keys === undefined) this.#entries.set(value, [key]);
    else keys.splice(this.#position(keys, key, rank), 0, key);
  }

  #remove(value: Key, key: Key, rank: string | undefined): void {
    const keys = this.#entries.get(value);
    if (keys === undefined) return;
    const at = this.#position(keys, key, rank);
    if (keys[at] !== key) return;
    if (keys.length === 1) this.#entries.delete(value);
    else keys.splice(at, 1);
  }

  /** Where `key` stands or would stand. New rows come last: the end is looked at first. */
  #position(keys: readonly Key[], key: Key, rank: string | undefined): number {
    let low = 0;
    let high = keys.length;
    if (high === 0 || this.#isBefore(keys[high - 1]!, key, rank)) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#isBefore(keys[middle]!, key, rank)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #isBefore(one: Key, key: Key, rank: string | undefined): boolean {
    if (rank === undefined) return one < key;
    const other = this.#order!(this.#rows.get(one)!);
    return other === rank ? one < key : other < rank;
  }
}

function each(values: Key | readonly Key[], act: (value: Key) => void): void {
  if (typeof values === 'object') for (const value of values) act(value);
  else act(values);
}

function same(one: IndexValues, other: IndexValues): boolean {
  if (typeof one !== 'object' || typeof other !== 'object') return one === other;
  return one.length === other.length && one.every((value, at) => value === other[at]);
}
