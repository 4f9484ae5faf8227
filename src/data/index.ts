import type { Table } from '../table/index.ts';
import type { ReadOptions, TableFiles } from './ports.ts';

export { prepareData } from './prepare.ts';
export type { PreparedData, PrepareRequest } from './prepare.ts';
export { findLeaks, hashesOf, readHashes } from './leaks.ts';
export type { Leaks, RowHashes } from './leaks.ts';
export type { DataFile } from './digests.ts';

/**
 * Reads one file as a table: CSV, Parquet, Arrow or JSON Lines by its content and name. Throws InputError with all problems.
 */
export async function readTableFile(
  path: string,
  options: ReadOptions,
  ports: { readonly tables: TableFiles },
): Promise<Table> {
  return await ports.tables.read([path], options);
}
