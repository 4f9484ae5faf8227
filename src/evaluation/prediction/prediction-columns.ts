import type { Task } from '../../contracts/comparison.ts';
import type { Problem } from '../../contracts/errors.ts';
import { isCodedError } from '../../contracts/errors.ts';
import type { Column, Table } from '../../table/index.ts';
import { nearestName, requireNumbers } from '../../table/index.ts';

/** Ours → the file's column names, as `predict.columns` of the config: {score: proba, score_setosa: p0}. */
export type ColumnNames = Readonly<Record<string, string>>;

const PREFIX = 'score_';

/**
 * The columns of a predictions file that its task reads, under our names: binary `score` and/or `prediction`;
 * multiclass `score_<class>` and/or `prediction`; regression `prediction`; ranking `score`; scores: all numeric columns.
 * `also` names further numeric columns to pass along (those of custom metrics). What is missing, or holds no numbers
 * where it must, is added to `problems` as PREDICTIONS_INVALID.
 */
export function readPredictionColumns(
  table: Table,
  request: {
    readonly task: Task;
    readonly names: ColumnNames;
    /** Column that holds the ids; null where rows go by their order. */
    readonly id: string | null;
    readonly also: readonly string[];
    readonly file: string;
  },
  problems: Problem[],
): Map<string, Column> {
  const { task, names, id, also, file } = request;
  const found = new Map<string, Column>();
  const invalid = (message: string, hint: string): void => {
    problems.push({ code: 'PREDICTIONS_INVALID', message: `${file}: ${message}`, file, hint });
  };
  const take = (ours: string, theirs: string, numeric: boolean): void => {
    const column = table.columns.get(theirs);
    if (column === undefined) return;
    if (!numeric) found.set(ours, column);
    else takeNumbers(table, theirs, file, (numbers) => found.set(ours, numbers), invalid);
  };
  for (const [ours, theirs] of Object.entries(names)) {
    if (ours === 'id' || table.columns.has(theirs)) continue;
    invalid(
      `has no column "${theirs}", which predict.columns gives for ${ours}${nearestTo(theirs, table)}`,
      COLUMNS_HINT,
    );
  }
  for (const [ours, numeric] of wantedColumns(task, table, names, id))
    take(ours, names[ours] ?? ours, numeric);
  for (const name of also) {
    if (table.columns.has(name)) take(name, name, true);
    else invalid(`has no column "${name}", which a metric reads${nearestTo(name, table)}`, COLUMNS_HINT);
  }
  if (found.size === 0 && problems.length === 0) invalid(nothingFor(task, table), COLUMNS_HINT);
  return found;
}

const COLUMNS_HINT = 'Write that column, or say under predict.columns what it is called.';

/** Our name of each column to look for, and whether it must hold numbers. */
function wantedColumns(task: Task, table: Table, names: ColumnNames, id: string | null): [string, boolean][] {
  switch (task) {
    case 'binary':
      return [['score', true], ['prediction', false]]; // prettier-ignore
    case 'regression':
      return [['prediction', true]];
    case 'ranking':
      return [['score', true]];
    case 'multiclass': {
      const mapped = Object.keys(names).filter((name) => name.startsWith(PREFIX));
      const scores =
        mapped.length > 0 ? mapped : [...table.columns.keys()].filter((name) => name.startsWith(PREFIX));
      return [...scores.map((name): [string, boolean] => [name, true]), ['prediction', false]];
    }
    case 'scores':
      return [...table.columns].flatMap(([name, column]): [string, boolean][] =>
        column.kind === 'number' && name !== id ? [[name, true]] : [],
      );
  }
}

function takeNumbers(
  table: Table,
  name: string,
  file: string,
  take: (column: Column) => void,
  invalid: (message: string, hint: string) => void,
): void {
  try {
    take(requireNumbers(table, name, file));
  } catch (error) {
    if (!isCodedError(error)) throw error;
    const [first, ...more] = error.problems.map(({ message }) => message.replace(`${file}, `, ''));
    invalid(
      `${first ?? ''}${more.length > 0 ? ` (and ${more.length} more)` : ''}`,
      'Write plain numbers, with NaN or nothing where there is none.',
    );
  }
}

const EXPECTED: Readonly<Record<Task, string>> = {
  binary: '"score" or "prediction"',
  multiclass: '"score_<class>" or "prediction"',
  regression: '"prediction"',
  ranking: '"score"',
  scores: 'any numeric column',
};

function nothingFor(task: Task, table: Table): string {
  const columns = [...table.columns.keys()];
  const wanted =
    task === 'binary' ? ['score', 'prediction'] : task === 'ranking' ? ['score'] : ['prediction'];
  const nearest = wanted.map((name) => nearestName(name, columns)).find((name) => name !== null);
  const near = nearest === undefined ? '' : ` (nearest: "${nearest}")`;
  return `task ${task} needs ${EXPECTED[task]}; found ${columns.slice(0, 20).join(', ')}${near}`;
}

function nearestTo(name: string, table: Table): string {
  const nearest = nearestName(name, table.columns.keys());
  const found = [...table.columns.keys()].slice(0, 20).join(', ');
  return nearest === null ? `; found ${found}` : ` (nearest: "${nearest}"); found ${found}`;
}
