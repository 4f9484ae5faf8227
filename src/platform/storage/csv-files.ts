import type { Partition, ReadOptions } from '../../data/ports.ts';
import { csvChunks, divideCsv, readCsv } from '../../table/index.ts';
import type { Table } from '../../table/index.ts';
import { fileSource } from './byte-source.ts';
import { withSinks } from './sinks.ts';

/** A file and how messages call it. */
export interface NamedFile {
  readonly path: string;
  readonly name: string;
}

async function sources(files: readonly NamedFile[]): Promise<Awaited<ReturnType<typeof fileSource>>[]> {
  return await Promise.all(files.map(({ path, name }) => fileSource(path, name)));
}

/** Reads CSV files as one table; see `readCsv`. */
export async function readCsvFiles(files: readonly NamedFile[], options: ReadOptions): Promise<Table> {
  return await readCsv(await sources(files), options);
}

/** Copies rows of CSV files to other files; see `divideCsv`. */
export async function divideCsvFiles(
  files: readonly NamedFile[],
  options: ReadOptions,
  partition: Partition,
): Promise<void> {
  const { targets, copies } = partition;
  await withSinks([...targets, ...(copies?.targets ?? [])], async (sinks) => {
    await divideCsv(await sources(files), options, {
      ...partition,
      sinks: sinks.slice(0, targets.length),
      ...(copies === undefined ? {} : { copies: { part: copies.part, sinks: sinks.slice(targets.length) } }),
    } as Parameters<typeof divideCsv>[2]);
  });
}

/** Writes a table as CSV. */
export async function writeCsvFile(table: Table, file: string): Promise<void> {
  await withSinks([file], async ([sink]) => {
    for (const text of csvChunks(table)) await sink!.write(text);
  });
}
