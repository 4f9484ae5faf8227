import type { RunRecord } from '../../src/contracts/run.ts';

interface Chosen {
  readonly id?: string;
  readonly model?: string;
  readonly started?: string;
  readonly branch?: string | null;
  readonly base?: string | null;
  readonly test?: string;
  readonly candidate?: string | null;
  readonly metrics?: RunRecord['metrics'];
  readonly params?: RunRecord['params'];
}

const AUC: RunRecord['metrics'][number] = {
  name: 'roc_auc',
  direction: 'higher',
  value: 0.874,
  low: 0.861,
  high: 0.886,
  baseline: 0.871,
  difference: 0.003,
  difference_low: -0.001,
  difference_high: 0.007,
  verdict: 'not-worse',
};

/** A recorded run with plausible facts; what a test is about is chosen. */
export function aRun(chosen: Chosen = {}): RunRecord {
  const base = chosen.base === undefined ? 'b0' : chosen.base;
  return {
    schema: 'slipway.run-record/1',
    id: chosen.id ?? '20260301-142501-3f2c',
    model: chosen.model ?? 'churn',
    task: 'binary',
    started: chosen.started ?? '2026-03-01T14:25:01.000Z',
    duration_ms: 12_400,
    git: {
      commit: 'c0ffee00c0ffee00',
      branch: chosen.branch === undefined ? 'deeper' : chosen.branch,
      dirty: false,
    },
    base: base === null ? null : { commit: base, ref: 'main' },
    decision: 'pass',
    reason: 'ALL_GATES_PASS',
    message: 'not worse than the base',
    stages: [{ name: 'train', status: 'ran', why: ['src/train.py changed'], duration_ms: 9000 }],
    params: chosen.params ?? { depth: 6 },
    metrics: chosen.metrics ?? [AUC],
    reported: { train_auc: 0.9 },
    digests: {
      train_key: 'k1',
      model: chosen.candidate === undefined ? 'm1' : chosen.candidate,
      baseline_model: 'm0',
      predictions: 'p1',
      data: { source: 's1', train: 'r1', validation: null, test: chosen.test ?? 't1' },
    },
    rows: { train: 8000, validation: 0, test: 2000 },
    look: 1,
    seeds: [1],
    environment: {
      platform: 'linux',
      arch: 'x64',
      cpus: 2,
      memory_bytes: 8e9,
      node: '24.21.0',
      slipway: '0.1.0',
      install: null,
    },
    resources: { peak_memory_bytes: 5.12e8, cpu_ms: 8000, train_ms: 9000 },
  };
}
