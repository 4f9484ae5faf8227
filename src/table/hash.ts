import { lengthOf, textAt } from './columns.ts';
import { formatTime } from './time.ts';
import type { Column, Table } from './table.ts';

/**
 * 8-byte hashes of cells and rows, for finding duplicates and leaks; not cryptographic. A text is hashed over its UTF-16
 * code units by two lanes of 32 bits, each the multiply-rotate step and finaliser of MurmurHash3_x86_32 (Appleby, public
 * domain) with its own seed and constants. The hash of a row depends on the names and texts of its cells, not on the
 * order of the columns or the format of the file. Stored hashes stay comparable: never change these functions.
 */

/** Two lanes per entry: [2i] and [2i+1]. */
type Lanes = Uint32Array;

const C1 = 0xcc9e2d51;
const C2 = 0x1b873593;
const D1 = 0x239b961b;
const D2 = 0xab0e9789;

function finalise(lane: number): number {
  let h = lane;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function hashText(text: string, seed: number, into: Lanes, at: number): void {
  let a = seed | 0;
  let b = ~seed | 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    let k = Math.imul(unit, C1);
    k = Math.imul((k << 15) | (k >>> 17), C2);
    a ^= k;
    a = (Math.imul((a << 13) | (a >>> 19), 5) + 0xe6546b64) | 0;
    k = Math.imul(unit, D1);
    k = Math.imul((k << 16) | (k >>> 16), D2);
    b ^= k;
    b = (Math.imul((b << 17) | (b >>> 15), 5) + 0x561ccd1b) | 0;
  }
  into[at] = finalise(a ^ text.length);
  into[at + 1] = finalise(b ^ text.length);
}

const floatBits = new Float64Array(1);
const wordBits = new Uint32Array(floatBits.buffer);

/** Numbers are hashed by the bits of their float64: -0 as 0. */
function hashNumber(value: number, into: Lanes, at: number): void {
  floatBits[0] = value === 0 ? 0 : value;
  const low = wordBits[0]!;
  const high = wordBits[1]!;
  into[at] = finalise(Math.imul(low, C1) ^ finalise(Math.imul(high, C2) ^ 0x9e3779b9));
  into[at + 1] = finalise(Math.imul(high, D1) ^ finalise(Math.imul(low, D2) ^ 0x7f4a7c15));
}

/** Lanes of every cell; missing cells are 0, 0. Numbers that are texts elsewhere ('1') do not hash as numbers. */
function cellLanes(column: Column): Lanes {
  const lanes = new Uint32Array(lengthOf(column) * 2);
  if (column.kind === 'text') {
    const levels = new Uint32Array(column.levels.length * 2);
    column.levels.forEach((level, code) => hashText(level, 0, levels, code * 2));
    for (let index = 0; index < column.codes.length; index++) {
      const code = column.codes[index]!;
      if (code < 0) continue;
      lanes[index * 2] = levels[code * 2]!;
      lanes[index * 2 + 1] = levels[code * 2 + 1]!;
    }
    return lanes;
  }
  for (let index = 0; index < column.values.length; index++) {
    const value = column.values[index]!;
    if (Number.isNaN(value)) continue;
    if (column.kind === 'number') hashNumber(value, lanes, index * 2);
    else hashText(formatTime(value), 0, lanes, index * 2);
  }
  return lanes;
}

/** Joins two lanes into one 64-bit number per entry. */
function join(lanes: Lanes): BigUint64Array {
  const joined = new BigUint64Array(lanes.length / 2);
  const words = new Uint32Array(joined.buffer);
  words.set(lanes);
  return joined;
}

/** 8-byte hash of each cell's text (`textAt`), whatever the column's kind; a missing cell is 0. For ids. */
export function hashCells(column: Column): BigUint64Array {
  const lanes = new Uint32Array(lengthOf(column) * 2);
  if (column.kind === 'text') return join(cellLanes(column));
  for (let index = 0; index < column.values.length; index++) {
    const text = textAt(column, index);
    if (text !== null) hashText(text, 0, lanes, index * 2);
  }
  return join(lanes);
}

/**
 * 8-byte hash of each row over the given columns (all by default): equal rows have equal hashes; which columns stand
 * first does not matter.
 */
export function hashRows(table: Table, names: readonly string[] = [...table.columns.keys()]): BigUint64Array {
  const sum = new Uint32Array(table.rows * 2);
  const salt = new Uint32Array(2);
  for (const name of names) {
    const column = table.columns.get(name);
    if (column === undefined) continue;
    hashText(name, 1, salt, 0);
    const lanes = cellLanes(column);
    for (let at = 0; at < sum.length; at += 2) {
      sum[at]! += finalise(Math.imul(lanes[at]! ^ salt[0]!, C1) + lanes[at + 1]!);
      sum[at + 1]! += finalise(Math.imul(lanes[at + 1]! ^ salt[1]!, D1) + lanes[at]!);
    }
  }
  return join(sum);
}
