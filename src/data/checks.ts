import type { Warning } from '../contracts/comparison.ts';
import { InputError } from '../contracts/errors.ts';
import type { Problem } from '../contracts/errors.ts';
import {
  columnMissing,
  isMissing,
  repeatedCells,
  requireColumn,
  requireNumbers,
  requireUniqueIds,
} from '../table/index.ts';
import type { Column, Table } from '../table/index.ts';
import type { DataConfig } from './schema.ts';

const MOST = 10;

/** Columns the config names, with the key that names them. */
function namedColumns(data: DataConfig): [string, string][] {
  const named: [string, string | undefined][] = [
    ['id', data.id === 'row' ? undefined : data.id],
    ['target', data['target-file'] === undefined ? data.target : undefined],
    ['unit', typeof data.unit === 'string' ? data.unit : data.unit?.time],
    ['group', data.group],
    ['weight', data.weight],
    ['split.on', data.split?.on],
    ...data.drop.map((name): [string, string] => ['drop', name]),
  ];
  return named.filter((pair): pair is [string, string] => pair[1] !== undefined);
}

/**
 * Checks a source against the config: columns that are named must exist, ids must be present and unique, weights numbers of 0
 * or more, a unit's time column must hold times. Throws InputError with all problems.
 */
export function checkTable(table: Table, data: DataConfig, file: string): void {
  const problems: Problem[] = [];
  for (const [key, name] of namedColumns(data)) {
    if (table.columns.has(name)) continue;
    const problem = columnMissing(table, name, file);
    problems.push({ ...problem, message: `data.${key}: ${problem.message}` });
  }
  if (problems.length > 0) throw new InputError(problems);
  collect(problems, () => {
    if (data.id !== 'row') requireUniqueIds(requireColumn(table, data.id, file), data.id, file);
  });
  collect(problems, () => {
    if (data.weight !== undefined) checkWeights(table, data.weight, file);
  });
  if (typeof data.unit === 'object' && table.columns.get(data.unit.time)?.kind === 'text') {
    const message = `${file}, column ${JSON.stringify(data.unit.time)}: data.unit.time must hold dates or numbers, found text`;
    problems.push({
      code: 'COLUMN_TYPE',
      message,
      file,
      hint: 'Dates are written 2025-04-01 or 2025-04-01T12:30:00Z.',
    });
  }
  if (problems.length > 0) throw new InputError(problems);
}

function collect(problems: Problem[], check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    problems.push(...error.problems);
  }
}

function checkWeights(table: Table, name: string, file: string): void {
  const { values } = requireNumbers(table, name, file);
  const bad: number[] = [];
  values.forEach((value, row) => {
    if (!(value >= 0 && value < Infinity)) bad.push(row);
  });
  const problems = bad.slice(0, MOST).map((row): Problem => {
    const shown = Number.isNaN(values[row]) ? 'empty' : String(values[row]);
    return {
      code: 'VALUE_INVALID',
      message: `${file}, row ${row + 1}, column ${JSON.stringify(name)}: the weight is ${shown}, expected a number of 0 or more`,
      file,
    };
  });
  if (bad.length > MOST)
    problems.push({
      code: 'VALUE_INVALID',
      message: `${file}: and ${bad.length - MOST} more weights cannot be used`,
      file,
    });
  if (problems.length > 0) throw new InputError(problems);
}

/** Refuses test rows without a target. `rowOf` gives the row in the source, from 1, of a row of the table. */
export function requireTargets(
  table: Table,
  target: string,
  file: string,
  rowOf: (row: number) => number,
): void {
  const column = requireColumn(table, target, file);
  const rows: number[] = [];
  for (let row = 0; row < table.rows; row++) if (isMissing(column, row)) rows.push(row);
  if (rows.length === 0) return;
  const hint = 'Leave such rows out of the data: a test row without an answer cannot be scored.';
  const problems = rows.slice(0, MOST).map((row): Problem => ({
    code: 'TARGET_MISSING',
    message: `${file}, row ${rowOf(row)}, column ${JSON.stringify(target)}: the target of a test row is empty`,
    file,
    hint,
  }));
  if (rows.length > MOST)
    problems.push({
      code: 'TARGET_MISSING',
      message: `${file}: and ${rows.length - MOST} more test rows have no target`,
      file,
      hint,
    });
  throw new InputError(problems);
}

const KEY_NAME =
  /(^|[_\s-])(id|key|uuid|user|customer|client|patient|subject|session|device|account|household|store|document|person|vendor)([_\s-]?(id|no|nr|key|number))?$|[a-z]Id$/i;

function distinct(column: Column, rows: number): number {
  return rows - repeatedCells(column).length;
}

/**
 * Remarks on what may be independent: a time column or a key that repeats, where no unit is declared. Rows of one customer or
 * day move together, and an interval by row is then too narrow.
 */
export function unitWarnings(
  table: Table,
  data: Pick<DataConfig, 'unit' | 'id' | 'split' | 'group'>,
): Warning[] {
  if (data.unit !== undefined) return [];
  const warnings: Warning[] = [];
  const times = [...table.columns].filter(([, column]) => column.kind === 'time').map(([name]) => name);
  if (data.split?.by === 'time' && !times.includes(data.split.on)) times.unshift(data.split.on);
  const time = times[0];
  if (time !== undefined) {
    const message = `column ${JSON.stringify(time)} holds times and no unit is declared: rows of one day may move together, and intervals by row are then too narrow. Declare data.unit: {time: ${time}, block: 1d}, or a column`;
    warnings.push({ code: 'UNIT_TIME', message });
  }
  for (const [name, column] of table.columns) {
    const isKey =
      name !== data.id &&
      (KEY_NAME.test(name) || name === data.group || (data.split?.by === 'group' && data.split.on === name));
    if (!isKey || (column.kind === 'number' && !column.integer) || column.kind === 'time') continue;
    const different = distinct(column, table.rows);
    if (different >= table.rows || different < 10) continue;
    const message = `column ${JSON.stringify(name)} looks like a key and repeats (${different} different values in ${table.rows} rows), and no unit is declared. Declare data.unit: ${name} if rows of one ${name} belong together`;
    warnings.push({ code: 'UNIT_KEY', message });
  }
  return warnings;
}
