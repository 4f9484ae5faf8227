/** The contract with user code: how a model is trained from a source tree, and run again for predictions. */
export { explainKey } from './explain.ts';
export { KeyDocument } from './key.ts';
export { runInEnvironment } from './run-in-environment.ts';
export { fillCommand, type Placeholders } from './template.ts';
export { type Plan, planTraining } from './plan.ts';
export { train } from './train.ts';
export type {
  EnvironmentRequest,
  SourceTree,
  TrainData,
  TrainedEnvironment,
  TrainedSeed,
  TrainEvent,
  TrainRequest,
  TrainResult,
} from './types.ts';
