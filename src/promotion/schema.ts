import { z } from 'zod';

import { Duration, Name, NameList } from '../contracts/scalars.ts';

/** Who and what lets a version into a stage: the promotion half of `stages.NAME` in `slipway.yaml`. */

/** After parsing: `soak` is in milliseconds. */
export const PromotionSchema = z.strictObject({
  after: Name.optional().describe('The stage in which the version must have been verified before.'),
  soak: Duration.optional().describe('How long it must have been verified there, e.g. 24h.'),
  approvals: z
    .int({ error: 'expected a whole number, 0 or more' })
    .min(0, { error: 'expected a whole number, 0 or more' })
    .default(0)
    .describe('How many approvals of the version are needed. The author is never the only approver.'),
  approvers: NameList.optional()
    .transform((list) => list ?? [])
    .describe('Who may approve: GitHub users and @org/team. Left out: everybody who may write.'),
  holdout: z
    .enum(['hidden', 'visible'])
    .default('visible')
    .describe('hidden: only versions judged on test rows whose targets only the scorer can read.'),
});
