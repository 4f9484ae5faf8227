import { readFile } from 'node:fs/promises';

import { RecordBatchReader } from 'apache-arrow';
import type { RecordBatch, Schema } from 'apache-arrow';

import { InputError, isCodedError } from '../../contracts/errors.ts';
import type { Partition, ReadOptions } from '../../data/ports.ts';
import { concatTables } from '../../table/index.ts';
import type { Column, Table } from '../../table/index.ts';
import { registerCodecs } from './arrow-codecs.ts';
import { columnOfBatches } from './arrow-columns.ts';
import { writeBatches } from './arrow-write.ts';
import { batchesOf, schemaOf, takeBatch } from './arrow-take.ts';
import { fileError } from './byte-source.ts';
import type { NamedFile } from './csv-files.ts';
import { refuseChanged, requireDistinctColumns, requireSameColumns } from './same-shape.ts';

interface ArrowContent {
  readonly schema: Schema;
  readonly batches: readonly RecordBatch[];
}

function broken(name: string, cause?: unknown): InputError {
  const message = `${name} cannot be read as Arrow: it is cut off or damaged`;
  return new InputError(
    { code: 'FORMAT_BROKEN', message, file: name, hint: 'Write or fetch the file again.' },
    cause === undefined ? undefined : { cause },
  );
}

async function open({ path, name }: NamedFile): Promise<ArrowContent> {
  registerCodecs();
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw await fileError(error, path, name);
  }
  const isFile = bytes.toString('latin1', 0, 6) === 'ARROW1';
  if (isFile && bytes.toString('latin1', bytes.length - 6) !== 'ARROW1') throw broken(name);
  try {
    const reader = RecordBatchReader.from(bytes).open();
    // Reading to the end resets the reader.
    const { schema } = reader;
    return { schema, batches: [...reader] };
  } catch (error) {
    throw isCodedError(error) ? error : broken(name, error);
  }
}

function tableOfContent(
  { schema, batches }: ArrowContent,
  columns: readonly string[] | undefined,
  name: string,
): Table {
  const fields = schema.fields.map((field, index) => ({ field, index }));
  const wanted =
    columns === undefined ? fields : columns.map((each) => fields.find(({ field }) => field.name === each)!);
  const map = new Map<string, Column>();
  try {
    for (const { field, index } of wanted) map.set(field.name, columnOfBatches(batches, index));
  } catch (error) {
    throw broken(name, error);
  }
  return { rows: batches.reduce((sum, batch) => sum + batch.numRows, 0), columns: map };
}

/**
 * Reads Arrow IPC files (Feather version 2) and streams as one table, LZ4 and ZSTD included. Categories become text, whole
 * numbers beyond 2^53 text, decimals numbers, dates and timestamps times, nested values JSON text.
 * Throws InputError FORMAT_BROKEN, COLUMN_MISSING, COLUMN_DUPLICATE.
 */
export async function readArrowFiles(files: readonly NamedFile[], options: ReadOptions): Promise<Table> {
  const tables: Table[] = [];
  let first: string[] | null = null;
  for (const file of files) {
    const content = await open(file);
    const names = content.schema.fields.map((field) => field.name);
    requireDistinctColumns(names, file.name);
    first ??= names;
    requireSameColumns(names, file.name, first, files[0]!.name, options.columns);
    tables.push(tableOfContent(content, options.columns, file.name));
  }
  return concatTables(tables);
}

/** Copies rows of Arrow files to other Arrow files with the types they have. Throws as `readArrowFiles`, INPUT_CHANGED. */
export async function divideArrowFiles(
  files: readonly NamedFile[],
  options: ReadOptions,
  partition: Partition,
): Promise<void> {
  const { parts, targets, copies } = partition;
  const contents: ArrowContent[] = [];
  for (const file of files) contents.push(await open(file));
  const rows = contents.map(({ batches }) => batches.reduce((sum, batch) => sum + batch.numRows, 0));
  refuseChanged(
    files[0]!.name,
    rows.reduce((sum, count) => sum + count, 0),
    parts.length,
  );
  const take = (from: number, to: number, part: number): RecordBatch[] => {
    let row = rows.slice(0, from).reduce((sum, count) => sum + count, 0);
    const taken: RecordBatch[] = [];
    for (const { batches } of contents.slice(from, to)) {
      for (const batch of batches) {
        taken.push(
          takeBatch(
            batch,
            parts.subarray(row, row + batch.numRows),
            part,
            row,
            partition,
            options.trim === true,
          ),
        );
        row += batch.numRows;
      }
    }
    return taken;
  };
  const schema = schemaOf(contents[0]!.schema, partition);
  for (const [part, target] of targets.entries())
    await writeBatches(schema, take(0, contents.length, part), target);
  for (const [index, target] of (copies?.targets ?? []).entries())
    await writeBatches(schema, take(index, index + 1, copies!.part), target);
}

/** Writes a table as an Arrow IPC file (Feather version 2), uncompressed, in batches of 65,536 rows. */
export async function writeArrowFile(table: Table, file: string): Promise<void> {
  const { schema, batches } = batchesOf(table);
  await writeBatches(schema, batches, file);
}
