import { basename, dirname, join } from 'node:path';

import type { Task, Warning } from '../../contracts/comparison.ts';
import type { Problem } from '../../contracts/errors.ts';
import { CommandError, InputError, isCodedError } from '../../contracts/errors.ts';
import type { Column, Table } from '../../table/index.ts';
import { alignById, lengthOf, missingCount, repeatedCells, tableOf, textAt } from '../../table/index.ts';
import type { ExchangeFormat, TableExchange } from '../ports.ts';
import { inStyleOf, styledColumns } from './cell-style.ts';
import { readPredictionColumns } from './prediction-columns.ts';
import type { ColumnNames } from './prediction-columns.ts';
import { withholdAnswers } from './withhold.ts';
import type { Withheld } from './withhold.ts';

export interface CommandPredictionRequest {
  /** The rows to predict: all columns but the target and the weight, the id column in its place. */
  readonly features: Table;
  /** Name of the id column; null for `id: row`. */
  readonly id: string | null;
  /** Columns that must not be shown whatever `features` holds: target, weight. */
  readonly withhold: readonly string[];
  readonly task: Task;
  /** `predict.columns` of the config; `{id: row}` matches rows by their order. */
  readonly columns: ColumnNames;
  /** Numeric columns of the answer that custom metrics read. */
  readonly also?: readonly string[];
  /** Of the order in which rows are shown; user code should not be told it. */
  readonly seed: number;
  /** Of the files: that of the data's source. */
  readonly format: ExchangeFormat;
  /**
   * The file that training was given, in `format`: times, true and false are then spelled in the command's input as
   * they are there. Without it in our own way.
   */
  readonly like?: string;
  /** An existing, empty folder for the two files; the caller removes it. */
  readonly dir: string;
  /** Runs the user's command on absolute paths; throws where it fails. */
  run(files: { readonly input: string; readonly output: string }): Promise<void>;
  warn?(warning: Warning): void;
}

/**
 * Lets a `predict` command predict rows that it cannot recognise: without target and weight, with other ids, in
 * another order. Its answer is checked as a whole and given back in the original order, under the names of the task
 * (`score`, `score_<class>`, `prediction`). Rows it left out are missing (NaN) there, infinite values stay: the verdict
 * ends as PREDICTIONS_INCOMPLETE on either.
 *
 * Throws CommandError PREDICTIONS_INVALID with all problems at once: nothing written, unreadable, no column for the
 * task, cells that are no numbers, ids that are unknown or repeated, another number of rows where they go by order.
 */
export async function predictWithCommand(
  request: CommandPredictionRequest,
  ports: { readonly tables: TableExchange },
): Promise<Table> {
  if (request.features.rows === 0) {
    throw new InputError({
      code: 'NO_ROWS',
      message: 'there are no rows to predict',
      hint: 'Check the split of the data.',
    });
  }
  const shown = withholdAnswers(request.features, request);
  const input = join(request.dir, `input.${request.format}`);
  const output = join(request.dir, `output.${request.format}`);
  await ports.tables.write(await spelled(shown.table, request, ports.tables), input, request.format);
  await request.run({ input, output });
  const answer = await readAnswer(output, ports.tables);
  const file = basename(output);
  const problems: Problem[] = [];
  const id = idColumn(request, answer);
  const columns = readPredictionColumns(
    answer,
    { task: request.task, names: request.columns, id, also: request.also ?? [], file },
    problems,
  );
  const rows = id === null ? byOrder(answer, shown, file, problems) : byId(answer, id, shown, file, problems);
  if (problems.length > 0) throw new CommandError(problems);
  warnOfMissing(rows, request);
  return inOriginalOrder(columns, rows, shown.order);
}

/** Text formats lose how a cell was written once it is read: it is looked up in what training reads. */
async function spelled(
  table: Table,
  request: CommandPredictionRequest,
  tables: TableExchange,
): Promise<Table> {
  const names = styledColumns(table);
  const isText = request.format === 'csv' || request.format === 'jsonl';
  if (request.like === undefined || !isText || names.length === 0) return table;
  return inStyleOf(table, await tables.read([request.like], { columns: names, asText: names }));
}

/** Column of the answer that holds the ids; null where rows go by their order. `id` serves where the data's own name is not there. */
function idColumn({ columns, id }: CommandPredictionRequest, answer: Table): string | null {
  const named = columns['id'];
  if (named === 'row' || id === null) return null;
  return named ?? (answer.columns.has(id) || !answer.columns.has('id') ? id : 'id');
}

