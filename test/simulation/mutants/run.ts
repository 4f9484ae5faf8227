import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { MUTANTS } from './list.ts';

/** What became of one mutant. */
export interface Hunted {
  readonly name: string;
  readonly killed: boolean;
  /** What killed it, or that it survived. */
  readonly by: string;
  readonly ms: number;
}

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const VITEST = fileURLToPath(new URL('../../../node_modules/vitest/vitest.mjs', import.meta.url));
const CONFIG = fileURLToPath(new URL('vitest.config.ts', import.meta.url));
const SURVIVED = 'survived';
const HUNT = fileURLToPath(new URL('hunt.ts', import.meta.url));

/** Runs the simulation, or the unit tests that a mutant names, against one mutant in a process of its own. Rejects where the mutant could not be made. */
export function hunt(name: string, schedules: number): Promise<Hunted> {
  const started = performance.now();
  const { tests } = MUTANTS.find((one) => one.name === name) ?? {};
  const child =
    tests === undefined
      ? spawn(process.execPath, [HUNT, name, String(schedules)], { stdio: ['ignore', 'pipe', 'pipe'] })
      : spawn(process.execPath, [VITEST, 'run', '--config', CONFIG, '--reporter=tap-flat', ...tests], {
          stdio: ['ignore', 'pipe', 'pipe'],
          env: { ...process.env, SLIPWAY_MUTANT: name },
          cwd: ROOT,
        });
  let said = '';
  let complained = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (complained += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      const by = tests === undefined ? said.trim() : failedIn(said);
      if (by === '') reject(new Error(`mutant "${name}": ${complained.trim()}`));
      else
        resolve({
          name,
          killed: by !== SURVIVED && (code === 0) === (tests === undefined),
          by,
          ms: performance.now() - started,
        });
    });
  });
}

/** Hunts several, so many at once; tells of each when it is done. */
export async function huntAll(
  names: readonly string[],
  options: { readonly schedules: number; readonly atOnce: number; onDone?(hunted: Hunted): void },
): Promise<readonly Hunted[]> {
  const left = [...names];
  const done: Hunted[] = [];
  const worker = async () => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      const hunted = await hunt(name, options.schedules);
      done.push(hunted);
      options.onDone?.(hunted);
    }
  };
  await Promise.all(Array.from({ length: options.atOnce }, worker));
  return done;
}

/** The first test that failed, as TAP tells it. Empty where no test ran at all: that shows nothing. */
function failedIn(report: string): string {
  const tests = [...report.matchAll(/^(not ok|ok) \d+ - (.+ > .+?)(?: # .*)?$/gm)];
  const failed = tests.find(([, state]) => state === 'not ok');
  return tests.length === 0 ? '' : (failed?.[2] ?? SURVIVED);
}
