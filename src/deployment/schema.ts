import { z } from 'zod';

import { Command, Duration, Name } from '../contracts/scalars.ts';

/** Where a stage runs and how a version gets there: the deployment half of `stages.NAME` in `slipway.yaml`. */

export const TARGETS = ['local', 'kserve'] as const;

const percentStep = z
  .number({ error: 'expected a percentage from 1 to 100' })
  .gt(0, { error: 'expected a percentage above 0' })
  .max(100, { error: 'expected a percentage of at most 100' });

const RolloutSchema = z.strictObject({
  canary: z
    .array(percentStep, { error: 'expected rising percentages such as [5, 25, 100]' })
    .min(1, { error: 'expected at least one percentage' })
    .refine((steps) => steps.every((step, i) => i === 0 || step > (steps[i - 1] ?? 0)), {
      error: 'expected rising percentages such as [5, 25, 100]',
    })
    .optional()
    .describe('Rising shares of the traffic in percent, e.g. [5, 25, 100].'),
  step: Duration.optional().describe('How long each step lasts at least, e.g. 30m.'),
  'min-samples': z
    .int({ error: 'expected a whole number of 1 or more' })
    .min(1, { error: 'expected a whole number of 1 or more' })
    .optional()
    .describe('Requests a step must have seen before it is judged.'),
  deadline: Duration.optional().describe('A rollout that is not through by then is rolled back, e.g. 6h.'),
  shadow: z
    .boolean()
    .default(false)
    .describe('The new version answers beside the old one and is only compared.'),
});

const CommandTarget = z.strictObject({
  command: Command.describe('A command that deploys the version it is given.'),
});

/** After parsing: durations in milliseconds; canary steps in percent. */
export const DeploymentSchema = z.strictObject({
  target: z
    .union([z.enum(TARGETS), CommandTarget], {
      error: `expected one of ${TARGETS.join(', ')}, or {command: ./deploy.sh}`,
    })
    .optional()
    .describe('Where the stage runs: local, kserve, or {command: ./deploy.sh}.'),
  smoke: Name.optional().describe('A file of requests and expected answers, tried after every deployment.'),
  rollout: RolloutSchema.optional().describe('Step by step instead of all at once.'),
});
