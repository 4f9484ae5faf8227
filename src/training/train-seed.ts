import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import type { CacheEntry } from '../contracts/artifacts.ts';
import type { CommandOutcome } from '../contracts/command.ts';
import type { Warning } from '../contracts/comparison.ts';
import { type Digest, digestOf } from '../contracts/digest.ts';
import { CommandError } from '../contracts/errors.ts';
import { prepareEnvironment, type ReadyEnvironment } from './environment.ts';
import { failureOf } from './failures.ts';
import { listCopied } from './inputs.ts';
import { copyOutputs, findOutputs, type OutputPlaces, type Outputs, prepareOutputs } from './outputs.ts';
import { loadParams } from './params.ts';
import type { TrainPorts } from './ports.ts';
import { readReportedMetrics } from './reported-metrics.ts';
import { fillCommand } from './template.ts';
import { type Plan, withheldOf } from './plan.ts';
import type { TrainRequest } from './types.ts';
import { variablesOf } from './variables.ts';
import { changed } from './work-copy.ts';
import { openWorkspace, placeData, sweepWorkspaces, workLock, type Workspace } from './workspace.ts';

const KIND = 'train';

const Meta = z.object({
  seed: z.number(),
  /** Digest of what was asked of the outputs: another wish needs another entry under the same key. */
  wish: z.string(),
  entry: z.string().nullable(),
  metrics: z.record(z.string(), z.number()).nullable(),
  warnings: z.array(z.object({ code: z.string(), message: z.string() })),
  durationMs: z.number(),
  cpuMs: z.number().nullable(),
  peakMemoryBytes: z.number().nullable(),
  environment: z.object({
    digest: z.string().nullable(),
    variables: z.record(z.string(), z.string()),
    pathPrefix: z.array(z.string()),
  }),
});
type Meta = z.infer<typeof Meta>;

/** One seed's training: stored, and whether it ran now. */
export interface Trained {
  readonly status: 'ran' | 'reused';
  readonly entry: CacheEntry;
  readonly meta: Meta;
  readonly warnings: readonly Warning[];
  /** Why an equal key ran again; null when the key tells. */
  readonly because: string | null;
}

/** One of the seeds of a plan. */
export interface SeedTask {
  readonly request: TrainRequest;
  readonly plan: Plan;
  readonly seed: number;
  /** Counts from 0. */
  readonly repeat: number;
}

/** Trains with one seed, or answers the stored result. Two processes at once: the second waits and reuses. */
export async function trainSeed(task: SeedTask, ports: TrainPorts): Promise<Trained> {
  const { request, plan } = task;
  // A seed's result does not depend on how many others are wanted, so it is stored under the key of a single one.
  const key = digestOf({ ...plan.document, seed: task.seed, repeats: 1 });
  const stored = await recall(task, key, ports);
  if (request.force !== true && typeof stored !== 'string' && stored !== null) return stored;
  const name = key.slice(0, 16);
  const options = {
    signal: request.signal,
    onWait: (owner: string) => request.onEvent?.({ type: 'waiting', for: 'train', owner }),
  };
  return await ports.cache.exclusively(workLock(name), options, async () => {
    const meanwhile = request.force === true ? stored : await recall(task, key, ports);
    if (request.force !== true && typeof meanwhile !== 'string' && meanwhile !== null) return meanwhile;
    const ran = await runAndStore(task, key, name, ports);
    const because = typeof meanwhile === 'string' ? meanwhile : null;
    return { ...ran, because, warnings: [...ran.warnings, ...compareWithStored(task, ran, stored)] };
  });
}

/** The stored result; a sentence when there is one that does not serve; null when there is none. */
async function recall(task: SeedTask, key: Digest, ports: TrainPorts): Promise<Trained | string | null> {
  const entry = await ports.cache.lookup(KIND, key);
  if (entry === null) return null;
  const meta = Meta.safeParse(entry.meta);
  if (!meta.success) return 'the stored result was written by another version';
  if (meta.data.wish !== wishOf(task.request)) return 'train.outputs changed';
  return { status: 'reused', entry, meta: meta.data, warnings: meta.data.warnings, because: null };
}

function wishOf({ train, data }: TrainRequest): Digest {
  return digestOf({ outputs: train.outputs, inPlace: data.inPlace.map(({ path }) => path) });
}

/** Whoever trains again by force learns whether the command gives the same bytes twice. */
function compareWithStored(
  task: SeedTask,
  ran: Trained,
  stored: Trained | string | null,
): readonly Warning[] {
  if (stored === null || typeof stored === 'string') return [];
  const modelOf = ({ entry }: Trained) => entry.files.filter(({ path }) => path.startsWith('model/'));
  if (digestOf(modelOf(ran)) === digestOf(modelOf(stored))) return [];
  const message = `two trainings with the same inputs and seed ${task.seed} gave different bytes: the training is not reproducible`;
  return [{ code: 'NOT_REPRODUCIBLE', message }];
}

async function runAndStore(task: SeedTask, key: Digest, name: string, ports: TrainPorts): Promise<Trained> {
  const { request, plan, seed } = task;
  sweepWorkspaces(request.slipwayDir, ports.cache);
  const command = fillCommand(request.train.run, { params: plan.params }, 'train.run');
  const { environment, workspace } = await prepare(task, name, ports);
  const places = { outputDir: workspace.outputDir, copyDir: workspace.cwd, sourceDir: request.dir };
  prepareOutputs(request.train, places);
  const data = placeData(workspace, request.data);
  const checkpointDir = join(request.slipwayDir, 'checkpoints', name);
  mkdirSync(checkpointDir, { recursive: true });
  const variables = {
    model: request.model,
    seed,
    params: workspace.params,
    outputDir: workspace.outputDir,
    checkpointDir,
    ...data,
  };
  const outcome = await runTraining(
    task,
    command,
    workspace,
    variablesOf(ports.host, environment, variables, workspace.copy),
    ports,
  );
  const stored = await store(task, key, { outcome, environment, workspace, places }, ports);
  rmSync(checkpointDir, { recursive: true, force: true });
  rmSync(workspace.folder, { recursive: true, force: true });
  request.onEvent?.({ type: 'trained', seed, durationMs: outcome.durationMs });
  return stored;
}

