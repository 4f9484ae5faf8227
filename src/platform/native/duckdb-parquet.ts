import { rename, rm } from 'node:fs/promises';

import type { DuckDBConnection } from '@duckdb/node-api';

import { InputError, isCodedError, PlatformError } from '../../contracts/errors.ts';
import type { Partition, ReadOptions } from '../../data/ports.ts';
import type { Table } from '../../table/index.ts';
import type { NamedFile } from '../storage/csv-files.ts';
import { refuseChanged, requireDistinctColumns, requireSameColumns } from '../storage/same-shape.ts';
import { temporaryName } from '../storage/sinks.ts';
import { identifier, literal, literals, plainMessage, withDuckdb } from './duckdb.ts';
import { describe, readQuery } from './duckdb-read.ts';
import { registerBytes, registerColumns } from './duckdb-write.ts';

/** Hive partitions in paths are no columns: a table is what is in its files. */
function scan(paths: readonly string[]): string {
  return `SELECT * FROM read_parquet(${literals(paths)}, hive_partitioning = false)`;
}

function broken(error: unknown, { name }: NamedFile): Error {
  if (isCodedError(error)) return error;
  const message = `${name} cannot be read as Parquet: it is cut off or damaged`;
  return new InputError(
    { code: 'FORMAT_BROKEN', message, file: name, hint: 'Write or fetch the file again.' },
    { cause: error },
  );
}

/** Top-level column names of a file, as they stand in it. */
async function namesIn(connection: DuckDBConnection, path: string): Promise<string[]> {
  const result = await connection.runAndReadAll(
    `SELECT name, num_children FROM parquet_schema(${literal(path)})`,
  );
  const rows = result
    .getRows()
    .map(([name, children]) => ({ name: String(name), children: Number(children ?? 0) }));
  const names: string[] = [];
  // Depth first from the root: a column is followed by its children.
  const skip = (at: number): number => {
    let next = at + 1;
    for (let child = 0; child < rows[at]!.children; child++) next = skip(next);
    return next;
  };
  for (let at = 1; at < rows.length; at = skip(at)) names.push(rows[at]!.name);
  return names;
}

async function checkShape(
  connection: DuckDBConnection,
  files: readonly NamedFile[],
  wanted: readonly string[] | undefined,
): Promise<void> {
  let first: string[] | null = null;
  for (const file of files) {
    try {
      const names = await namesIn(connection, file.path);
      requireDistinctColumns(names, file.name);
      first ??= names;
      requireSameColumns(names, file.name, first, files[0]!.name, wanted);
    } catch (error) {
      throw broken(error, file);
    }
  }
}

/** Which file of several is the damaged one. */
async function blame(
  connection: DuckDBConnection,
  files: readonly NamedFile[],
  error: unknown,
): Promise<Error> {
  if (isCodedError(error)) return error;
  for (const file of files) {
    try {
      const result = await connection.stream(scan([file.path]));
      while (((await result.fetchChunk())?.rowCount ?? 0) > 0);
    } catch (cause) {
      return broken(cause, file);
    }
  }
  return broken(error, files[0]!);
}

/** Reads Parquet files as one table. Throws InputError FORMAT_BROKEN, COLUMN_MISSING, COLUMN_DUPLICATE. */
export async function readParquetFiles(files: readonly NamedFile[], options: ReadOptions): Promise<Table> {
  const paths = files.map(({ path }) => path);
  return await withDuckdb({ directories: [], files: paths }, async (connection) => {
    await checkShape(connection, files, options.columns);
    try {
      return await readQuery(connection, scan(paths), options.columns);
    } catch (error) {
      throw await blame(connection, files, error);
    }
  });
}

/** Runs COPY to a file beside its place and renames it: whole or not at all. */
export async function copyTo(connection: DuckDBConnection, query: string, file: string): Promise<void> {
  const temporary = temporaryName(file);
  try {
    await connection.run(`COPY (${query}) TO ${literal(temporary)} (FORMAT parquet, COMPRESSION zstd)`);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Writes a table as Parquet (zstd): whole numbers BIGINT, others DOUBLE, times TIMESTAMP in UTC, text VARCHAR. */
export async function writeParquetFile(table: Table, file: string): Promise<void> {
  try {
    await withDuckdb(null, async (connection) => {
      const rows = registerColumns(connection, table.rows, table.columns);
      await copyTo(connection, `SELECT * FROM ${rows}`, file);
    });
  } catch (error) {
    if (isCodedError(error)) throw error;
    throw new PlatformError(
      { code: 'DISK', message: `${file} cannot be written: ${plainMessage(error)}`, file },
      { cause: error },
    );
  }
}

/** The columns that go out, without dropped ones, trimmed where asked for. */
async function selection(
  connection: DuckDBConnection,
  query: string,
  options: ReadOptions,
  partition: Partition,
): Promise<string> {
  const columns = await describe(connection, query);
  const kept = columns.filter(({ name }) => !(partition.drop ?? []).includes(name));
  const expressions = kept.map(({ name, type }) => {
    const column = `source.${identifier(name)}`;
    return options.trim === true && type.toString() === 'VARCHAR'
      ? `trim(${column}) AS ${identifier(name)}`
      : column;
  });
  if (partition.append !== undefined) expressions.push(`added.${identifier(partition.append.name)}`);
  return expressions.join(', ');
}

/** Copies rows of Parquet files to other Parquet files with the types they have. Throws as `readParquetFiles`. */
export async function divideParquetFiles(
  files: readonly NamedFile[],
  options: ReadOptions,
  partition: Partition,
): Promise<void> {
  const { parts, targets, copies, append } = partition;
  await withDuckdb(null, async (connection) => {
    await checkShape(connection, files, partition.drop);
    const counts = await rowCounts(connection, files);
    refuseChanged(
      files[0]!.name,
      counts.reduce((sum, count) => sum + count, 0),
      parts.length,
    );
    const query = scan(files.map(({ path }) => path));
    const columns = await selection(connection, query, options, partition);
    const added =
      append === undefined
        ? ''
        : ` POSITIONAL JOIN ${registerColumns(connection, parts.length, [[append.name, append.column]])} AS added`;
    const copy = async (from: string, own: Uint8Array, part: number, target: string): Promise<void> => {
      const rows = `(${from}) AS source POSITIONAL JOIN ${registerBytes(connection, 'part', own)} AS parts${added}`;
      await copyTo(connection, `SELECT ${columns} FROM ${rows} WHERE parts.part = ${part}`, target);
    };
    try {
      for (const [part, target] of targets.entries()) await copy(query, parts, part, target);
      let from = 0;
      for (const [index, target] of (copies?.targets ?? []).entries()) {
        const to = from + counts[index]!;
        await copy(scan([files[index]!.path]), parts.slice(from, to), copies!.part, target);
        from = to;
      }
    } catch (error) {
      throw await blame(connection, files, error);
    }
  });
}

async function rowCounts(connection: DuckDBConnection, files: readonly NamedFile[]): Promise<number[]> {
  const counts: number[] = [];
  for (const file of files) {
    const result = await connection.runAndReadAll(`SELECT count(*) FROM read_parquet(${literal(file.path)})`);
    counts.push(Number(result.getRows()[0]?.[0] ?? 0));
  }
  return counts;
}
