import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { basename, join, relative } from 'node:path';

import type { Warning } from '../contracts/comparison.ts';
import { digestOf, type Digest } from '../contracts/digest.ts';
import { CommandError, InputError } from '../contracts/errors.ts';
import { distinctCells, dropColumns, type Table } from '../table/index.ts';
import { digestCopy, runInEnvironment, type TrainedSeed } from '../training/index.ts';
import { slipwayDir, tell } from './make-side.ts';
import type { RunPorts } from './ports.ts';
import type { RunRequest } from './request.ts';
import type { RowSet } from './row-set.ts';
import type { Side } from './side.ts';

const FILE = 'predictions.parquet';

/** What one model says of a set of rows, row by row in their order. */
export interface Predictions {
  readonly key: Digest;
  readonly reused: boolean;
  readonly warnings: readonly Warning[];
  read(): Promise<Table>;
}

/**
 * Lets a side predict rows, or finds what the same model said of the same rows before. ONNX entries are run by us, a
 * `predict` command in a copy of the side's own tree and environment; neither sees a target or a weight.
 * Throws InputError, CommandError PREDICT_FAILED or PREDICTIONS_INVALID, CancelledError, PlatformError.
 */
export async function predictRows(
  side: Side,
  rows: RowSet,
  request: RunRequest,
  ports: RunPorts,
  seed = 0,
): Promise<Predictions> {
  const trained = side.trained.seeds[seed];
  if (trained === undefined) throw new TypeError(`no training run ${seed}`);
  const key = await predictionKey(side, trained, rows, ports);
  const known = await ports.training.cache.lookup('predictions', key);
  if (known !== null) return stored(known.dir, key, known.meta, true, ports);
  request.onEvent({ kind: 'status', text: `${side.name} predicts the ${rows.name} rows …` });
  const warnings: Warning[] = [];
  const work = {
    side,
    trained,
    rows: await rows.read(),
    request,
    ports,
    warn: (warning: Warning) => warnings.push(warning),
  };
  const table = side.config.predict === undefined ? await withOnnx(work) : await withCommand(work);
  const entry = await ports.training.cache.publish('predictions', key, async (dir) => {
    await ports.tables.write(table, join(dir, FILE), 'parquet');
    return { warnings };
  });
  return { ...stored(entry.dir, key, entry.meta, false, ports), read: () => Promise.resolve(table) };
}

function stored(dir: string, key: Digest, meta: unknown, reused: boolean, ports: RunPorts): Predictions {
  const { warnings = [] } = meta as { readonly warnings?: readonly Warning[] };
  return { key, reused, warnings, read: () => ports.tables.read([join(dir, FILE)], {}) };
}

/** Everything that decides a prediction: the model's bytes, how it is asked, and the rows. */
async function predictionKey(
  side: Side,
  trained: TrainedSeed,
  rows: RowSet,
  ports: RunPorts,
): Promise<Digest> {
  const { config } = side;
  const { id, target, weight } = config.data;
  return digestOf({
    schema: 'slipway.predictions/1',
    model: await modelDigest(trained, ports),
    entry: trained.entry === null ? null : relative(trained.outputsDir, trained.entry),
    predict: config.predict ?? null,
    code: config.predict === undefined ? null : await codeDigest(side, ports),
    task: config.task,
    positive: config.positive ?? null,
    columns: { id, target: target ?? null, weight: weight ?? null },
    rows: rows.digest,
  });
}

