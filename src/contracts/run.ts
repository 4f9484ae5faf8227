import { z } from 'zod';

import type { Comparison } from './comparison.ts';
import { Decision } from './decision.ts';

const NullableNumber = z.number().nullable();

/** One stage of a run: `ran`, `reused` from the cache, `failed`, or `skipped` because an earlier one failed or was the last asked for. */
export const StageRecord = z.object({
  name: z.enum(['data', 'train', 'predict', 'evaluate']),
  status: z.enum(['ran', 'reused', 'failed', 'skipped']),
  /** Why it ran again, as sentences; empty when reused. */
  why: z.array(z.string()),
  duration_ms: z.number(),
});
export type StageRecord = z.infer<typeof StageRecord>;

const RecordedMetric = z.object({
  name: z.string(),
  direction: z.enum(['higher', 'lower']),
  value: NullableNumber,
  low: NullableNumber,
  high: NullableNumber,
  baseline: NullableNumber,
  difference: NullableNumber,
  difference_low: NullableNumber,
  difference_high: NullableNumber,
  verdict: z.string().nullable(),
});

/** A metric of a comparison as it is kept: without its method and margins. */
export function recordedMetric({
  name,
  direction,
  candidate,
  baseline,
  difference,
  verdict,
}: Comparison['metrics'][number]): z.infer<typeof RecordedMetric> {
  return {
    ...{ name, direction, verdict },
    value: candidate.value,
    low: candidate.low,
    high: candidate.high,
    baseline: baseline?.value ?? null,
    difference: difference?.value ?? null,
    difference_low: difference?.low ?? null,
    difference_high: difference?.high ?? null,
  };
}

/** Everything that is kept of one run of one model: `.slipway/runs/<id>/run.json`. Times in ms, memory in bytes, digests SHA-256 hex. */
export const RunRecord = z.object({
  schema: z.literal('slipway.run-record/1'),
  id: z.string(),
  model: z.string(),
  task: z.string(),
  started: z.string(),
  duration_ms: z.number(),
  git: z.object({ commit: z.string().nullable(), branch: z.string().nullable(), dirty: z.boolean() }),
  base: z.object({ commit: z.string(), ref: z.string() }).nullable(),
  decision: Decision,
  reason: z.string(),
  message: z.string(),
  stages: z.array(StageRecord),
  params: z.record(z.string(), z.unknown()),
  /** Measured by us on the test rows. */
  metrics: z.array(RecordedMetric),
  /** Said by the user's code; shown, never judged. */
  reported: z.record(z.string(), z.number()),
  digests: z.object({
    train_key: z.string().nullable(),
    model: z.string().nullable(),
    baseline_model: z.string().nullable(),
    predictions: z.string().nullable(),
    data: z
      .object({ source: z.string(), train: z.string(), validation: z.string().nullable(), test: z.string() })
      .nullable(),
  }),
  rows: z.object({ train: z.number(), validation: z.number(), test: z.number() }).nullable(),
  look: z.number(),
  seeds: z.array(z.number()),
  environment: z.object({
    platform: z.string(),
    arch: z.string(),
    cpus: z.number(),
    memory_bytes: z.number(),
    node: z.string(),
    slipway: z.string(),
    /** Digest of the installed environment, null where none is declared. */
    install: z.string().nullable(),
  }),
  resources: z.object({
    peak_memory_bytes: NullableNumber,
    cpu_ms: NullableNumber,
    train_ms: NullableNumber,
  }),
});
export type RunRecord = z.infer<typeof RunRecord>;
