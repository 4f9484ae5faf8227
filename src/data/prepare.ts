import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { Warning } from '../contracts/comparison.ts';
import type { Digest } from '../contracts/digest.ts';
import { digestOf } from '../contracts/digest.ts';
import { CancelledError, InputError } from '../contracts/errors.ts';
import type { Column, Table } from '../table/index.ts';
import { dropColumns, takeRows } from '../table/index.ts';
import { checkTable, requireTargets, unitWarnings } from './checks.ts';
import { datasetDigest } from './digests.ts';
import type { DataFile } from './digests.ts';
import { findLeaks, hashesOf, takeHashes, writeHashes } from './leaks.ts';
import { extensionOf, openSource, writeInPlace, writeParts } from './parts.ts';
import type { InPlaceFile, OpenedSource, Preparation } from './parts.ts';
import type { TableFiles } from './ports.ts';
import type { DataConfig } from './schema.ts';
import { splitKey } from './shape.ts';
import { locateData } from './sources.ts';
import type { LocatedData, LocatedSource } from './sources.ts';
import { PART, refuseEmptyParts, rowsOf, splitRows } from './split.ts';
import { publish, readEntry } from './store.ts';

export interface PrepareRequest {
  readonly data: DataConfig;
  /** The model's directory, absolute. */
  readonly dir: string;
  /** `.slipway/cache`, absolute. */
  readonly cacheDir: string;
  /** sha256 of a file's content. */
  digestFile(path: string): Promise<Digest>;
  readonly signal?: AbortSignal;
}

/** The parts of a dataset as files. Paths are absolute. */
export interface PreparedData {
  readonly key: Digest;
  readonly digests: {
    readonly source: Digest;
    readonly train: Digest;
    readonly validation: Digest | null;
    readonly test: Digest;
  };
  /** For user code: in the source's own format, target included, test rows withheld. */
  readonly train: string;
  readonly validation: string | null;
  /** Parquet, all columns; kept from user code. */
  readonly test: string;
  /** 8-byte hashes of the training rows, see `readHashes`. */
  readonly hashes: string;
  readonly suites: ReadonlyMap<
    string,
    { readonly file: string; readonly digest: Digest; readonly rows: number }
  >;
  readonly rows: { readonly train: number; readonly validation: number; readonly test: number };
  /** Of the test rows. */
  readonly columns: readonly { readonly name: string; readonly kind: Column['kind'] }[];
  /** What the training job finds at fixed places instead of the source: path relative to the model's directory. */
  readonly inPlace: readonly { readonly path: string; readonly file: string }[];
  /** Every file the data was made of. None of them may be in reach of training. */
  readonly files: readonly DataFile[];
  readonly warnings: readonly Warning[];
  /** True where nothing was read but the manifest. */
  readonly reused: boolean;
}

/** What is written down beside the parts; paths relative to the folder. */
interface Manifest {
  readonly schema: 'slipway.data/1';
  readonly digests: PreparedData['digests'];
  readonly train: string;
  readonly validation: string | null;
  readonly suites: readonly {
    readonly name: string;
    readonly file: string;
    readonly digest: Digest;
    readonly rows: number;
  }[];
  readonly rows: PreparedData['rows'];
  readonly columns: PreparedData['columns'];
  readonly inPlace: readonly InPlaceFile[];
  readonly files: readonly DataFile[];
  readonly warnings: readonly Warning[];
}

const TEST = 'test.parquet';
const HASHES = 'train.hashes';

/** All located sources, for digests: the parts' names with the files they are made of. */
function filesByRole(located: LocatedData): {
  all: DataFile[];
  of: (role: 'train' | 'validation' | 'test') => DataFile[];
} {
  const files = (...sources: (LocatedSource | null)[]): DataFile[] =>
    sources.flatMap((source) => source?.digests ?? []);
  const { source, train, validation, test, targets } = located;
  const shared = files(source, targets.all);
  const all = [...shared, ...files(train, validation, test, targets.train, targets.validation, targets.test)];
  const unique = [...new Map(all.map((file) => [file.path, file])).values()];
  return { all: unique, of: (role) => [...shared, ...files(located[role], targets[role])] };
}

function withSuites(files: readonly DataFile[], { suites }: LocatedData): DataFile[] {
  const all = [...files, ...[...suites.values()].flatMap(({ digests }) => digests)];
  return [...new Map(all.map((file) => [file.path, file])).values()];
}

function keyOf(data: DataConfig, located: LocatedData): Digest {
  const suites = [...located.suites].map(([name, suite]) => [name, suite.digests]);
  return digestOf({ schema: 'slipway.data/1', data, files: filesByRole(located).all, suites });
}

/**
 * Makes the training, validation and test parts of a dataset (DESIGN §3.3): training and validation in the format of the
 * source for user code, the test rows as Parquet for scoring. They are kept under the digest of the files and the config;
 * when that is known already, nothing is read. They appear whole or not at all, and two processes may do the same at once.
 * Throws InputError with all problems found in the data, CancelledError.
 */
