import { z } from 'zod';

import { defineAction } from './action.ts';
import { trainAndHandOver, TRAINING_INPUTS, UPLOAD_INPUTS, uploadHandovers } from './hand-over.ts';

/**
 * Predicts the test rows with what the job trained and uploads one artifact for each model: what is handed to whoever
 * judges it (docs/pull-requests.md).
 */
export const predict = defineAction({
  inputs: z.object({ ...TRAINING_INPUTS, ...UPLOAD_INPUTS }),
  outputs: ['artifacts'],
  async run(session) {
    const { outcome, models } = await trainAndHandOver(session, 'predict');
    const artifacts = await uploadHandovers(session, models);
    return { ...outcome, outputs: { artifacts: JSON.stringify(artifacts) } };
  },
});