async function prepare(
  { request, plan }: SeedTask,
  name: string,
  ports: TrainPorts,
): Promise<{ readonly environment: ReadyEnvironment; readonly workspace: Workspace }> {
  const { tree, params } = plan;
  const { slipwayDir, signal } = request;
  const withheld = withheldOf(request);
  const copied = await listCopied(
    { tree, train: request.train, environment: request.environment, withheld },
    ports,
  );
  const wanted = {
    tree,
    environment: request.environment,
    lock: plan.document.environment.lock,
    copied,
    slipwayDir,
    signal,
  };
  const environment = await prepareEnvironment(
    { ...wanted, onEvent: (event) => request.onEvent?.(event) },
    ports,
  );
  request.onEvent?.({ type: 'copying', files: copied.length });
  const workspace = await openWorkspace(
    { slipwayDir, name, tree, copied, environment, params, signal },
    ports,
  );
  assertCopyIsPlanned(plan, request, copied, workspace);
  return { environment, workspace };
}

/** The copy is exact, but the key may be older than it: between the two somebody may have edited. */
function assertCopyIsPlanned(
  plan: Plan,
  request: TrainRequest,
  copied: readonly { readonly path: string; readonly blob: string }[],
  workspace: Workspace,
): void {
  const blobs = new Map(copied.map(({ path, blob }) => [path, blob]));
  const different = plan.document.inputs
    .filter(([path, , blob]) => blobs.get(path) !== blob)
    .map(([path]) => path);
  const params =
    digestOf(loadParams(workspace.cwd, request.train.params)) === digestOf(plan.params)
      ? []
      : request.train.params;
  if (different.length + params.length > 0) throw changed([...different, ...params]);
}

async function runTraining(
  { request, seed, repeat }: SeedTask,
  command: string,
  workspace: Workspace,
  env: Readonly<Record<string, string>>,
  ports: TrainPorts,
): Promise<CommandOutcome> {
  request.onEvent?.({ type: 'training', command, seed, repeat, repeats: request.train.repeats });
  const timeoutMs = request.train.timeout ?? null;
  const logFile = join(workspace.folder, 'train.log');
  const outcome = await ports.run({
    command,
    cwd: workspace.cwd,
    env,
    timeoutMs,
    logFile,
    signal: request.signal,
    onLine: (line, stream) => request.onEvent?.({ type: 'line', line, stream }),
    onProgress: (text, stream) => request.onEvent?.({ type: 'progress', text, stream }),
  });
  const failure = failureOf(outcome, {
    what: `training of ${request.model}`,
    code: 'TRAIN_FAILED',
    command: request.train.run,
    logFile,
    timeoutMs,
    folders: { source: request.dir, copy: workspace.cwd },
  });
  if (failure !== null) throw failure;
  return outcome;
}

interface Finished {
  readonly outcome: CommandOutcome;
  readonly environment: ReadyEnvironment;
  readonly workspace: Workspace;
  readonly places: OutputPlaces;
}

async function store(task: SeedTask, key: Digest, finished: Finished, ports: TrainPorts): Promise<Trained> {
  const { request, plan, seed } = task;
  const outputs = outputsOf(request, finished);
  const { values, warnings } = readReportedMetrics(outputs.metrics);
  const { digest, variables, pathPrefix } = finished.environment;
  const meta: Meta = {
    seed,
    wish: wishOf(request),
    entry: outputs.entry,
    metrics: request.train.outputs.metrics.length === 0 ? null : { ...values },
    warnings: [...warnings],
    durationMs: finished.outcome.durationMs,
    cpuMs: finished.outcome.cpuMs,
    peakMemoryBytes: finished.outcome.peakMemoryBytes,
    environment: { digest, variables: { ...variables }, pathPrefix: [...pathPrefix] },
  };
  const fill = (dir: string): Promise<Meta> => {
    mkdirSync(join(dir, 'model'));
    copyOutputs(outputs.model, join(dir, 'model'));
    copyOutputs(outputs.metrics, join(dir, 'metrics'));
    writeFileSync(join(dir, 'key.json'), JSON.stringify({ ...plan.document, seed, repeats: 1 }));
    const log = join(finished.workspace.folder, 'train.log');
    if (existsSync(log)) copyFileSync(log, join(dir, 'train.log'));
    return Promise.resolve(meta);
  };
  // Under the lock nobody else stores this key: what is there does not serve (other outputs wanted, or force).
  const entry = await ports.cache.publish(KIND, key, fill, true);
  return { status: 'ran', entry, meta, warnings, because: null };
}

function outputsOf(request: TrainRequest, { outcome, workspace, places }: Finished): Outputs {
  try {
    return findOutputs(request.train.outputs, places);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    // The command says it succeeded: its last lines often tell where it wrote instead.
    const excerpt = outcome.lastLines.slice(-5).join('\n');
    const problems = error.problems.map((problem) => ({
      ...problem,
      message: `training of ${request.model}: ${problem.message}`,
      hint: `${problem.hint ?? ''}; full log: ${join(workspace.folder, 'train.log')}`,
    }));
    throw new CommandError(
      problems.map((problem, index) => (index === 0 && excerpt !== '' ? { ...problem, excerpt } : problem)),
      { cause: error },
    );
  }
}