export async function prepareData(
  request: PrepareRequest,
  ports: { readonly tables: TableFiles },
): Promise<PreparedData> {
  const { data, dir } = request;
  const { tables } = ports;
  const located = await locateData(data, { dir, tables, digestFile: (path) => request.digestFile(path) });
  const key = keyOf(data, located);
  const parent = join(request.cacheDir, 'data');
  const folder = join(parent, key);
  const known = await readEntry<Manifest & { sizes: Record<string, number> }>(folder);
  if (known !== null) return toPrepared(known, key, folder, true);
  const signal = request.signal ?? null;
  try {
    await publish(
      parent,
      key,
      async (temporary) => await fill(located, { data, dir, folder: temporary, tables, signal }),
    );
  } catch (error) {
    if (signal?.aborted === true) throw new CancelledError();
    throw error;
  }
  const manifest = await readEntry<Manifest & { sizes: Record<string, number> }>(folder);
  if (manifest === null) throw new Error(`the data just written to ${folder} cannot be read`);
  return toPrepared(manifest, key, folder, false);
}

function toPrepared(manifest: Manifest, key: Digest, folder: string, reused: boolean): PreparedData {
  const { digests, rows, columns, files, warnings } = manifest;
  return {
    key,
    digests,
    train: join(folder, manifest.train),
    validation: manifest.validation === null ? null : join(folder, manifest.validation),
    test: join(folder, TEST),
    hashes: join(folder, HASHES),
    suites: new Map(
      manifest.suites.map(({ name, file, digest, rows: count }) => [
        name,
        { file: join(folder, file), digest, rows: count },
      ]),
    ),
    rows,
    columns,
    inPlace: manifest.inPlace.map(({ path, file }) => ({ path, file: join(folder, file) })),
    files,
    warnings,
    reused,
  };
}

/** The parts as they were written, before suites and digests. */
interface WrittenParts {
  readonly train: string;
  readonly validation: string | null;
  readonly rows: PreparedData['rows'];
  readonly test: Table;
  readonly inPlace: readonly InPlaceFile[];
  readonly warnings: readonly Warning[];
}

async function fill(located: LocatedData, preparation: Preparation): Promise<Manifest> {
  const { data } = preparation;
  const parts =
    located.source === null
      ? await fillApart(located, preparation)
      : await fillSplit(located.source, located, preparation);
  const { all, of } = filesByRole(located);
  return {
    schema: 'slipway.data/1',
    digests: {
      source: datasetDigest(all, data, 'source'),
      train: datasetDigest(of('train'), data, 'train'),
      validation: parts.validation === null ? null : datasetDigest(of('validation'), data, 'validation'),
      test: datasetDigest(of('test'), data, 'test'),
    },
    train: parts.train,
    validation: parts.validation,
    suites: await writeSuites(located, preparation),
    rows: parts.rows,
    columns: [...parts.test.columns].map(([name, { kind }]) => ({ name, kind })),
    inPlace: parts.inPlace,
    // A suite's answers are to be withheld from user code like those of the test rows.
    files: withSuites(all, located),
    warnings: parts.warnings,
  };
}

async function fillSplit(
  source: LocatedSource,
  located: LocatedData,
  preparation: Preparation,
): Promise<WrittenParts> {
  const { data, folder, tables } = preparation;
  const { split } = data;
  if (split === undefined) throw new TypeError('a source without a split: the schema refuses it');
  const opened = await openSource(source, located.targets.all, 'source', preparation);
  const { table, label } = opened;
  checkTable(table, data, label);
  const parts = splitRows(table, split, label, splitKey(data));
  refuseEmptyParts(table, parts, split, label);
  const testRows = rowsOf(parts, PART.test);
  const trainRows = rowsOf(parts, PART.train);
  const test = dropColumns(takeRows(table, testRows), data.drop);
  if (data.target !== undefined) requireTargets(test, data.target, label, (row) => testRows[row]! + 1);
  const hashes = hashesOf(table, data);
  const trainHashes = takeHashes(hashes, trainRows);
  const warnings = [
    ...unitWarnings(table, data),
    ...leakWarnings(takeHashes(hashes, testRows), trainHashes, data),
  ];
  await writeHashes(join(folder, HASHES), trainHashes);
  await tables.write(test, join(folder, TEST), 'parquet');

  const extension = extensionOf(opened.files[0]!, opened.format);
  const validation = split.validation === undefined ? null : `validation${extension}`;
  const train = `train${extension}`;
  const withheld = parts.map((part) => (part === PART.test ? PART.none : part));
  await writeParts(opened, withheld, validation === null ? [train] : [train, validation], preparation);
  const inPlace = data['in-place']
    ? await writeInPlace(refuseQuery(opened), withheld, train, preparation)
    : [];
  await removeQueries(source, preparation);
  const rows = {
    train: trainRows.length,
    validation: rowsOf(parts, PART.validation).length,
    test: test.rows,
  };
  return { train, validation, rows, test, inPlace, warnings };
}

