import { z } from 'zod';

import { reconcileCommand } from '../reconcile.ts';
import { ACTING_INPUTS, actAs } from './acting.ts';
import { defineAction } from './action.ts';
import { flag } from './inputs.ts';

/** What the bot does, for this repository, once: judge, register, promote, and everything that people see. */
export const reconcile = defineAction({
  inputs: z.object({ ...ACTING_INPUTS, 'dry-run': flag.default(false) }),
  outputs: ['recorded'],
  async run(session) {
    actAs(session.inputs);
    const outcome = await reconcileCommand({ ...session, flags: { dryRun: session.inputs['dry-run'] } });
    const { recorded } = outcome.document as { readonly recorded: readonly unknown[] };
    return { ...outcome, outputs: { recorded: recorded.length } };
  },
});
