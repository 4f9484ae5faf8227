import { InputError } from '../contracts/errors.ts';
import type { Problem } from '../contracts/errors.ts';
import { asText, isMissing, lengthOf, textAt } from './columns.ts';
import type { Column } from './table.ts';

/** Problems named one by one before the rest is only counted. */
const MOST = 20;

function hashString(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash ^= hash >>> 15;
  return Math.imul(hash, 0x2c1b3c6d) >>> 0;
}

const floatBits = new Float64Array(1);
const wordBits = new Uint32Array(floatBits.buffer);

function hashFloat(value: number): number {
  floatBits[0] = value === 0 ? 0 : value;
  const mixed = Math.imul(wordBits[0]!, 0x9e3779b1) ^ Math.imul(wordBits[1]!, 0x85ebca6b);
  return Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) >>> 0;
}

/**
 * Open addressing over positions 0 … count-1 outside of the JavaScript heap: a Map of ten million ids takes more than a
 * gigabyte and seconds of garbage collection; this takes eight bytes an entry.
 */
function buildSlots(
  count: number,
  hashOf: (position: number) => number,
  same: (a: number, b: number) => boolean,
): { slots: Int32Array; repeated: [number, number][] } {
  let size = 16;
  while (size < count * 1.6) size *= 2;
  const slots = new Int32Array(size).fill(-1);
  const repeated: [number, number][] = [];
  for (let position = 0; position < count; position++) {
    const hash = hashOf(position);
    if (hash < 0) continue;
    let slot = hash & (size - 1);
    while (slots[slot] !== -1 && !same(slots[slot]!, position)) slot = (slot + 1) & (size - 1);
    if (slots[slot] === -1) slots[slot] = position;
    else repeated.push([slots[slot]!, position]);
  }
  return { slots, repeated };
}

/** Rows whose cell occurred before, as [first row, this row], positions from 0; missing cells are left out. */
export function repeatedCells(column: Column): [number, number][] {
  if (column.kind !== 'text') {
    const { values } = column;
    const hashOf = (row: number): number => (Number.isNaN(values[row]!) ? -1 : hashFloat(values[row]!));
    return buildSlots(values.length, hashOf, (a, b) => values[a] === values[b]).repeated;
  }
  const first = new Int32Array(column.levels.length).fill(-1);
  const repeated: [number, number][] = [];
  for (let row = 0; row < column.codes.length; row++) {
    const code = column.codes[row]!;
    if (code < 0) continue;
    if (first[code] === -1) first[code] = row;
    else repeated.push([first[code]!, row]);
  }
  return repeated;
}

/**
 * Refuses a column as ids unless every cell is present and occurs once. Throws InputError ID_MISSING, ID_DUPLICATE with
 * row numbers from 1, all kinds at once, up to twenty of each and the count of the rest.
 */
export function requireUniqueIds(column: Column, name: string, file: string): void {
  const missing: number[] = [];
  for (let row = 0; row < lengthOf(column); row++) if (isMissing(column, row)) missing.push(row);
  const repeated = repeatedCells(column);
  const problems: Problem[] = [
    ...missing
      .slice(0, MOST)
      .map((row) => idProblem('ID_MISSING', file, row, `column ${JSON.stringify(name)}: the id is empty`)),
    ...repeated.slice(0, MOST).map(([first, row]) => {
      const what = `column ${JSON.stringify(name)}: id ${JSON.stringify(textAt(column, row))} occurred already in row ${first + 1}`;
      return idProblem('ID_DUPLICATE', file, row, what);
    }),
  ];
  const rest = Math.max(0, missing.length - MOST) + Math.max(0, repeated.length - MOST);
  if (rest > 0) {
    const code = repeated.length > MOST ? 'ID_DUPLICATE' : 'ID_MISSING';
    problems.push({ code, message: `${file}: and ${rest} more rows with empty or repeated ids`, file });
  }
  if (problems.length > 0) throw new InputError(problems);
}

function idProblem(code: 'ID_MISSING' | 'ID_DUPLICATE', file: string, row: number, what: string): Problem {
  const hint = 'Ids must be present and occur once; `id: row` numbers the rows where the data has no id.';
  return { code, message: `${file}, row ${row + 1}, ${what}`, file, hint };
}

/**
 * For each row of `left` the row of `right` with the same id, or -1. Ids are equal where their kinds are and their
 * values are, else where their texts are. Both must be unique (`requireUniqueIds`); missing ids match nothing.
 */
export function alignById(left: Column, right: Column): Int32Array {
  if (left.kind !== 'text' && right.kind === left.kind) return alignFloats(left.values, right.values);
  const a = asText(left);
  const b = asText(right);
  const levelOf = alignTexts(a.levels, b.levels);
  const rowOf = new Int32Array(b.levels.length).fill(-1);
  for (let row = b.codes.length - 1; row >= 0; row--) if (b.codes[row]! >= 0) rowOf[b.codes[row]!] = row;
  return Int32Array.from(a.codes, (code) => {
    const level = code < 0 ? -1 : levelOf[code]!;
    return level < 0 ? -1 : rowOf[level]!;
  });
}

function sameSequence(a: Float64Array, b: Float64Array): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

function alignFloats(left: Float64Array, right: Float64Array): Int32Array {
  if (sameSequence(left, right)) return Int32Array.from(left, (_, row) => row);
  const { slots } = buildSlots(
    right.length,
    (row) => (Number.isNaN(right[row]!) ? -1 : hashFloat(right[row]!)),
    (x, y) => right[x] === right[y],
  );
  const mask = slots.length - 1;
  return Int32Array.from(left, (value) => {
    if (Number.isNaN(value)) return -1;
    let slot = hashFloat(value) & mask;
    while (slots[slot] !== -1 && right[slots[slot]!] !== value) slot = (slot + 1) & mask;
    return slots[slot]!;
  });
}

/** For each text of `left` the position of the same text in `right`, or -1. Both hold each text once. */
function alignTexts(left: readonly string[], right: readonly string[]): Int32Array {
  if (left.length === right.length && left.every((text, index) => text === right[index])) {
    return Int32Array.from(left, (_, index) => index);
  }
  const { slots } = buildSlots(
    right.length,
    (index) => hashString(right[index]!),
    (x, y) => right[x] === right[y],
  );
  const mask = slots.length - 1;
  return Int32Array.from(left, (text) => {
    let slot = hashString(text) & mask;
    while (slots[slot] !== -1 && right[slots[slot]!] !== text) slot = (slot + 1) & mask;
    return slots[slot]!;
  });
}

/** Row of each id text (first row where it repeats), or -1: for looking up a few ids. */
export function indexById(column: Column): (text: string) => number {
  const rows = new Map<string, number>();
  for (let row = lengthOf(column) - 1; row >= 0; row--) {
    const text = textAt(column, row);
    if (text !== null) rows.set(text, row);
  }
  return (text) => rows.get(text) ?? -1;
}
