/** The contract with user code: how a model is trained from a source tree, and run again for predictions. */
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
