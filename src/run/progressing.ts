import { join } from 'node:path';

import type { RunRecord } from '../contracts/run.ts';
import type { ModelOutcome } from './request.ts';
import type { Baseline } from './baseline.ts';
import type { RunPorts } from './ports.ts';
import type { RunFacts } from './record.ts';
import type { Side } from './side.ts';
import type { StageLog } from './stages.ts';

/** What is known of a model's run so far; grows stage by stage, so that a failing run is recorded with all that came before. */
export interface Progressing {
  readonly model: string;
  readonly task: string;
  readonly started: Date;
  readonly log: StageLog;
  data: Side['data'] | null;
  candidate: Side | null;
  baseline: Baseline | null;
}

/** What every outcome says, however the run ended. */
export function outcomeBase({
  model,
  log,
}: Progressing): Pick<ModelOutcome, 'model' | 'problems' | 'errorKind' | 'stages'> {
  return { model, problems: [], errorKind: null, stages: log.records() };
}

/** The reports in a run's folder (absolute). */
export function reportPaths(folder: string): NonNullable<ModelOutcome['report']> {
  return { html: join(folder, 'report.html'), comment: join(folder, 'comment.md') };
}

type KnownFacts = Pick<
  RunFacts,
  'id' | 'model' | 'task' | 'started' | 'ended' | 'stages' | 'data' | 'machine'
>;

/** What a record says however the run ended. */
export function factsOf(
  state: Progressing,
  id: string,
  ports: Pick<RunPorts, 'clock' | 'machine'>,
): KnownFacts {
  const { model, task, started, log, data } = state;
  return {
    id,
    model,
    task,
    started,
    ended: new Date(ports.clock()),
    stages: log.records(),
    data,
    machine: ports.machine,
  };
}

/** A run's `result.json`: how it ended, for later jobs; the record and the evaluation hold the rest. */
export function resultDocument(record: RunRecord): object {
  const { id, model, decision, reason, message, git, started, duration_ms, stages, environment } = record;
  const head = { schema: 'slipway.result/1', command: 'run', decision, reason, message };
  return { ...head, model, run: id, git, started, duration_ms, version: environment.slipway, stages };
}