async function readAnswer(output: string, tables: TableExchange): Promise<Table> {
  const file = basename(output);
  try {
    return await tables.read([output], { base: dirname(output) });
  } catch (error) {
    if (!isCodedError(error)) throw error;
    const absent = error.code === 'FILE_NOT_FOUND';
    throw new CommandError(
      error.problems.map((problem) => ({
        ...problem,
        code: 'PREDICTIONS_INVALID' as const,
        message: absent ? `the predict command ended well and wrote no ${file} to {output}` : problem.message,
        hint: absent
          ? 'Let the command write its predictions to the path given as {output}.'
          : (problem.hint ?? ''),
      })),
      { cause: error },
    );
  }
}

/** For each shown row its row of the answer. */
function byOrder(answer: Table, shown: Withheld, file: string, problems: Problem[]): Int32Array {
  const expected = shown.table.rows;
  if (answer.rows !== expected) {
    problems.push({
      code: 'PREDICTIONS_INVALID',
      message: `${file}: holds ${answer.rows} rows, expected ${expected}: rows go by their order, one for each of {input}`,
      file,
      hint: 'Write one row for every input row, in the same order, or copy the id column and leave out predict.columns.id.',
    });
  }
  return Int32Array.from({ length: expected }, (_, row) => (row < answer.rows ? row : -1));
}

/** For each shown row the row of the answer with its id, or -1. */
function byId(answer: Table, id: string, shown: Withheld, file: string, problems: Problem[]): Int32Array {
  const given = answer.columns.get(id);
  const none = new Int32Array(shown.table.rows).fill(-1);
  const invalid = (message: string, hint: string): void => {
    problems.push({ code: 'PREDICTIONS_INVALID', message: `${file}: ${message}`, file, hint });
  };
  if (given === undefined || shown.ids === null) {
    const found = [...answer.columns.keys()].slice(0, 20).join(', ');
    invalid(
      `has no id column "${id}"; found ${found}`,
      'Copy that column from {input}, or say `predict: {columns: {id: row}}` where the rows keep the order of {input}.',
    );
    return none;
  }
  const empty = missingCount(given);
  if (empty > 0)
    invalid(`${empty} of ${answer.rows} rows have no id in "${id}"`, 'Copy the ids from {input}.');
  const repeated = repeatedCells(given);
  if (repeated.length > 0) {
    const [first, again] = repeated[0]!;
    invalid(
      `id ${textAt(given, again) ?? ''} stands in rows ${first + 1} and ${again + 1}${repeated.length > 1 ? ` (and ${repeated.length - 1} more repeated ids)` : ''}`,
      'Write one row for every id.',
    );
    return none;
  }
  refuseUnknownIds(given, shown.ids, id, invalid);
  return alignById(shown.ids, given);
}

function refuseUnknownIds(
  given: Column,
  known: Column,
  id: string,
  invalid: (message: string, hint: string) => void,
): void {
  const places = alignById(given, known);
  const unknown = [...places.keys()].filter((row) => places[row]! < 0 && textAt(given, row) !== null);
  if (unknown.length === 0) return;
  const named = unknown.slice(0, 3).map((row) => textAt(given, row) ?? '');
  invalid(
    `${unknown.length} ids in "${id}" are not those of {input}, e.g. ${named.join(', ')}`,
    'Copy the id column of {input} as it is; its ids differ from those of the training data.',
  );
}

function warnOfMissing(rows: Int32Array, request: CommandPredictionRequest): void {
  const missing = rows.reduce((count, row) => count + (row < 0 ? 1 : 0), 0);
  if (missing === 0) return;
  request.warn?.({
    code: 'PREDICTIONS_LEFT_OUT',
    message: `the predict command left out ${missing} of ${rows.length} rows`,
  });
}

/** `rows` holds, for each shown row, its row of the answer (-1: missing); `order` where that row stood originally. */
function inOriginalOrder(columns: ReadonlyMap<string, Column>, rows: Int32Array, order: Int32Array): Table {
  const source = new Int32Array(order.length);
  for (let shown = 0; shown < order.length; shown++) source[order[shown]!] = rows[shown]!;
  return tableOf([...columns].map(([name, column]) => [name, gathered(column, source)] as const));
}

/** As takeColumn, with missing cells where the row is -1. */
function gathered(column: Column, rows: Int32Array): Column {
  if (lengthOf(column) === 0) throw new TypeError('a predictions file without rows');
  if (column.kind === 'text') {
    return { ...column, codes: rows.map((row) => (row < 0 ? -1 : column.codes[row]!)) };
  }
  return { ...column, values: Float64Array.from(rows, (row) => (row < 0 ? NaN : column.values[row]!)) };
}
