import { z } from 'zod';

import { REASONS, type ReasonCode } from './codes.ts';
import { TASKS, type Comparison } from './comparison.ts';
import { Decision, Verdict } from './decision.ts';

/** A comparison that comes from another process: strict, bounded, and nothing but what {@link Comparison} says. */

const Text = z.string().max(2000);
const Count = z.int().min(0);
const Value = z.number().nullable();
const Reason = z.enum(Object.keys(REASONS) as [ReasonCode, ...ReasonCode[]]);
const Estimate = z.strictObject({ value: Value, low: Value, high: Value });
const Difference = z.strictObject({ ...Estimate.shape, p: Value, method: Text.nullable() });

const MetricPart = z.strictObject({
  name: Text,
  direction: z.enum(['higher', 'lower']),
  candidate: Estimate,
  baseline: Estimate.optional(),
  difference: Difference.optional(),
  margin: Value,
  verdict: Verdict.nullable(),
  reason: Reason.nullable(),
  units_needed: Value,
});

const SlicePart = z.strictObject({
  name: Text,
  rows: Count,
  units: z.number(),
  metric: Text,
  candidate: Value,
  baseline: Value,
  difference: Difference,
  q: Value,
  p_adjusted: Value,
  smallest_visible: Value,
  verdict: Verdict,
  reason: Reason.nullable(),
});

const GatePart = z.strictObject({
  gate: Text,
  verdict: z.enum(['pass', 'fail', 'inconclusive', 'skipped']),
  reason: Reason,
  message: Text,
});

const Shape = z.strictObject({
  schema: z.literal('slipway.comparison/1'),
  decision: Decision,
  reason: Reason,
  message: Text,
  task: z.enum(TASKS),
  rows: Count,
  unit: z.strictObject({ name: Text, count: z.number(), design_effect: Value }),
  claim: z.enum(['artifact', 'change']),
  look: z.int().min(1),
  alpha: z.number(),
  metrics: z.array(MetricPart).max(500),
  slices: z.array(SlicePart).max(2000),
  gates: z.array(GatePart).max(500),
  changes: z.strictObject({ fixed: Count, broken: Count, disagree: Count }).nullable(),
  change: z
    .strictObject({
      metric: Text,
      value: z.number(),
      low: z.number(),
      high: z.number(),
      seed_sd: z.number(),
      runs: z.strictObject({ candidate: Count, baseline: Count }),
    })
    .optional(),
  warnings: z.array(z.strictObject({ code: Text, message: Text })).max(1000),
});

// Optional members are absent here and never undefined: JSON knows no other.
export const ComparisonDocument = Shape as unknown as z.ZodType<Comparison>;
