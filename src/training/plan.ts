import type { Digest } from '../contracts/digest.ts';
import { listKeyInputs } from './inputs.ts';
import { digestLocks, type KeyDocument, keyDocumentOf, keyOf, lockFilesOf } from './key.ts';
import { assertOutputPaths } from './output-paths.ts';
import { loadParams, type Params } from './params.ts';
import type { TrainPorts } from './ports.ts';
import { openTree, type Tree } from './tree.ts';
import type { TrainRequest } from './types.ts';

/** Everything about a training that is known before it runs. */
export interface Plan {
  readonly tree: Tree;
  readonly params: Params;
  readonly document: KeyDocument;
  readonly key: Digest;
}

/** The train key of a request without training: what `check` and `--why` need. Throws InputError. */
export async function planTraining(
  request: TrainRequest,
  ports: Pick<TrainPorts, 'files' | 'sources'>,
): Promise<Plan> {
  assertOutputPaths(request.train);
  const tree = openTree(request);
  const params = loadParams(request.dir, request.train.params);
  const inputs = await listKeyInputs(
    { tree, train: request.train, environment: request.environment, withheld: withheldOf(request) },
    ports,
  );
  const lock = await digestLocks(request.dir, lockFilesOf(request.environment, request.dir), ports.files);
  const document = keyDocumentOf({
    dir: tree.dir,
    run: request.train.run,
    inputs,
    params,
    environment: request.environment,
    lock,
    data: request.data.digests,
    seed: request.seed,
    repeats: request.train.repeats,
  });
  return { tree, params, document, key: keyOf(document) };
}

/** Originals of in-place data are replaced, so they are withheld like the rest. */
export function withheldOf({ data }: TrainRequest): readonly string[] {
  return [...data.withheld, ...data.inPlace.map(({ path }) => path)];
}
