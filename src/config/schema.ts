import { z } from 'zod';

import { Name } from '../contracts/scalars.ts';
import { DataSchema } from '../data/schema.ts';
import { DeploymentSchema } from '../deployment/schema.ts';
import {
  EvaluateSchema,
  PositiveSchema,
  PredictSchema,
  TaskSchema,
  ThresholdSchema,
} from '../evaluation/schema.ts';
import { RetrainSchema } from '../feedback/schema.ts';
import { MonitorSchema } from '../monitoring/schema.ts';
import { PromotionSchema } from '../promotion/schema.ts';
import { RegistrySchema } from '../registry/schema.ts';
import { ServingSchema } from '../serving/schema.ts';
import { EnvironmentSchema, TrainSchema } from '../training/schema.ts';

/** The whole of `slipway.yaml`, composed of the stations' schemas. */

/** GTO's grammar without folders in the name: what a tag can carry. */
const MODEL_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9_/-]*[A-Za-z0-9])?$/;
const NAME_RULE = 'a name has letters and digits at both ends and only -, _ and / besides inside';

const TagName = z.string().regex(MODEL_NAME, { error: NAME_RULE });

const StageSchema = z.strictObject({ ...DeploymentSchema.shape, ...PromotionSchema.shape });
const MonitoringSchema = z.strictObject({
  ...MonitorSchema.shape,
  retrain: RetrainSchema.optional().describe('When the retraining pull request is opened.'),
});

export const ModelSchema = z.strictObject({
  dir: Name.default('.').describe(
    'Base of the model’s paths and commands (monorepos), relative to this file.',
  ),
  task: TaskSchema,
  positive: PositiveSchema.optional(),
  threshold: ThresholdSchema.optional(),
  data: DataSchema.describe('Where the rows are, how they are divided, what is predicted.'),
  environment: EnvironmentSchema.optional().describe(
    'What the commands need: part of the cache key and the manifest.',
  ),
  train: TrainSchema.describe('How the model is made.'),
  predict: PredictSchema.optional().describe(
    'Where the entry is not ONNX, or needs preprocessing outside it.',
  ),
  evaluate: EvaluateSchema.describe('What is measured, and what a candidate must hold.'),
  stages: z.record(TagName, StageSchema).default({}).describe('Where versions run: staging, production, …'),
  serving: ServingSchema.optional().describe('The model server.'),
  monitor: MonitoringSchema.optional().describe('What is watched in production.'),
});

export const NotifySchema = z.strictObject({
  webhook: z
    .string()
    .regex(/^[A-Z_][A-Z0-9_]*$/i, {
      error: 'expected the name of a secret, e.g. SLACK_WEBHOOK, never the address itself',
    })
    .optional()
    .describe('Name of the secret that holds the address; the runner sends, never the bot.'),
});

/** Only where `models` is no mapping at all. */
function modelsError(issue: z.core.$ZodRawIssue): string | undefined {
  return issue.code === 'invalid_type' ? 'expected models by name, e.g. churn: {task: binary, …}' : undefined;
}

export const ConfigSchema = z.strictObject({
  version: z.literal(1, { error: 'expected 1' }).describe('Version of this file’s format: 1.'),
  defaults: z
    .record(z.string(), z.unknown())
    .default({})
    .describe('Merged into every model; a list replaces, a mapping merges.'),
  models: z
    .record(TagName, ModelSchema, { error: modelsError })
    .describe('The models of this repository by name.'),
  registry: RegistrySchema.optional().describe('The model registry.'),
  notify: NotifySchema.optional().describe('Who is told.'),
});

export type ModelConfig = z.output<typeof ModelSchema>;
/** The parsed file: `defaults` are merged into each of `models`, which has at least one entry. */
export type Config = Omit<z.output<typeof ConfigSchema>, 'defaults'>;
