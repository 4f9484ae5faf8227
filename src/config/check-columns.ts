import type { Path } from './located.ts';
import { suggestion } from './nearest.ts';
import type { DataShape } from './ports.ts';
import type { ModelConfig } from './schema.ts';

interface MissingColumn {
  readonly path: Path;
  readonly message: string;
  readonly hint: string | undefined;
}

/** Columns that the config names and the data does not have, each with the nearest that exists. */
export function checkColumns({ data, evaluate }: ModelConfig, { columns }: DataShape): MissingColumn[] {
  const names = columns.map(({ name }) => name);
  const missing: MissingColumn[] = [];
  const want = (path: Path, column: string | undefined): void => {
    if (column === undefined || names.includes(column)) return;
    missing.push({ path, message: `the data has no column \`${column}\``, hint: suggestion(column, names) });
  };
  if (data['target-file'] === undefined) want(['data', 'target'], data.target);
  if (data.id !== 'row') want(['data', 'id'], data.id);
  if (typeof data.unit === 'string' && data.unit !== 'row') want(['data', 'unit'], data.unit);
  if (typeof data.unit === 'object') want(['data', 'unit', 'time'], data.unit.time);
  want(['data', 'weight'], data.weight);
  want(['data', 'group'], data.group);
  want(['data', 'split', 'on'], data.split?.on === 'row' ? undefined : data.split?.on);
  for (const [i, column] of data.drop.entries()) want(['data', 'drop', i], column);
  for (const [i, slice] of evaluate.slices.entries()) {
    // Expressions are judged where they are evaluated; a bare word is a column.
    if (/^\w+$/.test(slice)) want(['evaluate', 'slices', i], slice);
  }
  return missing;
}
