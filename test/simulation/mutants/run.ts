import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What became of one mutant. */
export interface Hunted {
  readonly name: string;
  readonly killed: boolean;
  /** What killed it, or that it survived. */
  readonly by: string;
  readonly ms: number;
}

const HUNT = fileURLToPath(new URL('hunt.ts', import.meta.url));

/** Runs the simulation against one mutant in a process of its own. Rejects where the mutant could not be made. */
export function hunt(name: string, schedules: number): Promise<Hunted> {
  const started = performance.now();
  const child = spawn(process.execPath, [HUNT, name, String(schedules)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let complained = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (complained += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      const by = said.trim();
      if (by === '') reject(new Error(`mutant "${name}": ${complained.trim()}`));
      else resolve({ name, killed: code === 0, by, ms: performance.now() - started });
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
