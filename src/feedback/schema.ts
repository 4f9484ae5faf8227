import { z } from 'zod';

import { Duration } from '../contracts/scalars.ts';

/** `monitor.retrain` of a model in `slipway.yaml`: when the retraining pull request is opened. */

export const SCHEDULES = ['hourly', 'daily', 'weekly', 'monthly'] as const;

/** After parsing: `cooldown` is in milliseconds. */
export const RetrainSchema = z.strictObject({
  cooldown: Duration.optional().describe('The least time between two retrainings, e.g. 7d.'),
  'max-per-week': z
    .int({ error: 'expected a whole number of 0 or more' })
    .min(0, { error: 'expected a whole number of 0 or more' })
    .optional()
    .describe('How many retrainings a week may see.'),
  schedule: z
    .enum(SCHEDULES)
    .optional()
    .describe('Retrain on a schedule too: hourly, daily, weekly or monthly.'),
});