function refuseQuery(opened: OpenedSource): OpenedSource {
  if (opened.label !== 'the query') return opened;
  throw new InputError({
    code: 'SOURCE_UNSUPPORTED',
    message: 'data.in-place: a query has no place of its own',
    hint: 'Leave out `in-place`; the training rows are at SLIPWAY_DATA_TRAIN.',
  });
}

async function removeQueries(source: LocatedSource, { folder }: Preparation): Promise<void> {
  if (source.sql !== null) await rm(join(folder, 'source.query.parquet'), { force: true });
}

/** Parts that are files apart: nothing is split; shape, checks and what is kept from whom are the same. */
async function fillApart(located: LocatedData, preparation: Preparation): Promise<WrittenParts> {
  const { data, folder, tables } = preparation;
  const opened = new Map<'train' | 'validation' | 'test', OpenedSource>();
  for (const role of ['train', 'validation', 'test'] as const) {
    const source = located[role];
    if (source !== null) opened.set(role, await openSource(source, located.targets[role], role, preparation));
  }
  const [train, validation, test] = [opened.get('train')!, opened.get('validation'), opened.get('test')!];
  for (const part of opened.values()) checkTable(part.table, data, part.label);
  refuseOtherColumns(train, [validation, test]);
  const answers = dropColumns(test.table, data.drop);
  if (data.target !== undefined) requireTargets(answers, data.target, test.label, (row) => row + 1);
  const hashes = hashesOf(train.table, data);
  const warnings = [
    ...unitWarnings(test.table, data),
    ...leakWarnings(hashesOf(test.table, data), hashes, data),
    ...kindWarnings(train, test),
  ];
  await writeHashes(join(folder, HASHES), hashes);
  await tables.write(answers, join(folder, TEST), 'parquet');
  const inPlace: InPlaceFile[] = [];
  const write = async (part: OpenedSource, name: string): Promise<string> => {
    const file = `${name}${extensionOf(part.files[0]!, part.format)}`;
    const parts = new Uint8Array(part.table.rows);
    await writeParts(part, parts, [file], preparation);
    if (data['in-place'])
      inPlace.push(...(await writeInPlace(refuseQuery(part), parts, file, { ...preparation, folder })));
    return file;
  };
  const trainFile = await write(train, 'train');
  const validationFile = validation === undefined ? null : await write(validation, 'validation');
  for (const role of opened.keys()) await rm(join(folder, `${role}.query.parquet`), { force: true });
  const rows = { train: train.table.rows, validation: validation?.table.rows ?? 0, test: answers.rows };
  return { train: trainFile, validation: validationFile, rows, test: answers, inPlace, warnings };
}

function refuseOtherColumns(train: OpenedSource, others: readonly (OpenedSource | undefined)[]): void {
  const problems = others.flatMap((other) => {
    if (other === undefined) return [];
    const lost = [...train.table.columns.keys()].filter((name) => !other.table.columns.has(name));
    return lost.map((name) => ({
      code: 'COLUMN_MISSING' as const,
      message: `${other.label} has no column ${JSON.stringify(name)}, ${train.label} has`,
      file: other.label,
    }));
  });
  if (problems.length > 0) throw new InputError(problems);
}

function kindWarnings(train: OpenedSource, test: OpenedSource): Warning[] {
  return [...train.table.columns].flatMap(([name, { kind }]) => {
    const other = test.table.columns.get(name)!.kind;
    if (kind === other) return [];
    return [
      {
        code: 'COLUMN_KIND',
        message: `column ${JSON.stringify(name)} holds ${kind} in ${train.label} and ${other} in ${test.label}`,
      },
    ];
  });
}

function leakWarnings(
  test: Parameters<typeof findLeaks>[0],
  train: Parameters<typeof findLeaks>[1],
  data: DataConfig,
): Warning[] {
  const leaks = findLeaks(test, train);
  if (leaks.rows.length === 0) return [];
  const share = ((100 * leaks.rows.length) / test.rows.length).toFixed(1);
  const byId = leaks.byId > 0 ? ` (${leaks.byId} by ${data.id})` : '';
  const message = `${leaks.rows.length} of ${test.rows.length} test rows (${share} %) equal a training row${byId}: they are left out when a model is judged`;
  return [{ code: 'TEST_IN_TRAIN', message }];
}

async function writeSuites(located: LocatedData, preparation: Preparation): Promise<Manifest['suites']> {
  const { data, folder, tables } = preparation;
  const written: Manifest['suites'][number][] = [];
  for (const [name, source] of located.suites) {
    const { table, label } = await openSource(source, null, 'suite', preparation);
    const suite = dropColumns(table, data.drop);
    if (data.target !== undefined) requireTargets(suite, data.target, label, (row) => row + 1);
    const file = `suite-${written.length}.parquet`;
    await tables.write(suite, join(folder, file), 'parquet');
    await rm(join(folder, 'suite.query.parquet'), { force: true });
    written.push({
      name,
      file,
      digest: datasetDigest(source.digests, data, `suite:${name}`),
      rows: suite.rows,
    });
  }
  return written;
}
