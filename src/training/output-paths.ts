import { posix } from 'node:path';

import { InputError, type Problem } from '../contracts/errors.ts';
import type { TrainConfig } from './schema.ts';

/** All declared outputs: paths, folders and globs relative to `dir`. */
export function outputPatterns({ outputs }: TrainConfig): readonly string[] {
  return [...outputs.model, ...(outputs.entry === undefined ? [] : [outputs.entry]), ...outputs.metrics];
}

/** Checks that declared outputs lie below `dir`. Throws InputError CONFIG_INVALID with one problem each. */
export function assertOutputPaths(train: TrainConfig): void {
  const problems = outputPatterns(train)
    .filter((path) => path.startsWith('/') || posix.normalize(path).startsWith('..'))
    .map((path): Problem => ({
      code: 'CONFIG_INVALID',
      message: `train.outputs: ${path} lies outside of dir`,
      hint: 'outputs are paths below the model’s dir or below SLIPWAY_OUTPUT_DIR',
    }));
  if (problems.length > 0) throw new InputError(problems);
}
