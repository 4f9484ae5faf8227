import { join } from 'node:path';

import type { ModelConfig } from '../config/index.ts';
import { prepareData, type PreparedData } from '../data/index.ts';
import { train, type TrainEvent, type TrainRequest, type TrainResult } from '../training/index.ts';
import type { RunPorts } from './ports.ts';
import type { RunRequest } from './request.ts';
import type { Side } from './side.ts';

/** Where one side comes from. */
export type Origin = Pick<Side, 'name' | 'model' | 'config' | 'tree' | 'commit'>;

/** The working tree's model. */
export function candidateOrigin(model: string, request: RunRequest, ports: RunPorts): Origin {
  const config = request.config.models[model]!;
  const tree = { root: ports.repository.root, dir: join(request.folder, config.dir) };
  return { name: 'candidate', model, config, tree, commit: null };
}

/** Absolute `.slipway` of a run. */
export function slipwayDir(request: RunRequest): string {
  return join(request.folder, '.slipway');
}

/** The rows of a side, from `dir` (a checkout may lack data that git does not keep: then it is the working tree's). */
export async function prepareSide(
  config: ModelConfig,
  dir: string,
  request: RunRequest,
  ports: RunPorts,
): Promise<PreparedData> {
  return await prepareData(
    {
      data: config.data,
      dir,
      cacheDir: join(slipwayDir(request), 'cache'),
      digestFile: (path) => ports.training.files.digestFile(path),
      signal: request.signal,
    },
    { tables: ports.tables },
  );
}

/** Request of a side's training: what `train` runs and what `planTraining` explains. */
export function trainRequestOf(origin: Origin, data: PreparedData, request: RunRequest): TrainRequest {
  return {
    ...origin.tree,
    model: origin.model,
    train: origin.config.train,
    environment: origin.config.environment ?? null,
    data: {
      train: data.train,
      validation: data.validation,
      digests: { train: data.digests.train, validation: data.digests.validation },
      inPlace: data.inPlace,
      withheld: data.files.map((file) => file.path),
    },
    slipwayDir: slipwayDir(request),
    seed: request.seed,
    signal: request.signal,
    onEvent: (event) => tell(event, request),
    force: request.force && origin.name === 'candidate',
  };
}

/** Trains a side, or finds what the same training gave before. */
export async function trainSide(
  origin: Origin,
  data: PreparedData,
  request: RunRequest,
  ports: RunPorts,
): Promise<TrainResult> {
  return await train(trainRequestOf(origin, data, request), ports.training);
}

/** Training events as progress of the run. */
export function tell(event: TrainEvent, { onEvent }: Pick<RunRequest, 'onEvent'>): void {
  switch (event.type) {
    case 'line':
      onEvent({ kind: 'log', line: event.line });
      return;
    case 'progress':
      onEvent({ kind: 'status', text: event.text });
      return;
    case 'waiting':
      onEvent({
        kind: 'log',
        line: `waiting for ${event.owner}, which ${event.for === 'train' ? 'trains' : 'installs'} the same`,
      });
      return;
    case 'installing':
      onEvent({ kind: 'log', line: 'installing the environment' });
      for (const line of linesOf(event.command)) onEvent({ kind: 'log', line });
      return;
    case 'training':
      if (event.repeats > 1) {
        const line = `training ${event.repeat + 1} of ${event.repeats}, seed ${event.seed}`;
        onEvent({ kind: 'log', line });
      } else for (const line of linesOf(event.command)) onEvent({ kind: 'log', line });
      return;
    case 'copying':
    case 'trained':
    case 'reused':
      return;
  }
}

/** A command as a shell shows it: without the option that makes several lines stop at the first that fails. */
function linesOf(command: string): readonly string[] {
  return command
    .trim()
    .replace(/^set -e\n/, '')
    .split('\n')
    .map((line) => `$ ${line}`);
}
