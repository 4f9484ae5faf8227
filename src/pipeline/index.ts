/** Orchestration: the stage graph, the content-addressed cache, digests of files, and the user's processes. */
import { join } from 'node:path';

import type { ArtifactCache, FileDigests } from '../contracts/artifacts.ts';
import type { RunCommand } from '../contracts/command.ts';
import { openArtifactCache } from './artifact-cache.ts';
import { createDigester } from './digester.ts';
import type { Processes } from './ports.ts';
import { runCommand } from './run-command.ts';

export { runGraph } from './graph.ts';

/** What a run needs of the pipeline, for one `.slipway` folder. */
export interface Pipeline {
  readonly run: RunCommand;
  readonly files: FileDigests;
  readonly cache: ArtifactCache;
}

/** Opens the pipeline of a `.slipway` folder (absolute; made when first written to). Call `files.save()` at the end. */
export function openPipeline(slipwayDir: string, ports: { readonly processes: Processes }): Pipeline {
  const files = createDigester(join(slipwayDir, 'cache', 'stat'));
  return { run: (spec) => runCommand(spec, ports), files, cache: openArtifactCache(slipwayDir, files) };
}
