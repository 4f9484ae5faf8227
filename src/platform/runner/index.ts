/** The runner of a workflow: what it told this process, and how a step answers. The only place that loads `@actions/*`. */
export { readContext, readEvent, stepFolder, type Environment, type RunnerContext } from './context.ts';
export { openStep, type Annotation, type Level, type Step } from './step.ts';
export type { StepLog } from './step-log.ts';
export { openRunCache, type RunCache } from './cache.ts';
export { uploadArtifact, type UploadedArtifact } from './artifacts.ts';
export { useProxyOf } from './proxy.ts';
