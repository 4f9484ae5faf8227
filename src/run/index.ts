/** One pipeline run, data → train → predict → evaluate: what `slipway run` and the actions share. */
export type { RunPorts } from './ports.ts';
export type { ModelOutcome, RunEvent, RunRequest, StageName } from './request.ts';
export { handOverModels, type HandoverOutcome } from './hand-over.ts';
export { runModels } from './run-models.ts';
