import { columnOf, type Column, type Table } from '../table/index.ts';
import type { Side } from './side.ts';

/**
 * A run's predictions with their answers, so that `slipway compare` reads two runs' files as they are: id, target,
 * unit and weight under the data's names, then what the model said. `id: row` becomes a column `id` counting from 1.
 */
export function predictionsTable(side: Side, answers: Table, predictions: Table): Table {
  const { id, target, unit, weight } = side.config.data;
  const kept = [target, typeof unit === 'string' ? unit : unit?.time, weight];
  const columns = new Map<string, Column>();
  if (id === 'row') columns.set('id', rowNumbers(answers.rows));
  for (const name of [id, ...kept]) {
    const column = name === undefined ? undefined : answers.columns.get(name);
    if (name !== undefined && column !== undefined) columns.set(name, column);
  }
  for (const [name, column] of predictions.columns) if (!columns.has(name)) columns.set(name, column);
  return { rows: answers.rows, columns };
}

function rowNumbers(rows: number): Column {
  return columnOf(Float64Array.from({ length: rows }, (_, row) => row + 1));
}
