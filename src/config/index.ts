/** `slipway.yaml`: read, checked, explained and proposed. */
export { checkConfig } from './check.ts';
export type { CheckReport, Notice } from './check.ts';
export type { RecordedComparison } from './check-gates.ts';
export { inactiveParts } from './inactive.ts';
export { jsonSchema, SCHEMA_FILE } from './json-schema.ts';
export { parseConfig } from './parse.ts';
export type { DataShape, ProposalWriter, RepositoryFiles } from './ports.ts';
export type { Config, ModelConfig } from './schema.ts';
export { initRepository, schemaText } from './init/init-repository.ts';
export type { InitResult } from './init/init-repository.ts';
