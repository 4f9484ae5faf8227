import { z } from 'zod';

import { Duration, Name, NameList } from '../contracts/scalars.ts';

/** The `monitor` part of a model in `slipway.yaml`, without `retrain` (src/feedback/schema.ts). */

const AlarmsSchema = z.strictObject({
  pages: z
    .int({ error: 'expected a whole number of 1 or more' })
    .min(1, { error: 'expected a whole number of 1 or more' })
    .default(1)
    .describe('False alarms that are tolerated in the time `per`.'),
  per: Duration.describe('The time the budget is for, e.g. 90d.'),
});

const limit = { error: 'expected a number' };

const PerformanceSchema = z.strictObject({
  metric: Name.describe('The metric that is watched: one of `evaluate.metrics`.'),
  min: z.number(limit).optional().describe('It must not fall below this.'),
  max: z.number(limit).optional().describe('It must not rise above this.'),
});

/** After parsing: durations in milliseconds. */
export const MonitorSchema = z.strictObject({
  every: Duration.optional().describe('How often the monitor looks, e.g. 6h.'),
  source: NameList.optional().describe('The prediction log: paths or globs.'),
  labels: NameList.optional().describe('Labels that came in later: paths or globs.'),
  drift: z.strictObject({}).optional().describe('Compare the features with those of the training data.'),
  alarms: AlarmsSchema.optional().describe(
    'The alarm budget: how many false alarms are tolerated in how long.',
  ),
  performance: PerformanceSchema.optional().describe('The metric that is watched in production.'),
});