/** Digest of a model's files by path and content. */
export async function modelDigest(
  trained: Pick<TrainedSeed, 'outputsDir'>,
  ports: RunPorts,
): Promise<Digest> {
  const files = readdirSync(trained.outputsDir, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const digests: [string, Digest][] = [];
  for (const file of files)
    digests.push([relative(trained.outputsDir, file), await ports.training.files.digestFile(file)]);
  return digestOf(digests);
}

/** A predict command may read any file of its copy of the tree, not only the inputs of the training. */
async function codeDigest(side: Side, ports: RunPorts): Promise<Digest> {
  const { config, tree, data } = side;
  // A commit's files never change: naming it spares looking at all of them.
  if (side.commit !== null) return digestOf({ commit: side.commit, dir: relative(tree.root, tree.dir) });
  const copy = { ...tree, train: config.train, environment: config.environment ?? null };
  return await digestCopy({ ...copy, withheld: data.files.map((file) => file.path) }, ports.training);
}

interface Work {
  readonly side: Side;
  readonly trained: TrainedSeed;
  readonly rows: Table;
  readonly request: RunRequest;
  readonly ports: RunPorts;
  readonly warn: (warning: Warning) => void;
}

function withheldColumns({ side }: Work): string[] {
  const { target, weight } = side.config.data;
  return [target, weight].filter((name) => name !== undefined);
}

async function withOnnx(work: Work): Promise<Table> {
  const { side, trained, rows, request, ports } = work;
  const { config } = side;
  if (trained.entry === null || !trained.entry.toLowerCase().endsWith('.onnx')) throw notPredictable(work);
  const { id, target } = config.data;
  const classes = await classesOf(work, target);
  // Loaded when something is predicted: a run that finds everything done starts without it.
  const { predictOnnx } = await import('../evaluation/index.ts');
  return await predictOnnx(
    {
      model: trained.entry,
      features: dropColumns(rows, [...withheldColumns(work), ...(id === 'row' ? [] : [id])]),
      task: config.task,
      classes,
      positive: config.positive ?? null,
      signal: request.signal,
      warn: work.warn,
    },
    { onnx: ports.onnx },
  );
}

/** Training rows beyond this are not read again to learn a class that the test rows lack. */
const MOST_CLASS_ROWS = 2_000_000;

/** Classes of training and test rows: a model that does not name its own may know one that no test row has. */
async function classesOf(
  { side, rows, ports }: Work,
  target: string | undefined,
): Promise<readonly string[] | null> {
  const { task } = side.config;
  const answers = target === undefined ? undefined : rows.columns.get(target);
  if (target === undefined || answers === undefined || (task !== 'binary' && task !== 'multiclass'))
    return null;
  if (side.data.rows.train > MOST_CLASS_ROWS) return distinctCells(answers);
  const train = await ports.tables.read([side.data.train], { columns: [target] });
  return [...new Set([...distinctCells(answers), ...distinctCells(train.columns.get(target)!)])];
}

function notPredictable({ side, trained }: Work): InputError {
  const entry =
    trained.entry === null
      ? 'the training named no entry'
      : `the entry ${relative(trained.outputsDir, trained.entry)} is not an ONNX file`;
  return new InputError({
    code: 'MODEL_FORMAT',
    message: `${side.model} (${side.name}): ${entry}, and there is no predict command`,
    hint: 'name an ONNX file as train.outputs.entry, or say `predict: {run: python predict.py --model {model} --input {input} --output {output}}`',
  });
}

async function withCommand(work: Work): Promise<Table> {
  const { side, rows, request, ports } = work;
  const { predict, data, task } = side.config;
  if (predict === undefined) throw new TypeError('no predict command');
  const parent = join(slipwayDir(request), 'tmp');
  mkdirSync(parent, { recursive: true });
  const dir = mkdtempSync(join(parent, 'predict-'));
  const { predictWithCommand } = await import('../evaluation/index.ts');
  try {
    return await predictWithCommand(
      {
        features: dropColumns(rows, withheldColumns(work)),
        id: data.id === 'row' ? null : data.id,
        withhold: withheldColumns(work),
        task,
        columns: predict.columns,
        // Not the training's seed: with that one user code could undo the shuffle.
        seed: Math.floor(ports.random() * 2 ** 31),
        format: await ports.tables.formatOf(side.data.train),
        like: side.data.train,
        also: metricColumns(side, rows),
        dir,
        run: async (files) => {
          await runCommand(work, predict.run, files);
          refuseLink(files.output);
        },
        warn: work.warn,
      },
      { tables: ports.tables },
    );
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** A link could lead to a file of ours, the answers among them. Throws CommandError. */
function refuseLink(output: string): void {
  if (lstatSync(output, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return;
  const file = basename(output);
  const message = `${file}: the predict command left a link at {output}, expected a regular file`;
  const hint = 'Let the command write its predictions to the path given as {output}.';
  throw new CommandError({ code: 'PREDICTIONS_INVALID', message, file, hint });
}

/** Columns of the answer that custom metrics read, where the rows do not hold them already. */
function metricColumns({ config }: Side, rows: Table): string[] {
  const named = config.evaluate.metrics.flatMap((metric) => {
    if (typeof metric === 'string') return [];
    if ('ratio' in metric) return metric.ratio;
    if ('mean' in metric) return [metric.mean];
    return 'expr' in metric ? columnsOfExpression(metric.expr) : [];
  });
  return [...new Set(named)].filter((name) => !rows.columns.has(name));
}

/** Names that are not called: `exp` in exp(x) is a function. */
function columnsOfExpression(text: string): string[] {
  return text.match(/[A-Za-z_]\w*(?!\w|\s*\()/g) ?? [];
}

async function runCommand(
  work: Work,
  command: string,
  files: { readonly input: string; readonly output: string },
): Promise<void> {
  const { side, trained, request, ports } = work;
  await runInEnvironment(
    {
      ...side.tree,
      model: side.model,
      train: side.config.train,
      environment: side.config.environment ?? null,
      command,
      values: { input: files.input, output: files.output },
      outputs: { dir: trained.outputsDir, entry: trained.entry },
      withheld: side.data.files.map((file) => file.path),
      slipwayDir: slipwayDir(request),
      seed: trained.seed,
      timeoutMs: side.config.predict?.timeout ?? null,
      logFile: null,
      signal: request.signal,
      onEvent: (event) => tell(event, request),
    },
    ports.training,
  );
}
