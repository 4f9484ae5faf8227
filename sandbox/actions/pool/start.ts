import { faultyEngine, type Faults } from '../../faults/index.ts';
import type { Core } from '../../kernel/core.ts';
import { actEngine, cleanRunners, findAct } from '../runner/act.ts';
import { orElse } from '../runner/action-source.ts';
import { findStandIn } from '../runner/stand-ins/index.ts';
import { actionsHere } from './actions-here.ts';
import { runnerOf, startPool, type Pool } from './pool.ts';

/** Legs at the same time: a laptop has other things to do. */
const PARALLEL = 2;

export interface RunnersOptions {
  /** Where the sandbox listens on 127.0.0.1. */
  readonly port: number;
  /** Folder for legs; emptied here. */
  readonly work: string;
  readonly path: string;
  readonly labels: readonly string[];
  readonly log: (line: string) => void;
  readonly faults: Faults;
}

/**
 * Has this machine run the queued jobs. Without act they stay in the queue, and the log says how to get it.
 * The server's name must end in `.localhost`: elsewhere the Actions toolkit takes it for an Enterprise Server.
 */
export function startRunners(core: Core, options: RunnersOptions): Pool | undefined {
  const { port, work, path, labels, log, faults } = options;
  cleanRunners(work);
  try {
    findAct(path);
  } catch (error) {
    log(`workflow jobs stay in the queue: ${(error as Error).message}`);
    return undefined;
  }
  const origin = `http://127.0.0.1:${port}`;
  const engine = actEngine({
    path,
    work,
    find: orElse(actionsHere(core), findStandIn),
    runner: (leg) => runnerOf(core.tables.workflowJobs.require(leg.jobId)),
    services: {
      serverUrl: `http://github.localhost:${port}`,
      apiUrl: core.urls.api,
      graphqlUrl: core.urls.graphql,
      resultsUrl: `${origin}/`,
      proxyUrl: origin,
    },
  });
  return startPool(core, faultyEngine(faults, engine), {
    parallel: PARALLEL,
    labels,
    failed: (error) => log(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  });
}
