import type { Partition, ReadOptions } from '../../data/ports.ts';
import { divideJsonLines, jsonLineChunks, readJsonLines } from '../../table/index.ts';
import type { Table } from '../../table/index.ts';
import { fileSource } from './byte-source.ts';
import type { NamedFile } from './csv-files.ts';
import { withSinks } from './sinks.ts';

/** Reads JSON Lines files as one table; see `readJsonLines`. */
export async function readJsonFiles(files: readonly NamedFile[], options: ReadOptions): Promise<Table> {
  const sources = await Promise.all(files.map(({ path, name }) => fileSource(path, name)));
  return await readJsonLines(sources, options);
}

/** Copies lines of JSON Lines files to other files; see `divideJsonLines`. */
export async function divideJsonFiles(
  files: readonly NamedFile[],
  options: ReadOptions,
  partition: Partition,
): Promise<void> {
  const sources = await Promise.all(files.map(({ path, name }) => fileSource(path, name)));
  const { parts, targets, copies, drop, append } = partition;
  await withSinks([...targets, ...(copies?.targets ?? [])], async (sinks) => {
    await divideJsonLines(sources, {
      parts,
      sinks: sinks.slice(0, targets.length),
      trim: options.trim ?? false,
      ...(copies === undefined ? {} : { copies: { part: copies.part, sinks: sinks.slice(targets.length) } }),
      ...(drop === undefined ? {} : { drop }),
      ...(append === undefined ? {} : { append }),
    });
  });
}

/** Writes a table as JSON Lines. */
export async function writeJsonFile(table: Table, file: string): Promise<void> {
  await withSinks([file], async ([sink]) => {
    for (const text of jsonLineChunks(table)) await sink!.write(text);
  });
}
