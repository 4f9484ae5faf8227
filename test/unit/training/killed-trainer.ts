/** A process that trains and is killed meanwhile; started by concurrent.test.ts. */
import { openPipeline } from '../../../src/pipeline/index.ts';
import { createCompute } from '../../../src/platform/compute/index.ts';
import { train, type TrainRequest } from '../../../src/training/index.ts';

const compute = createCompute();
const request = {
  ...(JSON.parse(process.argv[2] ?? '') as TrainRequest),
  signal: new AbortController().signal,
};

await train(request, { ...openPipeline(request.slipwayDir, compute), ...compute });
