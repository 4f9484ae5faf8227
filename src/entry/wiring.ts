import { arch, availableParallelism, platform, totalmem } from 'node:os';
import { join } from 'node:path';

import { openPipeline } from '../pipeline/index.ts';
import { createCompute } from '../platform/compute/index.ts';
import { openRepository } from '../platform/git/repository.ts';
import { createTableFiles } from '../platform/native/duckdb-tables.ts';
import { createOnnxRuntime } from '../platform/native/onnx-runtime.ts';
import { openRunStore } from '../platform/storage/run-store.ts';
import type { RunPorts } from '../run/index.ts';
import type { Project } from './project.ts';
import { VERSION } from './version.ts';

/** The machine, the repository and the caches behind a pipeline run. */
export async function wireRun(project: Project): Promise<RunPorts> {
  const compute = createCompute();
  const pipeline = openPipeline(project.slipwayDir, compute);
  return {
    repository: await openRepository(project.folder),
    tables: createTableFiles(),
    training: { ...pipeline, sources: compute.sources, host: compute.host },
    onnx: createOnnxRuntime(),
    runs: openRunStore(join(project.slipwayDir, 'runs')),
    machine: {
      platform: platform(),
      arch: arch(),
      cpus: availableParallelism(),
      memory_bytes: totalmem(),
      node: process.versions.node,
      slipway: VERSION,
    },
    clock: Date.now,
    random: Math.random,
  };
}
