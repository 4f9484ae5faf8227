import { parseTime } from '../../table/index.ts';
import type { Column, Table } from '../../table/index.ts';
import type { Expression, Literal, Operator } from './expression.ts';

type Mask = Uint8Array;

const TESTS: Readonly<Record<Operator, (sign: number) => boolean>> = {
  '==': (sign) => sign === 0,
  '!=': (sign) => sign !== 0,
  '<': (sign) => sign < 0,
  '<=': (sign) => sign <= 0,
  '>': (sign) => sign > 0,
  '>=': (sign) => sign >= 0,
};

/** A literal on the scale of a number or time column: dates as milliseconds; NaN where it is neither. */
function numericLiteral(column: Column, value: Literal): number {
  if (typeof value === 'number') return value;
  if (column.kind === 'time') return parseTime(value);
  return value.trim() === '' ? Number.NaN : Number(value);
}

/** Sign of level − literal: by number where both are numbers, else by code point. */
function compareText(level: string, value: Literal): number {
  const a = level.trim() === '' ? Number.NaN : Number(level);
  const b = typeof value === 'number' ? value : value.trim() === '' ? Number.NaN : Number(value);
  if (!Number.isNaN(a) && !Number.isNaN(b)) return a - b;
  const text = String(value);
  return level < text ? -1 : level > text ? 1 : 0;
}

/** Rows where the test holds; a missing cell satisfies no comparison. */
function compareColumn(column: Column, operator: Operator, value: Literal): Mask {
  const test = TESTS[operator];
  if (column.kind === 'text') {
    const holds = column.levels.map((level) => test(compareText(level, value)));
    return Uint8Array.from(column.codes, (code) => (code >= 0 && holds[code] === true ? 1 : 0));
  }
  const literal = numericLiteral(column, value);
  return Uint8Array.from(column.values, (cell) => {
    const sign = cell - literal;
    return !Number.isNaN(sign) && test(sign) ? 1 : 0;
  });
}

function missingMask(column: Column): Mask {
  return column.kind === 'text'
    ? Uint8Array.from(column.codes, (code) => (code < 0 ? 1 : 0))
    : Uint8Array.from(column.values, (cell) => (Number.isNaN(cell) ? 1 : 0));
}

/** Joins masks in place into the first; `stop` is the value that decides a row. */
function joinMasks(masks: readonly Mask[], stop: 0 | 1): Mask {
  const first = masks[0]!;
  for (const mask of masks.slice(1))
    for (let i = 0; i < first.length; i++) if (mask[i] === stop) first[i] = stop;
  return first;
}

/** 1 for each row of the table that the expression holds for. Its columns must exist. */
export function evaluateExpression(expression: Expression, table: Table): Mask {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return joinMasks(
        expression.parts.map((part) => evaluateExpression(part, table)),
        expression.kind === 'and' ? 0 : 1,
      );
    case 'not':
      return evaluateExpression(expression.part, table).map((holds) => 1 - holds);
    case 'missing':
      return missingMask(table.columns.get(expression.column)!);
    case 'in': {
      const column = table.columns.get(expression.column)!;
      return joinMasks(
        expression.values.map((value) => compareColumn(column, '==', value)),
        1,
      );
    }
    case 'compare':
      return compareColumn(table.columns.get(expression.column)!, expression.operator, expression.value);
  }
}

/** The positions of the rows whose mask is set. */
export function rowsOfMask(mask: Mask): Int32Array {
  let count = 0;
  for (const holds of mask) count += holds;
  const rows = new Int32Array(count);
  let at = 0;
  for (let i = 0; i < mask.length; i++) if (mask[i] === 1) rows[at++] = i;
  return rows;
}
