/** The contract with user code: how a model is trained from a source tree, and run again for predictions. */
import type { CommandOutcome } from '../contracts/command.ts';
import type { TrainPorts } from './ports.ts';
import type { EnvironmentRequest } from './types.ts';

export { explainKey } from './explain.ts';
export { KeyDocument } from './key.ts';
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

/**
 * Runs a command (prediction) in a fresh copy of a tree, with the tree's own environment and the trained files at
 * their places. Throws CommandError PREDICT_FAILED, COMMAND_TIMEOUT or INSTALL_FAILED, InputError, CancelledError.
 */
export async function runInEnvironment(
  request: EnvironmentRequest,
  ports: TrainPorts,
): Promise<CommandOutcome> {
  const { runInCopy } = await import('./run-in-environment.ts');
  return await runInCopy(request, ports);
}
