import type { Units } from '../metrics/metric.ts';
import { labelsOf, lengthOf } from './columns.ts';
import type { Problems } from './problems.ts';
import type { ColumnInput } from './types.ts';

/** Name and number of the independent units; `units` is null where each row is its own, so that row methods apply. */
export interface UnitReading {
  readonly name: string;
  readonly count: number;
  readonly units: Units | null;
}

/** Units from codes 0 … count-1; sizes are sums of weights. */
export function unitsOf(name: string, codes: Int32Array, count: number, weight: Float64Array | null): Units {
  const sizes = new Float64Array(count);
  for (let i = 0; i < codes.length; i++) sizes[codes[i]!]! += weight === null ? 1 : weight[i]!;
  let sum = 0;
  let squares = 0;
  for (const size of sizes) {
    sum += size;
    squares += size * size;
  }
  return { name, of: codes, count, sizes, effective: squares > 0 ? (sum * sum) / squares : 0 };
}

/** The same units on some of the rows, renumbered to those that occur; null stays null. */
export function unitsOnRows(
  units: Units | null,
  rows: Int32Array,
  weight: Float64Array | null,
): Units | null {
  if (units === null) return null;
  const renumbered = new Int32Array(units.count).fill(-1);
  const codes = new Int32Array(rows.length);
  let count = 0;
  for (let i = 0; i < rows.length; i++) {
    const old = units.of[rows[i]!]!;
    if (renumbered[old] === -1) renumbered[old] = count++;
    codes[i] = renumbered[old]!;
  }
  return unitsOf(units.name, codes, count, weight);
}

/** Reads a unit column. Rows without a unit are a problem: they cannot be summed with anything. */
export function readUnits(
  unit: { readonly name: string; readonly values: ColumnInput } | null,
  rows: number,
  weight: Float64Array | null,
  problems: Problems,
): UnitReading {
  if (unit === null) return { name: 'row', count: rows, units: null };
  if (lengthOf(unit.values) !== rows) {
    problems.add('VALUE_INVALID', `unit ${unit.name} has ${lengthOf(unit.values)} rows, expected ${rows}`);
    return { name: unit.name, count: 0, units: null };
  }
  const labels = labelsOf(unit.values);
  const first = labels.codes.indexOf(-1);
  if (first >= 0) {
    problems.add(
      'VALUE_INVALID',
      `unit ${unit.name} is missing in row ${first + 1}: every row must belong to a unit`,
    );
    return { name: unit.name, count: 0, units: null };
  }
  const all = Int32Array.from({ length: rows }, (_, i) => i);
  const units = unitsOnRows(
    {
      name: unit.name,
      of: labels.codes,
      count: labels.levels.length,
      sizes: new Float64Array(0),
      effective: 0,
    },
    all,
    weight,
  );
  if (units === null || units.count === rows) return { name: unit.name, count: rows, units: null };
  return { name: unit.name, count: units.count, units };
}
