import type { Comparison } from '../contracts/comparison.ts';
import type { ProblemCode, ReasonCode } from '../contracts/codes.ts';
import type { Decision } from '../contracts/decision.ts';
import type { Digest } from '../contracts/digest.ts';
import type { GitState } from '../contracts/result.ts';
import { recordedMetric, type RunRecord, type StageRecord } from '../contracts/run.ts';
import type { BaseCommit, Machine } from './ports.ts';
import type { Side } from './side.ts';

/** What is known of a run when it is written down; parts that were not reached are null. */
export interface RunFacts {
  readonly id: string;
  readonly model: string;
  readonly task: string;
  readonly started: Date;
  readonly ended: Date;
  readonly git: GitState;
  readonly base: BaseCommit | null;
  readonly decision: Decision;
  readonly reason: ReasonCode | ProblemCode;
  readonly message: string;
  readonly stages: readonly StageRecord[];
  readonly data: Side['data'] | null;
  readonly candidate: Side | null;
  readonly models: { readonly candidate: Digest | null; readonly baseline: Digest | null };
  readonly predictions: Digest | null;
  readonly comparison: Comparison | null;
  readonly look: number;
  readonly machine: Machine;
}

/** The record of a run. */
export function recordOf(facts: RunFacts): RunRecord {
  const { candidate, data } = facts;
  const trained = candidate?.trained;
  return {
    schema: 'slipway.run-record/1',
    id: facts.id,
    model: facts.model,
    task: facts.task,
    started: facts.started.toISOString(),
    duration_ms: facts.ended.getTime() - facts.started.getTime(),
    git: facts.git,
    base: facts.base,
    decision: facts.decision,
    reason: facts.reason,
    message: facts.message,
    stages: [...facts.stages],
    params: { ...trained?.params },
    metrics: facts.comparison?.metrics.map(recordedMetric) ?? [],
    reported: { ...trained?.metrics },
    digests: {
      train_key: trained?.key ?? null,
      model: facts.models.candidate,
      baseline_model: facts.models.baseline,
      predictions: facts.predictions,
      data: data === null ? null : { ...data.digests },
    },
    rows: data === null ? null : { ...data.rows },
    look: facts.look,
    seeds: trained?.seeds.map(({ seed }) => seed) ?? [],
    environment: { ...facts.machine, install: trained?.environment.digest ?? null },
    resources: {
      peak_memory_bytes: trained?.peakMemoryBytes ?? null,
      cpu_ms: trained?.cpuMs ?? null,
      train_ms: trained?.durationMs ?? null,
    },
  };
}
