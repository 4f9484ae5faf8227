import type { ModelOutcome, RunRequest } from './request.ts';
import type { RunPorts } from './ports.ts';
import { runModel } from './run-model.ts';

/**
 * Runs the asked models one after the other (training usually takes all cores by itself); a broken one does not stop
 * the others. Throws CancelledError.
 */
export async function runModels(request: RunRequest, ports: RunPorts): Promise<readonly ModelOutcome[]> {
  const outcomes: ModelOutcome[] = [];
  try {
    for (const model of request.models) outcomes.push(await runModel(model, request, ports));
  } finally {
    ports.training.files.save();
  }
  return outcomes;
}
