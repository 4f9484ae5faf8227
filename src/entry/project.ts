import { readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

// Not the index: `init` and `check` would be loaded with it, on every run.
import type { Config } from '../config/index.ts';
import { parseConfig } from '../config/parse.ts';
import { InputError } from '../contracts/errors.ts';
import { findConfig } from './config-file.ts';
import type { Session } from './execute.ts';

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
