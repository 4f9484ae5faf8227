import { labelsOf, lengthOf } from '../input/columns.ts';
import type { Problems } from '../input/problems.ts';
import type { ColumnInput, SliceRows, SlicesInput } from '../input/types.ts';

/** A part of the rows. `declared` is what the user wrote: a column, or an expression. */
export interface Slice extends SliceRows {
  readonly declared: string;
}

/** A column with more levels than this is no declaration of slices but a mistake (an id, a measurement). */
export const MOST_LEVELS = 1000;

/**
 * One slice per level of a column, in the order of first appearance, missing cells as their own; one pass over the
 * column (counting sort), all lists share one buffer.
 */
export function slicesOfColumn(name: string, column: ColumnInput, problems: Problems): Slice[] {
  const { codes, levels } = labelsOf(column);
  const counts = new Int32Array(levels.length + 1);
  for (const code of codes) counts[code < 0 ? levels.length : code]!++;
  const used = counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
  if (used > MOST_LEVELS) {
    problems.add(
      'VALUE_INVALID',
      `slice column ${name} has ${used} levels: expected at most ${MOST_LEVELS}`,
      { hint: `declare an expression instead, such as "${name} < …"` },
    );
    return [];
  }
  const starts = new Int32Array(counts.length + 1);
  for (let level = 0; level < counts.length; level++) starts[level + 1] = starts[level]! + counts[level]!;
  const next = starts.slice();
  const rows = new Int32Array(codes.length);
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]!;
    rows[next[code < 0 ? levels.length : code]!++] = i;
  }
  return [...levels, '(missing)'].flatMap((level, code) =>
    counts[code] === 0
      ? []
      : [{ name: `${name}=${level}`, declared: name, rows: rows.subarray(starts[code], starts[code + 1]) }],
  );
}

function sliceRows(slice: SliceRows, rows: number, problems: Problems): Slice[] {
  if (slice.rows.some((row) => row < 0 || row >= rows))
    problems.add('VALUE_INVALID', `slice ${slice.name} names rows that do not exist`);
  return [{ declared: slice.name, ...slice }];
}

function columnSlices(name: string, column: ColumnInput, rows: number, problems: Problems): Slice[] {
  if (lengthOf(column) === rows) return slicesOfColumn(name, column, problems);
  problems.add('VALUE_INVALID', `slice column ${name} has ${lengthOf(column)} rows, expected ${rows}`);
  return [];
}

function isList(slices: SlicesInput): slices is Extract<SlicesInput, readonly unknown[]> {
  return Array.isArray(slices);
}

/** All slices of a comparison: one per level of each column, and those given ready-made. */
export function slicesOf(slices: SlicesInput, rows: number, problems: Problems): Slice[] {
  if (!isList(slices))
    return Object.entries(slices).flatMap(([name, column]) => columnSlices(name, column, rows, problems));
  return slices.flatMap((slice) =>
    'rows' in slice
      ? sliceRows(slice, rows, problems)
      : columnSlices(slice.name, slice.values, rows, problems),
  );
}
