import { z } from 'zod';

import { evaluateHandovers } from '../evaluate-handovers.ts';
import { ACTING_INPUTS, actAs } from './acting.ts';
import { defineAction } from './action.ts';
import { judgementsSummary } from './judgements-summary.ts';

/** Judges and registers what the runs of the default branch handed over. */
export const register = defineAction({
  inputs: z.object(ACTING_INPUTS),
  outputs: ['judgements'],
  async run(session) {
    actAs(session.inputs);
    const outcome = await evaluateHandovers(session, 'merges');
    const judgements = outcome.judgements.map(({ pull, model, decision }) => ({ pull, model, decision }));
    return {
      ...outcome,
      outputs: { judgements: JSON.stringify(judgements) },
      summary: judgementsSummary(outcome.judgements),
    };
  },
});
