import { posix } from 'node:path';

import { InputError } from '../../contracts/errors.ts';

/**
 * The file that a server loads: as it was declared (a pattern), else the only ONNX file, else the only file.
 *
 * @param of what messages call it: `run 3f2c`
 * @throws InputError OUTPUT_MISSING, OUTPUT_AMBIGUOUS
 */
export function entryFile(of: string, declared: string | null, paths: readonly string[]): string {
  const onnx = paths.filter((path) => path.toLowerCase().endsWith('.onnx'));
  const found =
    declared !== null
      ? paths.filter((path) => posix.matchesGlob(path, posix.normalize(declared)))
      : onnx.length > 0
        ? onnx
        : paths;
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  throw new InputError({
    code: only === undefined ? 'OUTPUT_MISSING' : 'OUTPUT_AMBIGUOUS',
    message: `${of}: ${declared ?? 'the model’s entry'} is ${found.length} of its ${paths.length} files, expected one`,
    hint: 'name the file that is loaded for prediction as train.outputs.entry',
  });
}
