import { mergeConfig } from 'vitest/config';

import base from '../../../vitest.config.ts';
import { patched } from './apply.ts';
import { MUTANTS } from './list.ts';

/** The unit tests with the mutant that `SLIPWAY_MUTANT` names in the sources. */
const mutant = MUTANTS.find(({ name }) => name === process.env['SLIPWAY_MUTANT']);

export default mergeConfig(base, {
  root: new URL('../../../', import.meta.url).pathname,
  // What one mutant was made of is not another's.
  test: { maxWorkers: 1, bail: 1, pool: 'threads', fsModuleCache: false },
  plugins: [
    {
      name: 'mutant',
      enforce: 'pre',
      transform: (code: string, id: string) => {
        const here = mutant?.patches.filter(({ file }) => id.split('?')[0]!.endsWith(`/${file}`)) ?? [];
        return here.length === 0
          ? null
          : here.reduce((source, patch) => patched(mutant!.name, source, patch), code);
      },
    },
  ],
});
