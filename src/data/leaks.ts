import { readFile, writeFile } from 'node:fs/promises';

import { InputError } from '../contracts/errors.ts';
import { hashCells, hashRows } from '../table/index.ts';
import type { Table } from '../table/index.ts';
import type { DataConfig } from './schema.ts';

/** 8-byte hashes of rows: by their id (null where rows have no id of their own) and by all other cells. */
export interface RowHashes {
  readonly ids: BigUint64Array | null;
  readonly rows: BigUint64Array;
}

const MAGIC = 'SLIPHSH1';

/**
 * Hashes of a table's rows. `rows` covers every column but the id, the weight and dropped ones, so features and target; equal
 * rows have equal hashes in whichever file and format they are. `id: row` is not hashed.
 */
export function hashesOf(table: Table, data: Pick<DataConfig, 'id' | 'weight' | 'drop'>): RowHashes {
  const left = new Set([data.id === 'row' ? undefined : data.id, data.weight, ...data.drop]);
  const names = [...table.columns.keys()].filter((name) => !left.has(name));
  const id = data.id === 'row' ? undefined : table.columns.get(data.id);
  return { ids: id === undefined ? null : hashCells(id), rows: hashRows(table, names) };
}

/** The hashes at some rows. */
export function takeHashes(hashes: RowHashes, rows: Int32Array): RowHashes {
  const take = (from: BigUint64Array): BigUint64Array => {
    const taken = new BigUint64Array(rows.length);
    for (let index = 0; index < rows.length; index++) taken[index] = from[rows[index]!]!;
    return taken;
  };
  return { ids: hashes.ids === null ? null : take(hashes.ids), rows: take(hashes.rows) };
}

/** Writes hashes: 8 bytes of magic, the number of ids and of rows (8 bytes each), then both as little-endian 64-bit numbers, sorted. */
export async function writeHashes(file: string, hashes: RowHashes): Promise<void> {
  const ids = (hashes.ids ?? new BigUint64Array(0)).slice().sort();
  const rows = hashes.rows.slice().sort();
  const head = Buffer.alloc(24);
  head.write(MAGIC, 'latin1');
  head.writeBigUInt64LE(BigInt(ids.length), 8);
  head.writeBigUInt64LE(BigInt(rows.length), 16);
  await writeFile(file, [head, Buffer.from(ids.buffer), Buffer.from(rows.buffer)]);
}

/** Reads what `writeHashes` wrote; sorted. Throws InputError FORMAT_BROKEN. */
export async function readHashes(file: string): Promise<RowHashes> {
  const bytes = await readFile(file);
  const counts =
    bytes.length < 24 ? [] : [Number(bytes.readBigUInt64LE(8)), Number(bytes.readBigUInt64LE(16))];
  const [ids = 0, rows = 0] = counts;
  if (bytes.toString('latin1', 0, 8) !== MAGIC || bytes.length !== 24 + (ids + rows) * 8) {
    throw new InputError({
      code: 'FORMAT_BROKEN',
      message: `${file} does not hold row hashes`,
      file,
      hint: 'Remove the cache entry; it is written again.',
    });
  }
  const numbers = new BigUint64Array(
    bytes.buffer.slice(bytes.byteOffset + 24, bytes.byteOffset + bytes.length),
  );
  return { ids: ids === 0 ? null : numbers.subarray(0, ids), rows: numbers.subarray(ids) };
}

/** Test rows that were met in training. */
export interface Leaks {
  /** Positions of the test rows, in order, each once. */
  readonly rows: Int32Array;
  readonly byId: number;
  readonly byRow: number;
}

/** Which rows (hashes of a test table, in its order) occur among training hashes, by id or by equal cells. */
export function findLeaks(test: RowHashes, train: RowHashes): Leaks {
  const ids = test.ids === null || train.ids === null ? null : membership(test.ids, train.ids);
  const rows = membership(test.rows, train.rows);
  const met: number[] = [];
  let byId = 0;
  let byRow = 0;
  for (let row = 0; row < rows.length; row++) {
    if (ids?.[row] === 1) byId++;
    if (rows[row] === 1) byRow++;
    if (ids?.[row] === 1 || rows[row] === 1) met.push(row);
  }
  return { rows: Int32Array.from(met), byId, byRow };
}

/** 1 where the value occurs in `among`; a missing cell (0) never does. */
function membership(values: BigUint64Array, among: BigUint64Array): Uint8Array {
  const size = 2 ** Math.ceil(Math.log2(Math.max(16, among.length * 1.7)));
  const mask = size - 1;
  // Two 32-bit words per entry: comparing them avoids a BigInt per probe.
  const words = new Uint32Array(among.buffer, among.byteOffset, among.length * 2);
  const slots = new Int32Array(size).fill(-1);
  for (let entry = 0; entry < among.length; entry++) {
    let slot = words[entry * 2]! & mask;
    while (slots[slot] !== -1) slot = (slot + 1) & mask;
    slots[slot] = entry;
  }
  const wanted = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  return Uint8Array.from({ length: values.length }, (_, row) => {
    const low = wanted[row * 2]!;
    const high = wanted[row * 2 + 1]!;
    if (low === 0 && high === 0) return 0;
    let slot = low & mask;
    while (slots[slot] !== -1 && !(words[slots[slot]! * 2] === low && words[slots[slot]! * 2 + 1] === high))
      slot = (slot + 1) & mask;
    return slots[slot] === -1 ? 0 : 1;
  });
}
