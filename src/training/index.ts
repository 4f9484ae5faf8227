/** The contract with user code: how a model is trained from a source tree, and run again for predictions. */
import type { CommandOutcome } from '../contracts/command.ts';
import { type Digest, sha256 } from '../contracts/digest.ts';
import { listCopied } from './inputs.ts';
import type { TrainPorts } from './ports.ts';
import { openTree } from './tree.ts';
import type { EnvironmentRequest } from './types.ts';

export { KeyDocument } from './key.ts';
export { planTraining } from './plan.ts';
export { train } from './train.ts';
export type {
  EnvironmentRequest,
  SourceTree,
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

/**
 * Digest of all files a command of this tree would find in its copy: what a prediction depends on beside the model.
 * Throws InputError for inputs that name nothing.
 */
export async function digestCopy(
  request: Pick<EnvironmentRequest, 'root' | 'dir' | 'train' | 'environment' | 'withheld'>,
  ports: Pick<TrainPorts, 'files' | 'sources'>,
): Promise<Digest> {
  const files = await listCopied({ ...request, tree: openTree(request) }, ports);
  return sha256(JSON.stringify(files.map(({ path, mode, blob }) => [path, mode, blob])));
}
