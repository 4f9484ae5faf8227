import { basename, extname } from 'node:path';

import type { ModelConfig } from '../config/index.ts';
import { InputError } from '../contracts/errors.ts';
import type { TableFiles } from '../data/ports.ts';
import { dropColumns, takeRows, textAt, type Table } from '../table/index.ts';
import { named } from './handover.ts';

/** More classes than any task has; a table of more columns is something else. */
const MOST_COLUMNS = 20_000;

/**
 * Predictions that somebody else made, as a table: ids and what a model said, and no column that the answers hold, so
 * that a target, a weight or a unit is always ours. With `id: row` there must be one row for each answer.
 *
 * @throws InputError PREDICTIONS_INVALID, and what reading the file throws
 */
export async function readPredictions(
  file: string,
  answers: Table,
  { data }: Pick<ModelConfig, 'data'>,
  ports: { readonly tables: TableFiles },
): Promise<Table> {
  const name = basename(file);
  const format = await ports.tables.formatOf(file);
  if (`.${format}` !== extname(file)) throw invalid(name, `its content is ${format}`);
  const table = await ports.tables.read([file], {});
  if (table.columns.size > MOST_COLUMNS) throw invalid(name, `it has ${table.columns.size} columns`);
  const id = data.id === 'row' ? 'id' : data.id;
  const foreign = [...table.columns.keys()].find(
    (column) => column !== id && (answers.columns.has(column) || column === 'row'),
  );
  if (foreign !== undefined)
    throw invalid(
      name,
      `it holds column ${named(foreign)}, which is the data’s; expected ids and predictions only`,
    );
  return data.id === 'row' ? inRowOrder(table, answers, name) : table;
}

/** Predictions that a version released: as they are, without the answers it released beside them. */
export async function readReleased(
  file: string,
  answers: Table,
  { data }: Pick<ModelConfig, 'data'>,
  ports: { readonly tables: TableFiles },
): Promise<Table> {
  const table = await ports.tables.read([file], {});
  const beside = [...answers.columns.keys()].filter((name) => name !== data.id && table.columns.has(name));
  const told = dropColumns(table, beside);
  return data.id === 'row' ? inRowOrder(told, answers, basename(file)) : told;
}

/** Only the rows whose id the answers hold: where the data were changed, others were predicted too. */
export function onKnownRows(table: Table, answers: Table, id: string): Table {
  const [ours, theirs] = [answers.columns.get(id), table.columns.get(id)];
  if (ours === undefined || theirs === undefined) return table;
  const known = new Set(Array.from({ length: answers.rows }, (_, row) => textAt(ours, row)));
  const rows = Array.from({ length: table.rows }, (_, row) => row);
  return takeRows(table, Int32Array.from(rows.filter((row) => known.has(textAt(theirs, row)))));
}

/** Rows without ids go by their order: then none may be missing. A column `id` may number them from 1. */
function inRowOrder(table: Table, answers: Table, name: string): Table {
  if (table.rows !== answers.rows)
    throw invalid(name, `it has ${table.rows} rows, there are ${answers.rows} test rows`);
  const numbers = table.columns.get('id');
  if (numbers === undefined) return table;
  for (let row = 0; row < table.rows; row++)
    if (textAt(numbers, row) !== String(row + 1)) throw invalid(name, `row ${row + 1} has another number`);
  return dropColumns(table, ['id']);
}

function invalid(name: string, why: string): InputError {
  return new InputError({ code: 'PREDICTIONS_INVALID', message: `${name} is not taken: ${why}` });
}
