import { z } from 'zod';

import { Duration, NameList } from '../contracts/scalars.ts';

/** The `serving` part of a model in `slipway.yaml`. */

export const PROVIDERS = ['cpu', 'cuda', 'tensorrt', 'coreml', 'directml', 'openvino', 'rocm'] as const;

const BatchSchema = z.strictObject({
  rows: z
    .int({ error: 'expected a whole number of 1 or more' })
    .min(1, { error: 'expected a whole number of 1 or more' })
    .optional()
    .describe('Requests are answered together up to this many rows.'),
  wait: Duration.optional().describe('How long a request waits for others at most, e.g. 2ms.'),
});

const share = { error: 'expected a share from 0 to 1' };

const LogSchema = z.strictObject({
  sample: z
    .number(share)
    .min(0, share)
    .max(1, share)
    .default(1)
    .describe('Share of the predictions that is logged, 0 to 1.'),
  redact: NameList.optional()
    .transform((list) => list ?? [])
    .describe('Features that are never written to the log.'),
});

/** After parsing: `batch.wait` is in milliseconds. */
export const ServingSchema = z.strictObject({
  providers: z
    .array(z.enum(PROVIDERS), { error: `expected a list of ${PROVIDERS.join(', ')}` })
    .optional()
    .describe('Execution providers in order of preference, e.g. [cuda, cpu].'),
  batch: BatchSchema.optional().describe('Dynamic batching.'),
  log: LogSchema.optional().describe('The prediction log.'),
});
