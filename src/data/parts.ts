import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';

import type { TableFormat } from './ports.ts';
import type { Partition, TableFiles } from './ports.ts';
import type { Column, Table } from '../table/index.ts';
import { withColumn } from '../table/index.ts';
import { relativePath } from './locate.ts';
import type { DataConfig } from './schema.ts';
import { readOptions } from './shape.ts';
import type { LocatedSource } from './sources.ts';
import { joinTarget } from './target-file.ts';
import type { JoinedTarget } from './target-file.ts';

/** What the steps of one preparation share. */
export interface Preparation {
  readonly data: DataConfig;
  /** Of the model, absolute. */
  readonly dir: string;
  /** The folder being filled. */
  readonly folder: string;
  readonly tables: TableFiles;
  readonly signal: AbortSignal | null;
}

/** A source that has been read, with its target beside it. */
export interface OpenedSource {
  /** As messages name it. */
  readonly label: string;
  readonly files: readonly string[];
  readonly format: TableFormat;
  readonly table: Table;
  readonly target: JoinedTarget | null;
  readonly targetFiles: readonly string[];
}

export interface InPlaceFile {
  /** Where user code looks for it, relative to the model's directory. */
  readonly path: string;
  /** What it finds there, relative to the folder. */
  readonly file: string;
}

/** How messages call a source. */
function labelOf(source: LocatedSource, dir: string): string {
  if (source.sql !== null) return 'the query';
  const first = source.files[0] ?? '';
  return source.files.length === 1
    ? relativePath(dir, first)
    : `${relativePath(dir, first)} … (${source.files.length} files)`;
}

/** Reads a source (a query is first written down as Parquet, so that it is asked once) and its target files. */
export async function openSource(
  source: LocatedSource,
  targets: LocatedSource | null,
  name: string,
  preparation: Preparation,
): Promise<OpenedSource> {
  const { data, dir, folder, tables, signal } = preparation;
  signal?.throwIfAborted();
  let { files } = source;
  if (source.sql !== null) {
    const answer = join(folder, `${name}.query.parquet`);
    await tables.queryTo(source.sql, dir, source.files, answer);
    files = [answer];
  }
  const label = labelOf(source, dir);
  const options = source.sql === null ? { ...readOptions(data), base: dir } : { base: folder };
  const table = await tables.read(files, options);
  const format = source.sql === null ? await tables.formatOf(files[0]!, data.format) : 'parquet';
  const opened = { label, files, format, table, target: null, targetFiles: [] };
  if (targets === null) return opened;
  const target = await joinTarget(table, targets.files, data, labelOf(targets, dir), dir, tables);
  return {
    ...opened,
    table: withColumn(table, target.name, target.column),
    target,
    targetFiles: targets.files,
  };
}

const EXTENSION = /(\.(?:csv|tsv|parquet|pq|arrow|feather|ipc|jsonl|ndjson))(\.gz)?$/i;

/** Extension of a part: that of its source, so that user code opens it the same way. */
export function extensionOf(file: string, format: TableFormat): string {
  return EXTENSION.exec(file)?.[0].toLowerCase() ?? `.${format}`;
}

/** Writes rows of a source to files of the folder; part `k` of `parts` goes to `targets[k]`. */
export async function writeParts(
  opened: OpenedSource,
  parts: Uint8Array,
  targets: readonly string[],
  preparation: Preparation,
): Promise<void> {
  const { data, folder, signal } = preparation;
  signal?.throwIfAborted();
  const append: { name: string; column: Column } | null = opened.target;
  await partition(opened, preparation, {
    parts,
    targets: targets.map((target) => join(folder, target)),
    drop: data.drop,
    ...(append === null ? {} : { append: { name: append.name, column: append.column } }),
  });
}

async function partition(
  opened: OpenedSource,
  { data, dir, tables }: Preparation,
  what: Partition,
  files = opened.files,
): Promise<void> {
  const options = {
    ...(opened.label === 'the query' ? {} : readOptions(data)),
    format: opened.format,
    base: dir,
  };
  await tables.partition(files, options, what);
}

/** Part 0 stays, every other row goes. */
function onlyTrain(parts: Uint8Array): Uint8Array {
  return parts.map((part) => (part === 0 ? 0 : 255));
}

/**
 * Writes what a script that reads fixed files finds at their places: each source file, and each target file, with its training
 * rows only.
 */
export async function writeInPlace(
  opened: OpenedSource,
  parts: Uint8Array,
  train: string,
  preparation: Preparation,
): Promise<InPlaceFile[]> {
  const { dir } = preparation;
  if (opened.files.length === 1 && opened.target === null)
    return [{ path: relativePath(dir, opened.files[0]!), file: train }];
  const written = await copyFiles(opened, opened.files, onlyTrain(parts), 'in-place', preparation);
  const { target } = opened;
  if (target === null) return written;
  const ofTargets = new Uint8Array(target.rows).fill(255);
  parts.forEach((part, row) => {
    if (part === 0) ofTargets[target.rowOf === null ? row : target.rowOf[row]!] = 0;
  });
  const format = await preparation.tables.formatOf(opened.targetFiles[0]!);
  const headerless = preparation.data.header !== undefined && preparation.data.header !== true;
  const targets: OpenedSource = { ...opened, format };
  const copies = await copyFiles(
    targets,
    opened.targetFiles,
    ofTargets,
    'in-place-target',
    preparation,
    headerless,
  );
  return [...written, ...copies];
}

async function copyFiles(
  opened: OpenedSource,
  files: readonly string[],
  parts: Uint8Array,
  place: string,
  preparation: Preparation,
  headerless = false,
): Promise<InPlaceFile[]> {
  const { data, dir, folder, tables } = preparation;
  const names = files.map((file, index) => `${place}/${index}/${basename(file)}`);
  for (const name of names) await mkdir(join(folder, name, '..'), { recursive: true });
  const copies = { part: 0, targets: names.map((name) => join(folder, name)) };
  const isTarget = place === 'in-place-target';
  const options = isTarget
    ? { ...(headerless ? { header: false } : {}), ...(data.trim ? { trim: true } : {}) }
    : readOptions(data);
  const drop = isTarget ? [] : data.drop;
  await tables.partition(
    files,
    { ...options, format: opened.format, base: dir },
    { parts, targets: [], copies, drop },
  );
  return files.map((file, index) => ({ path: relativePath(dir, file), file: names[index]! }));
}
