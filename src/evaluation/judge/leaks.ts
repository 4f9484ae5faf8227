import { dropColumns, hashCells, hashRows } from '../../table/index.ts';
import type { Table } from '../../table/index.ts';

/** 8-byte hashes of what a model was trained on, sorted; `ids` is null where rows have no id of their own. */
export interface TrainingHashes {
  readonly ids: BigUint64Array | null;
  readonly rows: BigUint64Array;
}

/** Above this share of leaked test rows the verdict is LEAKED. */
export const MOST_LEAKED = 0.05;

/**
 * Above this share of test rows that repeat within the test set itself, equal rows are what such data look like and
 * prove nothing: then only ids count.
 */
export const NATURAL_REPEATS = 0.01;

/** What of the data's config says which columns make a row's content: all but the id, the weight and dropped ones. */
export interface HashedColumns {
  /** A column, or `row`: then rows have no id. */
  readonly id: string;
  readonly weight?: string | undefined;
  readonly drop?: readonly string[] | undefined;
}

/** Hashes of a table's rows in their order; what training hashes are compared with must be hashed the same way. */
function hashesOf(table: Table, { id, weight, drop = [] }: HashedColumns): TrainingHashes {
  const column = id === 'row' ? undefined : table.columns.get(id);
  const left = [...(id === 'row' ? [] : [id]), ...(weight === undefined ? [] : [weight]), ...drop];
  return {
    ids: column === undefined ? null : hashCells(column),
    rows: hashRows(dropColumns(table, left)),
  };
}

function holds(sorted: BigUint64Array, value: bigint): boolean {
  let low = 0;
  let high = sorted.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = sorted[middle]!;
    if (found === value) return true;
    if (found < value) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}

/** Share of rows whose content occurs more than once. */
function repeatedShare(hashes: BigUint64Array): number {
  const sorted = hashes.slice().sort();
  let repeated = 0;
  for (let i = 0; i < sorted.length; i++)
    if (sorted[i] === sorted[i - 1] || sorted[i] === sorted[i + 1]) repeated++;
  return sorted.length === 0 ? 0 : repeated / sorted.length;
}

/** Test rows that a model met in training. */
export interface Leaks {
  /** Positions of the rows that were met by id or by content, ascending. */
  readonly rows: Int32Array;
  readonly byId: number;
  readonly byContent: number;
  readonly share: number;
  /** Rows whose content a model met, and which stay because such rows repeat anyway. */
  readonly natural: number;
}

/** Finds the test rows that any of the models met in training, by id, or by equal content where that is evidence. */
export function findLeaks(test: Table, data: HashedColumns, training: readonly TrainingHashes[]): Leaks {
  const { ids, rows } = hashesOf(test, data);
  const evidence = repeatedShare(rows) <= NATURAL_REPEATS;
  const met: number[] = [];
  let [byId, byContent, natural] = [0, 0, 0];
  for (let row = 0; row < test.rows; row++) {
    const id = ids?.[row] ?? 0n;
    const knownId = id !== 0n && training.some((hashes) => hashes.ids !== null && holds(hashes.ids, id));
    const known = training.some((hashes) => holds(hashes.rows, rows[row]!));
    if (knownId) byId++;
    if (known && evidence) byContent++;
    if (known && !evidence && !knownId) natural++;
    if (knownId || (known && evidence)) met.push(row);
  }
  const share = test.rows === 0 ? 0 : met.length / test.rows;
  return { rows: Int32Array.from(met), byId, byContent, share, natural };
}
