import { z } from 'zod';

import { defineAction } from './action.ts';
import { trainAndHandOver, TRAINING_INPUTS } from './hand-over.ts';

/** Trains the models of the config, or finds what the same training gave before. */
export const train = defineAction({
  inputs: z.object(TRAINING_INPUTS),
  outputs: ['trained', 'reused', 'train-keys'],
  async run(session) {
    const { outcome, models } = await trainAndHandOver(session, 'train');
    const of = (reused: boolean): string =>
      JSON.stringify(models.flatMap(({ model, trained }) => (trained?.reused === reused ? [model] : [])));
    const keys = models.flatMap(({ model, trained }) => (trained === null ? [] : [[model, trained.key]]));
    const outputs = {
      trained: of(false),
      reused: of(true),
      'train-keys': JSON.stringify(Object.fromEntries(keys)),
    };
    return { ...outcome, outputs };
  },
});
