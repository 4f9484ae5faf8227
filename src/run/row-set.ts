import type { Digest } from '../contracts/digest.ts';
import type { PreparedData } from '../data/index.ts';
import type { Table } from '../table/index.ts';
import type { RunPorts } from './ports.ts';

/** Rows that both models predict, with their answers; read at most once. */
export interface RowSet {
  /** `test`, `old test`, `validation`, `suite golden`. */
  readonly name: string;
  readonly digest: Digest;
  read(): Promise<Table>;
}

/** Rows in a file of the data cache. */
export function rowSet(name: string, file: string, digest: Digest, ports: Pick<RunPorts, 'tables'>): RowSet {
  let table: Promise<Table> | null = null;
  return { name, digest, read: () => (table ??= ports.tables.read([file], {})) };
}

/** The validation rows; null where there are none. */
export function validationSet(data: PreparedData, ports: Pick<RunPorts, 'tables'>): RowSet | null {
  const { validation, digests } = data;
  return validation === null || digests.validation === null
    ? null
    : rowSet('validation', validation, digests.validation, ports);
}
