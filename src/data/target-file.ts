import { InputError } from '../contracts/errors.ts';
import type { Column, Table } from '../table/index.ts';
import {
  alignById,
  columnMissing,
  requireColumn,
  requireUniqueIds,
  takeColumn,
  textAt,
} from '../table/index.ts';
import type { TableFiles } from './ports.ts';
import type { DataConfig } from './schema.ts';
import { readOptions } from './shape.ts';

/** A target that stands in a file of its own, brought beside the rows of the source. */
export interface JoinedTarget {
  readonly name: string;
  readonly column: Column;
  /** Row of the target file of each row of the source; null = the same. */
  readonly rowOf: Int32Array | null;
  readonly rows: number;
}

const MOST = 10;

function targetColumn(table: Table, data: DataConfig, file: string): string {
  if (data.target !== undefined && table.columns.has(data.target)) return data.target;
  const others = [...table.columns.keys()].filter((name) => name !== data.id);
  if (others.length === 1) return others[0]!;
  if (data.target !== undefined) throw new InputError(columnMissing(table, data.target, file));
  const hint = `Name the column: target: ${others[0] ?? 'NAME'}.`;
  throw new InputError({
    code: 'COLUMN_MISSING',
    message: `${file} has ${others.length} columns that may be the target, expected one, or its name in data.target`,
    file,
    hint,
  });
}

function joinById(source: Table, targets: Table, id: string, file: string): Int32Array {
  const ids = requireColumn(targets, id, file);
  requireUniqueIds(ids, id, file);
  const own = requireColumn(source, id);
  const rowOf = alignById(own, ids);
  const lost = [...rowOf.keys()].filter((row) => rowOf[row] === -1);
  if (lost.length === 0) return rowOf;
  const shown = lost
    .slice(0, MOST)
    .map((row) => JSON.stringify(textAt(own, row)))
    .join(', ');
  const message = `${file} lacks ${lost.length} of the ${source.rows} ids of the source: ${shown}${lost.length > MOST ? ', …' : ''}`;
  throw new InputError({
    code: 'ID_MISMATCH',
    message,
    file,
    hint: 'Every row of the source needs its target.',
  });
}

/**
 * Reads target files and brings the targets into the order of the source: by the id column where the target file has it, else
 * row by row. Throws InputError COLUMN_MISSING, COLUMN_DUPLICATE, ID_MISMATCH and what reading throws.
 */
export async function joinTarget(
  source: Table,
  files: readonly string[],
  data: DataConfig,
  label: string,
  base: string,
  tables: TableFiles,
): Promise<JoinedTarget> {
  const { header, trim } = readOptions(data);
  const headerless = header !== undefined && header !== true;
  const targets = await tables.read(files, {
    base,
    ...(headerless ? { header: false } : {}),
    ...(trim === true ? { trim } : {}),
  });
  const from = targetColumn(targets, data, label);
  const name = data.target ?? (headerless ? 'target' : from);
  if (source.columns.has(name)) {
    throw new InputError({
      code: 'COLUMN_DUPLICATE',
      message: `the source has a column ${JSON.stringify(name)} already, and ${label} gives the target of that name`,
      file: label,
      hint: 'Leave out `target-file`, or drop the column.',
    });
  }
  const column = requireColumn(targets, from, label);
  if (data.id !== 'row' && targets.columns.has(data.id)) {
    const rowOf = joinById(source, targets, data.id, label);
    return { name, column: takeColumn(column, rowOf), rowOf, rows: targets.rows };
  }
  if (targets.rows !== source.rows) {
    const message = `${label} has ${targets.rows} rows, the source ${source.rows}: without an id column they must match row by row`;
    throw new InputError({
      code: 'ID_MISMATCH',
      message,
      file: label,
      hint: 'Give both files the id column, or the same rows.',
    });
  }
  return { name, column, rowOf: null, rows: targets.rows };
}
