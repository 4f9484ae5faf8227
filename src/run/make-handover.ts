import { cp, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { StoredFile } from '../contracts/artifacts.ts';
import { artifactName, HANDOVER_SCHEMA, type Handover } from '../contracts/judging.ts';
import { columnOf, type Column, type Table } from '../table/index.ts';
import { filesDigest } from './handover.ts';
import { candidateOrigin, prepareSide, trainSide } from './make-side.ts';
import type { RunPorts } from './ports.ts';
import { predictRows } from './predict.ts';
import type { RunRequest } from './request.ts';
import { rowSet, type RowSet } from './row-set.ts';
import type { Side } from './side.ts';
import type { StageLog } from './stages.ts';

/** What a run hands to whoever judges it (docs/pull-requests.md). */
export interface MadeHandover {
  readonly artifact: string;
  /** Absolute; it holds exactly what the artifact is to hold. */
  readonly folder: string;
  /** Paths in the folder. */
  readonly files: readonly string[];
  readonly trainKey: string;
  /** Digest of the model's files. */
  readonly candidate: string;
  readonly side: Side;
}

/**
 * Trains a model, or finds what the same training gave before, and predicts the test rows and suites; no other model is
 * made, and nothing is judged: that is for who trusts neither.
 *
 * @throws InputError, CommandError, PlatformError, CancelledError as the stages do
 */
export async function makeCandidate(
  model: string,
  log: StageLog,
  request: RunRequest,
  ports: RunPorts,
): Promise<Side> {
  const origin = candidateOrigin(model, request, ports);
  const data = await log.run('data', 'reading and splitting the data', async () => {
    const value = await prepareSide(origin.config, origin.tree.dir, request, ports);
    return { value, reused: value.reused, why: ['new or changed data'] };
  });
  const trained = await log.run('train', 'training', async () => {
    const value = await trainSide(origin, data, request, ports);
    return { value, reused: value.status === 'reused', why: value.why };
  });
  return { ...origin, data, trained };
}

/**
 * Predicts the test rows and suites of a candidate and lays everything out in `folder`, which is replaced whole.
 *
 * @throws as makeCandidate does
 */
export async function makeHandover(
  side: Side,
  folder: string,
  log: StageLog,
  request: RunRequest,
  ports: RunPorts,
): Promise<MadeHandover> {
  const partial = `${folder}.part`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  await log.run('predict', 'predicting the test rows', async () => {
    const reused = await writePredictions(side, partial, request, ports);
    return { value: null, reused, why: ['the model or the rows are new'] };
  });
  await cp(side.trained.outputsDir, join(partial, 'model'), { recursive: true });
  const files = await listed(side, partial, ports);
  const claims = claimsOf(side, files, ports);
  await writeFile(join(partial, 'run.json'), `${JSON.stringify(claims, null, 1)}\n`);
  await rm(folder, { recursive: true, force: true });
  await rename(partial, folder);
  return {
    artifact: artifactName(side.model),
    folder,
    files: ['run.json', ...files.map(({ path }) => path)],
    trainKey: side.trained.key,
    candidate: filesDigest(side.trained.files),
    side,
  };
}

/** True where all predictions were known. */
async function writePredictions(
  side: Side,
  folder: string,
  request: RunRequest,
  ports: RunPorts,
): Promise<boolean> {
  const { data } = side;
  const sets: [string, RowSet][] = [
    ['predictions.parquet', rowSet('test', data.test, data.digests.test, ports)],
  ];
  for (const [name, { file, digest }] of data.suites)
    sets.push([`suites/${name}.parquet`, rowSet(`suite ${name}`, file, digest, ports)]);
  if (sets.length > 1) await mkdir(join(folder, 'suites'));
  let reused = true;
  for (const [file, rows] of sets) {
    const predictions = await predictRows(side, rows, request, ports);
    const table = handedTable(side, await rows.read(), await predictions.read());
    await ports.tables.write(table, join(folder, file), 'parquet');
    reused &&= predictions.reused;
  }
  return reused;
}

/** Ids and what the model said, and no other column of the data: answers are always the judge's own. */
function handedTable({ config }: Side, answers: Table, predictions: Table): Table {
  const { id } = config.data;
  const columns = new Map<string, Column>();
  const ids = id === 'row' ? numbered(answers.rows) : answers.columns.get(id);
  if (ids !== undefined) columns.set(id === 'row' ? 'id' : id, ids);
  for (const [name, column] of predictions.columns)
    if (!answers.columns.has(name) && !columns.has(name)) columns.set(name, column);
  return { rows: answers.rows, columns };
}

function numbered(rows: number): Column {
  return columnOf(Float64Array.from({ length: rows }, (_, row) => row + 1));
}

async function listed(side: Side, folder: string, ports: RunPorts): Promise<readonly StoredFile[]> {
  const made = [
    'predictions.parquet',
    ...[...side.data.suites.keys()].map((name) => `suites/${name}.parquet`),
  ];
  const written = await Promise.all(
    made.map(async (path) => {
      const file = join(folder, path);
      return { path, bytes: (await stat(file)).size, sha256: await ports.training.files.digestFile(file) };
    }),
  );
  return [...written, ...side.trained.files.map((file) => ({ ...file, path: `model/${file.path}` }))];
}

function claimsOf({ model, data, trained }: Side, files: readonly StoredFile[], ports: RunPorts): Handover {
  const { source, train, validation, test } = data.digests;
  return {
    schema: HANDOVER_SCHEMA,
    model,
    train_key: trained.key,
    files: files.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 })),
    dataset: { train, test },
    versions: { slipway: ports.machine.slipway, node: ports.machine.node },
    training: {
      params: { ...trained.params },
      seeds: trained.seeds.map(({ seed }) => seed),
      environment: trained.environment.digest,
      source,
      validation,
    },
  };
}
