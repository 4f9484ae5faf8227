import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { CommandOutcome } from '../contracts/command.ts';
import { type Digest, digestOf } from '../contracts/digest.ts';
import { CommandError } from '../contracts/errors.ts';
import { prepareEnvironment, type ReadyEnvironment } from './environment.ts';
import { failureOf } from './failures.ts';
import { listCopied } from './inputs.ts';
import { copyOutputs, findOutputs, type OutputPlaces, type Outputs, prepareOutputs } from './outputs.ts';
import { loadParams } from './params.ts';
import { type Plan, withheldOf } from './plan.ts';
import type { TrainPorts } from './ports.ts';
import { readReportedMetrics } from './reported-metrics.ts';
import { KEY_FILE, KIND, type Meta, type SeedTask, type Trained, wishOf } from './stored.ts';
import { fillCommand } from './template.ts';
import type { TrainRequest } from './types.ts';
import { variablesOf } from './variables.ts';
import { changed } from './work-copy.ts';
import { openWorkspace, placeData, sweepWorkspaces, type Workspace } from './workspace.ts';

/**
 * Runs the training command for one seed and stores its outputs under a key, replacing what is there. The caller
 * holds the lock of the work folder `name`.
 */
export async function runAndStore(
  task: SeedTask,
  key: Digest,
  name: string,
  ports: TrainPorts,
): Promise<Trained> {
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
    writeFileSync(join(dir, KEY_FILE), JSON.stringify({ ...plan.document, seed, repeats: 1 }));
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
