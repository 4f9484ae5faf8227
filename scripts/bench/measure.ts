import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';

import { watchMemory } from './memory.ts';

/** Repeated timings of one thing, in milliseconds. */
export interface Sample {
  readonly runs: readonly number[];
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** Largest resident memory of the process tree over all runs, in bytes; null where it was not watched. */
  readonly peakBytes: number | null;
}

/** A process to time. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that count as done; default [0]. */
  readonly exits?: readonly number[];
  readonly memory?: boolean;
}

export interface Finished {
  readonly ms: number;
  readonly stdout: string;
  readonly peakBytes: number | null;
}

/** Summary of at least one run. */
export function sampleOf(runs: readonly number[], peakBytes: number | null = null): Sample {
  const sorted = runs.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  const lower = sorted[sorted.length % 2 === 1 ? middle : middle - 1];
  if (upper === undefined || lower === undefined) throw new RangeError('a sample needs at least one run');
  return {
    runs,
    median: (lower + upper) / 2,
    min: sorted[0] ?? upper,
    max: sorted.at(-1) ?? upper,
    peakBytes,
  };
}

/** Runs a process to its end, from spawn to exit. Throws with its last output when it ends otherwise than expected. */
export async function runProgram(program: Program, signal: AbortSignal): Promise<Finished> {
  signal.throwIfAborted();
  const started = performance.now();
  const child = spawn(program.command, [...program.args], {
    cwd: program.cwd,
    env: { ...process.env, ...program.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  const memory = program.memory === true && child.pid !== undefined ? watchMemory(child.pid) : null;
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  const { promise, resolve, reject } = Promise.withResolvers<{ code: number | null; at: number }>();
  let at = 0;
  child.on('exit', () => (at = performance.now()));
  child.on('error', reject);
  child.on('close', (code) => resolve({ code, at }));
  try {
    const ended = await promise;
    if (ended.code === null || !(program.exits ?? [0]).includes(ended.code)) {
      const tail = Buffer.concat([...stdout, ...stderr])
        .toString()
        .trimEnd()
        .split('\n')
        .slice(-15)
        .join('\n');
      throw new Error(
        `${program.command} ${program.args.join(' ')} ended with ${ended.code ?? 'a signal'}:\n${tail}`,
      );
    }
    return {
      ms: ended.at - started,
      stdout: Buffer.concat(stdout).toString(),
      peakBytes: memory?.peak() ?? null,
    };
  } finally {
    memory?.stop();
  }
}

/** A process, or whatever else takes a time, as something that can be repeated. */
export type Timed = () => Promise<{ readonly ms: number; readonly peakBytes?: number | null }>;

/**
 * Times several things in turn (A B A B …), so that a slow phase of the machine hits all of them. One round first is
 * thrown away: it fills file caches and compile caches.
 */
export async function interleave(
  things: readonly Timed[],
  rounds: number,
  warmUps = 1,
): Promise<readonly Sample[]> {
  const runs = things.map((): number[] => []);
  const peaks = things.map((): number | null => null);
  for (let round = -warmUps; round < rounds; round += 1) {
    for (const [index, thing] of things.entries()) {
      const { ms, peakBytes } = await thing();
      if (round >= 0) runs[index]?.push(ms);
      if (typeof peakBytes === 'number') peaks[index] = Math.max(peaks[index] ?? 0, peakBytes);
    }
  }
  return runs.map((list, index) => sampleOf(list, peaks[index] ?? null));
}
