import { relative } from 'node:path';

import type { Partition, ReadOptions, TableFiles, TableFormat } from '../../data/ports.ts';
import { asText, trimTexts } from '../../table/index.ts';
import type { Table } from '../../table/index.ts';
import { divideCsvFiles, readCsvFiles, writeCsvFile } from '../storage/csv-files.ts';
import type { NamedFile } from '../storage/csv-files.ts';
import { formatOfFile } from '../storage/format.ts';
import { divideJsonFiles, readJsonFiles, writeJsonFile } from '../storage/json-files.ts';
import { refuseMixed, requireRows } from '../storage/same-shape.ts';

function named(files: readonly string[], base: string | undefined): NamedFile[] {
  return files.map((path) => ({
    path,
    name: base === undefined ? path : relative(base, path).replaceAll('\\', '/'),
  }));
}

async function commonFormat(
  files: readonly NamedFile[],
  declared: TableFormat | undefined,
): Promise<TableFormat> {
  const formats: TableFormat[] = [];
  for (const { path, name } of files) formats.push(await formatOfFile(path, declared, name));
  return refuseMixed(files, formats);
}

async function readAs(
  format: TableFormat,
  files: readonly NamedFile[],
  options: ReadOptions,
): Promise<Table> {
  switch (format) {
    case 'csv':
      return await readCsvFiles(files, options);
    case 'jsonl':
      return await readJsonFiles(files, options);
    case 'arrow':
      return await (await import('../storage/arrow-files.ts')).readArrowFiles(files, options);
    case 'parquet':
      return await (await import('./duckdb-parquet.ts')).readParquetFiles(files, options);
  }
}

async function read(paths: readonly string[], options: ReadOptions): Promise<Table> {
  const files = named(paths, options.base);
  const format = await commonFormat(files, options.format);
  const table = requireRows(await readAs(format, files, options), files);
  if (format === 'csv') return table;
  const texts = new Set(options.asText ?? []);
  const columns = [...table.columns].map(([name, column]) => {
    const wanted = texts.has(name) ? asText(column) : column;
    return [name, options.trim === true && wanted.kind === 'text' ? trimTexts(wanted) : wanted] as const;
  });
  return { rows: table.rows, columns: new Map(columns) };
}

async function write(table: Table, file: string, format: TableFormat): Promise<void> {
  switch (format) {
    case 'csv':
      await writeCsvFile(table, file);
      break;
    case 'jsonl':
      await writeJsonFile(table, file);
      break;
    case 'arrow':
      await (await import('../storage/arrow-files.ts')).writeArrowFile(table, file);
      break;
    case 'parquet':
      await (await import('./duckdb-parquet.ts')).writeParquetFile(table, file);
  }
}

async function partition(paths: readonly string[], options: ReadOptions, what: Partition): Promise<void> {
  const files = named(paths, options.base);
  switch (await commonFormat(files, options.format)) {
    case 'csv':
      await divideCsvFiles(files, options, what);
      break;
    case 'jsonl':
      await divideJsonFiles(files, options, what);
      break;
    case 'arrow':
      await (await import('../storage/arrow-files.ts')).divideArrowFiles(files, options, what);
      break;
    case 'parquet':
      await (await import('./duckdb-parquet.ts')).divideParquetFiles(files, options, what);
  }
}

/**
 * Tables in files on this machine. DuckDB and apache-arrow are loaded when a file first needs them, not before: whatever
 * meets Parquet or SQL throws PlatformError NATIVE_MISSING or DIGEST_MISMATCH where DuckDB cannot be had.
 */
export function createTableFiles(): TableFiles {
  return {
    read,
    write,
    partition,
    query: async (sql, dir, files) => await (await import('./duckdb-query.ts')).query(sql, dir, files ?? []),
    queryTo: async (sql, dir, files, target) =>
      await (await import('./duckdb-query.ts')).queryTo(sql, dir, files, target),
    namesInQuery: async (sql) => await (await import('./duckdb-query.ts')).namesInQuery(sql),
    formatOf: async (file, declared) => await formatOfFile(file, declared, file),
  };
}
