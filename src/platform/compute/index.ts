import type { Processes } from '../../pipeline/ports.ts';
import type { Host, Sources } from '../../training/ports.ts';
import { readHost } from './host.ts';
import { createProcesses } from './processes.ts';
import { createSources } from './sources.ts';

/** The machine as pipeline and training see it. */
export interface Compute {
  readonly processes: Processes;
  readonly sources: Sources;
  readonly host: Host;
}

/** This machine: its processes, its git and its environment. */
export function createCompute(): Compute {
  return { processes: createProcesses(), sources: createSources(), host: readHost() };
}
