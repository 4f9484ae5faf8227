import { runGraph } from '../pipeline/index.ts';
import type { ModelOutcome, RunRequest } from './request.ts';
import type { RunPorts } from './ports.ts';
import { runModel } from './run-model.ts';

/**
 * Runs the asked models one after the other (training usually takes all cores by itself); a broken one does not stop
 * the others. Throws CancelledError.
 */
export async function runModels(request: RunRequest, ports: RunPorts): Promise<readonly ModelOutcome[]> {
  const stages = request.models.map((model) => ({
    name: model,
    needs: [],
    run: () => runModel(model, request, ports),
  }));
  try {
    const outcomes = await runGraph<ModelOutcome>(stages, { signal: request.signal });
    return [...outcomes.values()].map((outcome) => {
      if (outcome.status === 'done') return outcome.value;
      // What the user or the platform did wrong is an outcome already: this is a bug of ours.
      throw outcome.status === 'failed' ? outcome.error : new TypeError('a model without needs was skipped');
    });
  } finally {
    ports.training.files.save();
  }
}
