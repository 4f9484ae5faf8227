import { z } from 'zod';

import { Command, Duration, Name, NameList } from '../contracts/scalars.ts';

/** The `environment` and `train` parts of a model in `slipway.yaml`. Paths are relative to the model's `dir`. */

const EnvValue = z
  .union([z.string(), z.number(), z.boolean()], { error: 'expected a text' })
  .transform(String);

export const EnvironmentSchema = z.strictObject({
  install: Command.optional().describe('Installs what the commands need; run once per environment digest.'),
  lock: NameList.optional()
    .transform((list) => list ?? [])
    .describe('Files that pin the environment (requirements.txt, uv.lock, renv.lock, package-lock.json …).'),
  env: z
    .record(Name, EnvValue)
    .default({})
    .describe(
      'Environment variables of install, train and predict. Not for secrets: they are part of the cache key and the manifest.',
    ),
});
/** `install` is one shell text; `lock` a list of paths. */
export type EnvironmentConfig = z.output<typeof EnvironmentSchema>;

export const OutputsSchema = z.strictObject({
  model: NameList.optional()
    .transform((list) => list ?? [])
    .describe(
      'Files of the model: paths or globs under `dir`. Left out: all that is written to SLIPWAY_OUTPUT_DIR.',
    ),
  entry: Name.optional().describe(
    'The file or folder that is loaded for prediction, e.g. model/model.onnx. Must be among `model`; may hold wildcards.',
  ),
  metrics: NameList.optional()
    .transform((list) => list ?? [])
    .describe('JSON or YAML files of metrics that the training reports: shown, never gated.'),
});
export type OutputsConfig = z.output<typeof OutputsSchema>;

export const TrainSchema = z.strictObject({
  run: Command.describe(
    'The training command, any language. {params.NAME} is filled in; SLIPWAY_* variables say where data is.',
  ),
  inputs: NameList.optional()
    .transform((list) => list ?? [])
    .describe(
      'Files the command reads: paths or globs; a changed input means a new training. Left out: every tracked file of `dir`.',
    ),
  params: NameList.optional()
    .transform((list) => list ?? [])
    .describe('YAML, JSON or TOML files of parameters.'),
  outputs: OutputsSchema.prefault({}).describe(
    'What the command writes. Only files written by this run count.',
  ),
  repeats: z
    .int({ error: 'expected a whole number from 1 to 100' })
    .min(1, { error: 'expected a whole number from 1 to 100' })
    .max(100, { error: 'expected a whole number from 1 to 100' })
    .default(1)
    .describe(
      'Trainings with other seeds; 3 or more support a claim about the change, not only about the artifact.',
    ),
  runner: NameList.optional().describe('Labels of the runner that trains, e.g. [self-hosted, gpu].'),
  timeout: Duration.optional().describe('The command is stopped after this long, e.g. 2h.'),
});
/** `run` is one shell text; `timeout` is in milliseconds. */
export type TrainConfig = z.output<typeof TrainSchema>;
