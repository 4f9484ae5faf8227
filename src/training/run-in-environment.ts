import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

import type { CommandOutcome } from '../contracts/command.ts';
import { prepareEnvironment } from './environment.ts';
import { failureOf } from './failures.ts';
import { listCopied } from './inputs.ts';
import { digestLocks, lockFilesOf } from './key.ts';
import { loadParams, type Params } from './params.ts';
import type { TrainPorts } from './ports.ts';
import { fillCommand } from './template.ts';
import { openTree } from './tree.ts';
import type { EnvironmentRequest } from './types.ts';
import { variablesOf } from './variables.ts';
import { placeFile } from './work-copy.ts';
import { openWorkspace, PASSING, sweepWorkspaces, type Workspace } from './workspace.ts';
import { workLock } from './workspace-lock.ts';

/**
 * Runs a command (prediction) in a fresh copy of a tree, with the tree's own environment and the trained files at
 * their places. It gets no training rows, no test rows but those in `values`, no checkpoints and no secrets; the copy
 * is removed afterwards. Throws CommandError PREDICT_FAILED, COMMAND_TIMEOUT or INSTALL_FAILED, InputError,
 * CancelledError.
 */
export async function runInCopy(request: EnvironmentRequest, ports: TrainPorts): Promise<CommandOutcome> {
  const tree = openTree(request);
  const params = loadParams(request.dir, request.train.params);
  const { slipwayDir, signal, environment: config } = request;
  const copied = await listCopied(
    { tree, train: request.train, environment: config, withheld: request.withheld },
    ports,
  );
  const lock = await digestLocks(request.dir, lockFilesOf(config, request.dir), ports.files);
  const wanted = { tree, environment: config, lock, copied, slipwayDir, signal };
  const environment = await prepareEnvironment(
    { ...wanted, onEvent: (event) => request.onEvent?.(event) },
    ports,
  );
  const name = `${PASSING}${randomBytes(8).toString('hex')}`;
  return await ports.cache.exclusively(workLock(name), { signal }, async () => {
    sweepWorkspaces(slipwayDir, ports.cache);
    const workspace = await openWorkspace(
      { slipwayDir, name, tree, copied, environment, params, signal },
      ports,
    );
    try {
      const variables = {
        model: request.model,
        seed: request.seed,
        params: workspace.params,
        outputDir: workspace.outputDir,
      };
      const none = { checkpointDir: null, train: null, validation: null };
      const env = variablesOf(ports.host, environment, { ...variables, ...none }, workspace.copy);
      return await runFilled(request, workspace, params, env, ports);
    } finally {
      rmSync(workspace.folder, { recursive: true, force: true });
    }
  });
}

async function runFilled(
  request: EnvironmentRequest,
  workspace: Workspace,
  params: Params,
  env: Readonly<Record<string, string>>,
  ports: TrainPorts,
): Promise<CommandOutcome> {
  const { logFile, timeoutMs, signal } = request;
  const values = { ...placeModel(request, workspace), ...request.values };
  const command = fillCommand(request.command, { params, values }, 'predict.run');
  const outcome = await ports.run({
    command,
    cwd: workspace.cwd,
    env,
    timeoutMs,
    logFile,
    signal,
    onLine: (line, stream) => request.onEvent?.({ type: 'line', line, stream }),
    onProgress: (text, stream) => request.onEvent?.({ type: 'progress', text, stream }),
  });
  const failure = failureOf(outcome, {
    what: `prediction of ${request.model}`,
    code: 'PREDICT_FAILED',
    command: request.command,
    logFile,
    timeoutMs,
    folders: { source: request.dir, copy: workspace.cwd },
  });
  if (failure !== null) throw failure;
  return outcome;
}

/** Puts the trained files into the copy: the command can neither change the stored ones nor needs to know their place. */
function placeModel({ outputs }: EnvironmentRequest, workspace: Workspace): Readonly<Record<string, string>> {
  if (outputs === null) return {};
  for (const entry of readdirSync(outputs.dir, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const source = join(entry.parentPath, entry.name);
    placeFile(source, join(workspace.cwd, source.slice(outputs.dir.length + 1)));
  }
  return outputs.entry === null ? {} : { model: join(workspace.cwd, entryPath(outputs.dir, outputs.entry)) };
}

function entryPath(dir: string, entry: string): string {
  return entry.startsWith(`${dir}/`) ? entry.slice(dir.length + 1) : entry;
}
