import { dirname, join } from 'node:path';

import type { ReadyEnvironment } from './environment.ts';
import type { Host } from './ports.ts';

/** What a command is told beside its environment. Absolute paths; left out where null. */
export interface CommandVariables {
  readonly model: string;
  readonly seed: number;
  readonly params: string;
  readonly outputDir: string;
  readonly checkpointDir: string | null;
  readonly train: string | null;
  readonly validation: string | null;
}

/**
 * The whole environment of a command: the host's harmless variables, the installed environment, what the config
 * declares, and ours. `copy`: root of the work copy. PYTHONHASHSEED follows the seed, so that sets iterate alike.
 */
export function variablesOf(
  host: Host,
  environment: ReadyEnvironment,
  variables: CommandVariables,
  copy: string,
): Record<string, string> {
  const { PATH: hostPath = '', ...hostEnvironment } = host.environment;
  const { PATH: declaredPath, PYTHONPATH: declaredPythonPath, ...declared } = environment.variables;
  const pythonPath = [
    ...environment.pythonPath.map((path) => join(copy, path)),
    ...(declaredPythonPath === undefined ? [] : [declaredPythonPath]),
  ];
  const optional = {
    SLIPWAY_CHECKPOINT_DIR: variables.checkpointDir,
    SLIPWAY_DATA_TRAIN: variables.train,
    SLIPWAY_DATA_VALIDATION: variables.validation,
    VIRTUAL_ENV: environment.venv,
    PYTHONPATH: pythonPath.length === 0 ? null : pythonPath.join(':'),
    R_LIBS_USER: environment.rLibrary,
  };
  return {
    PYTHONUNBUFFERED: '1',
    PYTHONHASHSEED: String(variables.seed % 2 ** 32),
    ...hostEnvironment,
    ...present(optional),
    ...declared,
    PATH: [...environment.pathPrefix, declaredPath ?? hostPath].join(':'),
    // A git command must not find, and change, the user's own repository around the work copy.
    GIT_CEILING_DIRECTORIES: dirname(copy),
    SLIPWAY_MODEL: variables.model,
    SLIPWAY_SEED: String(variables.seed),
    SLIPWAY_PARAMS: variables.params,
    SLIPWAY_OUTPUT_DIR: variables.outputDir,
  };
}

function present(variables: Readonly<Record<string, string | null>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );
}
