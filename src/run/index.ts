/** One pipeline run, data → train → predict → evaluate: what `slipway run` and the actions share. */
export type { RunPorts } from './ports.ts';
export { STAGES, type ModelOutcome, type RunEvent, type RunRequest, type StageName } from './request.ts';
export { runModels } from './run-models.ts';
