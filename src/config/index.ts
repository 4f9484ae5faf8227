/** `slipway.yaml`: read, checked, explained and proposed. */
export { parseConfig } from './parse.ts';
export { jsonSchema } from './json-schema.ts';
export type { Config, ModelConfig, StageConfig } from './schema.ts';
