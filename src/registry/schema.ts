import { z } from 'zod';

import { REGISTRABLE_FORMATS } from '../contracts/model-formats.ts';
import { Name } from '../contracts/scalars.ts';

/** The `registry` part of `slipway.yaml`. */

export const RegistrySchema = z.strictObject({
  adopt: z
    .enum(['gto'])
    .optional()
    .describe('Take over an existing history of GTO tags: a genesis entry per stage.'),
  stages: z
    .record(Name, Name)
    .default({})
    .describe('Stage names of the history → stages of this file, e.g. {prod: production}.'),
  formats: z
    .array(z.enum(REGISTRABLE_FORMATS), { error: `expected a list of ${REGISTRABLE_FORMATS.join(', ')}` })
    .optional()
    .describe(
      'Model formats that may be registered, e.g. [onnx]. Left out: all that hold only data. Naming pickle or its kin accepts that loading such a file runs code.',
    ),
});
