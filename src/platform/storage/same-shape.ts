import { InputError } from '../../contracts/errors.ts';
import type { Problem } from '../../contracts/errors.ts';
import { columnMissing } from '../../table/index.ts';
import type { Column, Table } from '../../table/index.ts';
import type { TableFormat } from './format.ts';

/** How messages call a file. */
interface Named {
  readonly name: string;
}

/** The one format of all files. Throws InputError FORMAT_UNKNOWN where there are several. */
export function refuseMixed(files: readonly Named[], formats: readonly TableFormat[]): TableFormat {
  const first = formats[0];
  if (first === undefined) throw new TypeError('no files to read');
  const other = formats.findIndex((format) => format !== first);
  if (other < 0) return first;
  const message = `${files[other]!.name} is ${formats[other]!}, ${files[0]!.name} is ${first}: the files of one source must have one format`;
  throw new InputError({
    code: 'FORMAT_UNKNOWN',
    message,
    file: files[other]!.name,
    hint: 'Name the files of one format with a pattern such as data/*.csv.',
  });
}

/** The table, unless it has no rows. Throws InputError NO_ROWS. */
export function requireRows(table: Table, files: readonly Named[]): Table {
  if (table.rows > 0) return table;
  const more = files.length > 1 ? ` and ${files.length - 1} more files` : '';
  throw new InputError({
    code: 'NO_ROWS',
    message: `${files[0]!.name}${more}: there are no rows`,
    file: files[0]!.name,
  });
}

/** Throws InputError COLUMN_MISSING unless a file has the columns of the first one and those that are asked for. */
export function requireSameColumns(
  own: readonly string[],
  file: string,
  first: readonly string[],
  firstFile: string,
  wanted: readonly string[] | undefined,
): void {
  const none: Column = { kind: 'number', values: new Float64Array(0), integer: true };
  const table: Table = { rows: 0, columns: new Map(own.map((name) => [name, none])) };
  const problems: Problem[] = [...new Set([...(wanted ?? first)])]
    .filter((name) => !own.includes(name))
    .map((name) => columnMissing(table, name, file));
  for (const name of own) {
    if (first.includes(name)) continue;
    const message = `${file} has a column ${JSON.stringify(name)} that ${firstFile} lacks`;
    problems.push({
      code: 'COLUMN_MISSING',
      message,
      file,
      hint: 'All files of a source must have the same columns.',
    });
  }
  if (problems.length > 0) throw new InputError(problems);
}

/** Throws InputError COLUMN_DUPLICATE naming every name that occurs twice. */
export function requireDistinctColumns(names: readonly string[], file: string): void {
  const twice = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
  if (twice.length === 0) return;
  throw new InputError(
    twice.map((name) => ({
      code: 'COLUMN_DUPLICATE' as const,
      message: `${file}: the column name ${JSON.stringify(name)} occurs more than once`,
      file,
      hint: 'Give each column its own name.',
    })),
  );
}

/** Throws InputError INPUT_CHANGED where a file no longer has the rows it had. */
export function refuseChanged(file: string, rows: number, expected: number): void {
  if (rows === expected) return;
  const message = `${file} changed while it was read: ${expected} rows before, ${rows} now`;
  throw new InputError({
    code: 'INPUT_CHANGED',
    message,
    file,
    hint: 'Run again once nothing writes to it.',
  });
}
