import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { InputError } from '../contracts/errors.ts';
import type { Session } from './execute.ts';

const CONFIG_FILE = 'slipway.yaml';

/** Folder that holds `.slipway`: the config's, or the current one where there is no config. */
export function slipwayFolder(session: Session): string {
  const named = session.flags['config'];
  if (typeof named === 'string') return join(dirname(resolve(session.cwd, named)), '.slipway');
  return join(dirname(nearestConfig(session.cwd) ?? join(session.cwd, CONFIG_FILE)), '.slipway');
}

/** Absolute path of the config that `--config` names, else of the nearest one upwards. Throws InputError CONFIG_NOT_FOUND. */
export function findConfig(session: Session): string {
  const named = session.flags['config'];
  if (typeof named === 'string') {
    const file = resolve(session.cwd, named);
    if (existsSync(file)) return file;
    throw new InputError({ code: 'CONFIG_NOT_FOUND', message: `--config ${named}: there is no such file` });
  }
  const found = nearestConfig(session.cwd);
  if (found !== null) return found;
  throw new InputError({
    code: 'CONFIG_NOT_FOUND',
    message: `there is no ${CONFIG_FILE} in ${session.cwd} nor in a folder above it`,
    hint: 'write one with `slipway init`, or name it with --config',
  });
}

function nearestConfig(from: string): string | null {
  for (let folder = from; ; folder = dirname(folder)) {
    const file = join(folder, CONFIG_FILE);
    if (existsSync(file)) return file;
    // A repository ends at its top: a config of an outer repository is not meant.
    if (existsSync(join(folder, '.git')) || dirname(folder) === folder) return null;
  }
}
