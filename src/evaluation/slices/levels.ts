import { labelsOf, lengthOf } from '../input/columns.ts';
import type { Problems } from '../input/problems.ts';
import type { ColumnInput, SliceRows } from '../input/types.ts';

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

function readyMade(slices: readonly SliceRows[], rows: number, problems: Problems): Slice[] {
  return slices.map((slice) => {
    if (slice.rows.some((row) => row < 0 || row >= rows))
      problems.add('VALUE_INVALID', `slice ${slice.name} names rows that do not exist`);
    return { declared: slice.name, ...slice };
  });
}

/** All slices of a comparison: one per level of each column, or those given ready-made. */
export function slicesOf(
  slices: Readonly<Record<string, ColumnInput>> | readonly SliceRows[],
  rows: number,
  problems: Problems,
): Slice[] {
  if (Array.isArray(slices)) return readyMade(slices as readonly SliceRows[], rows, problems);
  return Object.entries(slices as Readonly<Record<string, ColumnInput>>).flatMap(([name, column]) => {
    if (lengthOf(column) === rows) return slicesOfColumn(name, column, problems);
    problems.add('VALUE_INVALID', `slice column ${name} has ${lengthOf(column)} rows, expected ${rows}`);
    return [];
  });
}
