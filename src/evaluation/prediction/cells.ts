import { isMissing } from '../../table/index.ts';
import type { Column } from '../../table/index.ts';
import type { ElementType } from '../ports.ts';

type NumericType = Exclude<ElementType, 'string'>;

/** Smallest and largest value that an input of the type takes exactly; null for the floats. */
const RANGES: Readonly<Record<NumericType, readonly [number, number] | null>> = {
  float32: null,
  float64: null,
  bool: [0, 1],
  int8: [-128, 127],
  int16: [-32_768, 32_767],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [-(2 ** 53), 2 ** 53],
  uint8: [0, 255],
  uint16: [0, 65_535],
  uint32: [0, 2 ** 32 - 1],
  uint64: [0, 2 ** 53],
};

/**
 * A column's cells as numbers for an input of the given type: texts `true` and `false` are 1 and 0, missing is NaN.
 * What does not fit (other text, times, and for integers and booleans missing, fractional or too large values) is
 * reported with the first row, counted from 1, and the number of rows.
 */
export function checkedNumbers(
  column: Column,
  type: NumericType,
  complain: (found: string) => void,
): Float64Array {
  if (column.kind === 'time') {
    complain('holds times, which ONNX has no type for');
    return column.values;
  }
  const values = column.kind === 'number' ? column.values : booleans(column, complain);
  const range = RANGES[type];
  if (values.length > 0 && range !== null) checkRange(column, values, range, complain);
  return values;
}

function booleans(
  column: Extract<Column, { kind: 'text' }>,
  complain: (found: string) => void,
): Float64Array {
  const numbers = column.levels.map((level) => (level === 'true' ? 1 : level === 'false' ? 0 : NaN));
  const wrong = column.codes.findIndex((code) => code >= 0 && Number.isNaN(numbers[code]));
  if (wrong >= 0) {
    const text = JSON.stringify((column.levels[column.codes[wrong]!] ?? '').slice(0, 60));
    complain(`holds text, first ${text} in row ${wrong + 1}`);
    return new Float64Array();
  }
  return Float64Array.from(column.codes, (code) => (code < 0 ? NaN : numbers[code]!));
}

function checkRange(
  column: Column,
  values: Float64Array,
  [low, high]: readonly [number, number],
  complain: (found: string) => void,
): void {
  let first = -1;
  let count = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (Number.isInteger(value) && value >= low && value <= high) continue;
    if (first < 0) first = row;
    count += 1;
  }
  if (first < 0) return;
  const found = isMissing(column, first) ? 'is empty' : `holds ${values[first]!}`;
  complain(`${found} in row ${first + 1}${count > 1 ? ` (and ${count - 1} more rows do not fit)` : ''}`);
}
