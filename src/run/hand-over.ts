import { join } from 'node:path';

import type { ProblemCode, ReasonCode } from '../contracts/codes.ts';
import type { Decision } from '../contracts/decision.ts';
import {
  CancelledError,
  CommandError,
  isCodedError,
  PlatformError,
  type Problem,
} from '../contracts/errors.ts';
import { artifactName } from '../contracts/judging.ts';
import type { StageRecord } from '../contracts/run.ts';
import { makeCandidate, makeHandover, type MadeHandover } from './make-handover.ts';
import type { RunPorts } from './ports.ts';
import type { RunRequest } from './request.ts';
import { StageLog } from './stages.ts';

/** What came of one model of a run that judges nothing. */
export interface HandoverOutcome {
  readonly model: string;
  readonly decision: Decision;
  readonly reason: ReasonCode | ProblemCode;
  readonly message: string;
  readonly problems: readonly Problem[];
  readonly errorKind: 'input' | 'platform' | null;
  readonly stages: readonly StageRecord[];
  /** Null where it was not reached: after `train`, or a failure. */
  readonly made: MadeHandover | null;
  /** What training took; null where it was not reached. */
  readonly trained: {
    readonly key: string;
    readonly reused: boolean;
    readonly durationMs: number;
    readonly cpuMs: number | null;
    readonly peakMemoryBytes: number | null;
  } | null;
}

/**
 * Trains the asked models and, unless the request ends at `train`, lays out what each hands to whoever judges it, below
 * `into` (absolute). A broken one does not stop the others. Throws CancelledError.
 */
export async function handOverModels(
  request: RunRequest,
  into: string,
  ports: RunPorts,
): Promise<readonly HandoverOutcome[]> {
  const outcomes: HandoverOutcome[] = [];
  try {
    for (const model of request.models) outcomes.push(await handOver(model, request, into, ports));
  } finally {
    ports.training.files.save();
  }
  return outcomes;
}

async function handOver(
  model: string,
  request: RunRequest,
  into: string,
  ports: RunPorts,
): Promise<HandoverOutcome> {
  request.onEvent({ kind: 'model', model });
  const log = new StageLog(model, ports.clock, request.onEvent);
  let trained: HandoverOutcome['trained'] = null;
  try {
    const side = await makeCandidate(model, log, request, ports);
    trained = trainedOf(side.trained);
    const made =
      request.last === 'train'
        ? null
        : await makeHandover(side, join(into, artifactName(model)), log, request, ports);
    const message = trained.reused
      ? 'nothing that the model is made of changed: it was not trained again'
      : 'trained';
    const stages = log.records();
    const done = { decision: 'pass', reason: 'DONE', problems: [], errorKind: null } as const;
    return { model, message, stages, made, trained, ...done };
  } catch (error) {
    if (request.signal.aborted || error instanceof CancelledError)
      throw error instanceof CancelledError ? error : new CancelledError();
    if (!isCodedError(error)) throw error;
    const { code: reason, problems } = error;
    const failed = error instanceof CommandError;
    return {
      ...{ model, reason, problems, trained, made: null },
      decision: failed ? 'fail' : 'error',
      message: problems[0]?.message ?? error.message,
      errorKind: failed ? null : error instanceof PlatformError ? 'platform' : 'input',
      stages: log.records(),
    };
  }
}

function trainedOf({
  key,
  status,
  durationMs,
  cpuMs,
  peakMemoryBytes,
}: MadeHandover['side']['trained']): NonNullable<HandoverOutcome['trained']> {
  return { key, reused: status === 'reused', durationMs, cpuMs, peakMemoryBytes };
}
