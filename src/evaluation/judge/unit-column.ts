import { columnMissing, numberColumn, parseTime, textAt } from '../../table/index.ts';
import type { Column, Table } from '../../table/index.ts';
import type { Problems } from '../input/problems.ts';

/** `data.unit` of the config: a column, or blocks of time. `block` is in milliseconds. */
export type UnitConfig = string | { readonly time: string; readonly block: number };

const HOUR = 3_600_000;
const NAMES: ReadonlyMap<number, string> = new Map([
  [60_000, 'minute'],
  [HOUR, 'hour'],
  [24 * HOUR, 'day'],
  [7 * 24 * HOUR, 'week'],
]);

/** How a unit is called in reports: its column, or `day`, `hour`, `week` for blocks of that length. */
export function unitName(unit: UnitConfig): string {
  return typeof unit === 'string' ? unit : (NAMES.get(unit.block) ?? `block of ${unit.time}`);
}

function asTimes(column: Column): Float64Array | null {
  if (column.kind === 'time') return column.values;
  if (column.kind === 'number') return null;
  const times = column.levels.map((level) => parseTime(level));
  if (times.some((time) => Number.isNaN(time))) return null;
  return Float64Array.from(column.codes, (code) => times[code] ?? Number.NaN);
}

/** The unit of each row: the column itself, or the number of its block of time, counted from 1970-01-01T00:00Z. */
export function unitColumn(
  unit: UnitConfig | undefined,
  table: Table,
  file: string,
  problems: Problems,
): { name: string; values: Column } | null {
  if (unit === undefined) return null;
  const name = typeof unit === 'string' ? unit : unit.time;
  const column = table.columns.get(name);
  if (column === undefined) {
    const { code, message, ...more } = columnMissing(table, name, file);
    problems.add(code, `unit: ${message}`, more);
    return null;
  }
  if (typeof unit === 'string') return { name, values: column };
  const times = asTimes(column);
  if (times === null) {
    problems.add(
      'COLUMN_TYPE',
      `unit: ${file}: column ${name} must hold dates or timestamps, row 1 holds ${textAt(column, 0) ?? '(missing)'}`,
      { file },
    );
    return null;
  }
  return { name: unitName(unit), values: numberColumn(times.map((time) => Math.floor(time / unit.block))) };
}
