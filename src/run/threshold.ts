import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'yaml';

import { InputError } from '../contracts/errors.ts';
import type { Side } from './side.ts';

/**
 * The threshold of a side: the config's number, or the one that its training wrote (JSON or YAML; `key` dotted).
 * Undefined where none is declared. Throws InputError VALUE_INVALID or FILE_NOT_FOUND.
 */
export function thresholdOf(
  side: Pick<Side, 'name' | 'config'> & { readonly trained: Pick<Side['trained'], 'outputsDir'> },
): number | undefined {
  const declared = side.config.threshold;
  if (declared === undefined || typeof declared === 'number') return declared;
  const file = join(side.trained.outputsDir, declared.file);
  if (!existsSync(file)) {
    throw new InputError({
      code: 'FILE_NOT_FOUND',
      message: `threshold.file: the training of the ${side.name} wrote no ${declared.file}`,
      hint: 'list it among train.outputs.model',
    });
  }
  const value = lookUp(parse(readFileSync(file, 'utf8')), declared.key);
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  const where = declared.key === undefined ? declared.file : `${declared.key} in ${declared.file}`;
  throw new InputError({
    code: 'VALUE_INVALID',
    message: `threshold: expected a number at ${where}, found ${value === undefined ? 'nothing' : JSON.stringify(value)}`,
  });
}

function lookUp(document: unknown, key: string | undefined): unknown {
  if (key === undefined) return document;
  return key
    .split('.')
    .reduce<unknown>(
      (value, part) => (value as Record<string, unknown> | null | undefined)?.[part],
      document,
    );
}
