import { join, relative } from 'node:path';

import type { z } from 'zod';

import { openRunCache, uploadArtifact } from '../../platform/runner/index.ts';
import type { HandoverOutcome, RunPorts } from '../../run/index.ts';
import { handOverCommand } from '../hand-over.ts';
import { openProject } from '../project.ts';
import type { ActionOutcome, ActionSession } from './action.ts';
import { keepCheckpoints } from './checkpoints.ts';
import { flag, list, text, whole } from './inputs.ts';
import { shareCache, type SharedCache } from './shared-cache.ts';
import { trainingSummary } from './training-summary.ts';

/** Inputs of `train`, of `predict`, and of the two in one step. */
export const TRAINING_INPUTS = {
  models: list.default([]),
  config: text.optional(),
  seed: whole(0).default(1),
  cache: flag.default(true),
  'checkpoint-minutes': whole(0).default(10),
};
export const UPLOAD_INPUTS = { 'retention-days': whole(1).optional() };

type TrainingInputs = z.ZodObject<typeof TRAINING_INPUTS>;

/** Where the handovers of a job lie, below the runner's temporary folder. */
function folderOf({ runner }: ActionSession): string {
  return join(runner.temp, 'slipway', 'handed-over');
}

/**
 * Trains, and up to `last` predicts and lays out what is handed over, with results kept in the cache of Actions under
 * their content keys and checkpoints kept while training goes on.
 */
export async function trainAndHandOver(
  session: ActionSession<TrainingInputs>,
  last: 'train' | 'predict',
): Promise<{ readonly outcome: ActionOutcome; readonly models: readonly HandoverOutcome[] }> {
  const { inputs, runner } = session;
  const { models, config, seed } = inputs;
  const flags = { config, seed, stage: last, handOver: folderOf(session), why: true };
  const shown = { ...session, flags };
  const { slipwayDir } = openProject(shown);
  const warn = (message: string): void =>
    session.step.annotate({ level: 'warning', title: 'slipway cache', message });
  const remote = inputs.cache ? await openRunCache(warn) : null;
  const shared: SharedCache[] = [];
  const adapt = (ports: RunPorts): RunPorts => {
    if (remote === null) return ports;
    const made = shareCache(ports.training.cache, remote, { slipwayDir, workspace: runner.workspace });
    shared.push(made);
    return { ...ports, training: { ...ports.training, cache: made.cache } };
  };
  const checkpoints =
    remote === null || inputs['checkpoint-minutes'] === 0
      ? null
      : await keepCheckpoints(remote, {
          folder: join(slipwayDir, 'checkpoints'),
          path: relative(runner.workspace, join(slipwayDir, 'checkpoints')),
          ref: runner.ref,
          everyMs: inputs['checkpoint-minutes'] * 60_000,
          run: `${runner.runId}-${runner.attempt}`,
        });
  try {
    const outcome = await handOverCommand(shown, models, adapt);
    for (const one of shared) await one.save();
    const summary = (): Promise<ReturnType<typeof trainingSummary>> =>
      Promise.resolve(trainingSummary(outcome.models));
    return { outcome: { ...outcome, summary }, models: outcome.models };
  } finally {
    await checkpoints?.stop();
  }
}

/** Uploads what was laid out; gives the names of the artifacts. */
export async function uploadHandovers(
  session: ActionSession<z.ZodObject<typeof UPLOAD_INPUTS>>,
  models: readonly HandoverOutcome[],
): Promise<readonly string[]> {
  const names: string[] = [];
  for (const { made } of models) {
    if (made === null) continue;
    const { artifact: name, folder, files } = made;
    const { bytes } = await uploadArtifact({
      ...{ name, folder, files },
      retentionDays: session.inputs['retention-days'] ?? null,
    });
    session.progress.line(`artifact ${name}: ${files.length} files, ${bytes} bytes`);
    names.push(name);
  }
  return names;
}
