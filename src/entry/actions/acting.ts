import type { z } from 'zod';

import { choice, text } from './inputs.ts';

/** Inputs of the privileged actions. The token is an input, so that a workflow says which one it hands over. */
export const ACTING_INPUTS = {
  token: text,
  mode: choice(['open', 'deploy-key']).default('open'),
  'api-url': text.optional(),
};

type Acting = z.infer<z.ZodObject<typeof ACTING_INPUTS>>;

/** Puts what commands read from their environment there. */
export function actAs({ token, mode, 'api-url': api }: Acting): void {
  process.env['GITHUB_TOKEN'] = token;
  process.env['SLIPWAY_MODE'] = mode;
  delete process.env['GH_TOKEN'];
  if (api !== undefined) process.env['GITHUB_API_URL'] = api;
}
