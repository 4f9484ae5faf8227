import { InputError } from '../../contracts/errors.ts';
import type { Problem } from '../../contracts/errors.ts';
import type { Column, Table } from '../table.ts';
import { columnMissing } from '../tables.ts';
import { eachBlock } from './blocks.ts';
import type { ByteSource, CsvLayout, CsvOptions } from './blocks.ts';
import { CsvColumn, guessKind } from './build.ts';
import type { CsvScanner } from './scan.ts';

export interface CsvReadOptions extends CsvOptions {
  readonly columns?: readonly string[];
  readonly asText?: readonly string[];
}

/** Columns being built, and those whose first kind turned out wrong. */
interface Pass {
  readonly columns: Map<string, CsvColumn>;
  readonly wrong: Set<string>;
}

/**
 * Reads CSV files as one table. A column's kind is what all of its cells are: number, time (ISO 8601), boolean (text
 * 'true' / 'false') or text. The files are read once with the kinds of their first block; columns that a later cell
 * contradicts are read again as text, so that no cell is lost or rounded and memory holds each column once.
 * Throws InputError as `eachBlock` does, COLUMN_MISSING, and NO_ROWS.
 */
export async function readCsv(sources: readonly ByteSource[], options: CsvReadOptions): Promise<Table> {
  const asText = new Set(options.asText ?? []);
  const first = await readPass(sources, options, (name, bytes, scanner, field) =>
    asText.has(name) ? 'text' : guessKind(bytes, scanner, field),
  );
  if (first.rows === 0) throw noRows(sources);
  const finished = new Map<string, Column | null>();
  for (const [name, column] of first.columns) {
    finished.set(name, first.wrong.has(name) ? null : column.finish());
    first.columns.delete(name);
  }
  const again = [...finished].filter(([, column]) => column === null).map(([name]) => name);
  if (again.length > 0) {
    // Whole numbers beyond 2^53 are among them: as bigint their words for "missing" stay missing.
    const second = await readPass(sources, { ...options, columns: again }, (name) =>
      first.wrong.has(name) ? 'text' : 'bigint',
    );
    for (const [name, column] of second.columns) finished.set(name, column.finish());
  }
  return { rows: first.rows, columns: finished as Map<string, Column> };
}

type KindOf = (name: string, bytes: Buffer, scanner: CsvScanner, field: number) => CsvColumn['kind'];

async function readPass(
  sources: readonly ByteSource[],
  options: CsvReadOptions,
  kindOf: KindOf,
): Promise<Pass & { rows: number }> {
  const pass: Pass = { columns: new Map(), wrong: new Set() };
  let names: readonly string[] | null = null;
  let rows = 0;
  const bytesLeft = sources.reduce((sum, source) => sum + source.size, 0);
  for (const source of sources) {
    let fieldOf = new Map<string, number>();
    const begin = (layout: CsvLayout): void => {
      names ??= layout.names;
      fieldOf = fieldsOf(layout.names, names, options.columns, source.name, sources[0]!.name);
    };
    const block = (bytes: Buffer, scanner: CsvScanner): void => {
      for (const [name, field] of fieldOf) {
        if (pass.wrong.has(name)) continue;
        let column = pass.columns.get(name);
        if (column === undefined) {
          column = new CsvColumn(name, kindOf(name, bytes, scanner, field), plannedRows(bytesLeft, scanner));
          pass.columns.set(name, column);
        }
        if (!column.addBlock(bytes, scanner, field)) pass.wrong.add(name);
      }
    };
    rows += await eachBlock(source, options, { begin, block });
  }
  return { ...pass, rows };
}

/** Rows to expect from the bytes to read and the length of the first rows; a little more, so that nothing is copied. */
function plannedRows(bytes: number, scanner: CsvScanner): number {
  const length = scanner.recordEnds[scanner.records - 1]! - scanner.recordStarts[0]! + 1;
  return Math.max(scanner.records, Math.ceil((bytes / length) * scanner.records * 1.02));
}

/** Where each wanted column stands in this file. */
function fieldsOf(
  here: readonly string[],
  names: readonly string[],
  wanted: readonly string[] | undefined,
  file: string,
  firstFile: string,
): Map<string, number> {
  const table: Table = {
    rows: 0,
    columns: new Map(
      here.map((name) => [name, { kind: 'number', values: new Float64Array(0), integer: true }]),
    ),
  };
  const problems: Problem[] = [...(wanted ?? names)]
    .filter((name) => !here.includes(name))
    .map((name) => columnMissing(table, name, file));
  for (const name of here) {
    if (names.includes(name)) continue;
    problems.push({
      code: 'COLUMN_MISSING',
      message: `${file} has a column ${JSON.stringify(name)} that ${firstFile} lacks`,
      file,
      hint: 'All files of a source must have the same columns.',
    });
  }
  if (problems.length > 0) throw new InputError(problems);
  return new Map((wanted ?? names).map((name) => [name, here.indexOf(name)]));
}

function noRows(sources: readonly ByteSource[]): InputError {
  const file = sources[0]!.name;
  const message =
    sources.length === 1
      ? `${file} has a header and no rows`
      : `${file} and ${sources.length - 1} more files have no rows`;
  return new InputError({
    code: 'NO_ROWS',
    message,
    file,
    hint: 'If the first row is data, say `header: false`.',
  });
}
