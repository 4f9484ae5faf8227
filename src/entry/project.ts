import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

import { parseConfig, type Config } from '../config/index.ts';
import { InputError } from '../contracts/errors.ts';
import type { Session } from './execute.ts';

const CONFIG_FILE = 'slipway.yaml';

/** A repository's config and where things lie. Paths are absolute. */
export interface Project {
  readonly config: Config;
  readonly configFile: string;
  /** The config's bytes and the name that messages give it. */
  readonly content: Uint8Array;
  readonly shownFile: string;
  readonly folder: string;
  readonly slipwayDir: string;
}

/**
 * Reads the config that `--config` names, else the nearest slipway.yaml upwards.
 * Throws InputError: CONFIG_NOT_FOUND, FILE_UNREADABLE, and all that parseConfig finds.
 */
export function openProject(session: Session): Project {
  const configFile = findConfig(session);
  const shown = relative(session.cwd, configFile);
  const content = readConfig(configFile, shown);
  const config = parseConfig(content, shown);
  const folder = dirname(configFile);
  return { config, configFile, content, shownFile: shown, folder, slipwayDir: join(folder, '.slipway') };
}

/** Folder that holds `.slipway`: the config's, or the current one where there is no config. */
export function slipwayFolder(session: Session): string {
  const named = session.flags['config'];
  if (typeof named === 'string') return join(dirname(resolve(session.cwd, named)), '.slipway');
  return join(dirname(nearestConfig(session.cwd) ?? join(session.cwd, CONFIG_FILE)), '.slipway');
}

function findConfig(session: Session): string {
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

function readConfig(file: string, shown: string): Uint8Array {
  if (statSync(file).isFile()) return readBytes(file, shown);
  throw new InputError({
    code: 'FILE_UNREADABLE',
    message: `${shown} is a folder, expected a YAML file`,
    file: shown,
  });
}

function readBytes(file: string, shown: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new InputError(
      { code: 'FILE_UNREADABLE', message: `${shown} cannot be read (${code})`, file: shown },
      { cause: error },
    );
  }
}
