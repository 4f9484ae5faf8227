import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

import type { Tally } from './schedule.ts';

/** A schedule in which something did not hold. */
export interface Failed {
  readonly seed: number;
  readonly problems: readonly string[];
  readonly story: string;
}

/** What came of some schedules: the same whoever ran which of them. */
export interface Crewed {
  readonly tally: Tally;
  /** By seed. */
  readonly failed: readonly Failed[];
}

/** Seeds that a worker takes at a time. */
export interface Share {
  readonly from: number;
  readonly count: number;
}

/** Few enough that all threads end at about the same time. */
const SHARE = 20;

export interface CrewOptions extends Share {
  /** Default: as many as run at once here. */
  readonly workers?: number;
  /** After each share: what came of all so far. */
  onShare?(sofar: Crewed): void;
}

/** Runs schedules in threads, a share of the seeds at a time. Rejects with whatever a schedule throws. */
export async function runSchedules(options: CrewOptions): Promise<Crewed> {
  const { from, count } = options;
  const tally: Tally = { schedules: 0, steps: 0, counts: new Map() };
  const failed: Failed[] = [];
  let next = from;
  const shareOut = (): Share | null => {
    const left = from + count - next;
    if (left <= 0) return null;
    const share = { from: next, count: Math.min(SHARE, left) };
    next += share.count;
    return share;
  };
  const taken = (done: Crewed) => {
    tally.schedules += done.tally.schedules;
    tally.steps += done.tally.steps;
    for (const [kind, times] of done.tally.counts)
      tally.counts.set(kind, (tally.counts.get(kind) ?? 0) + times);
    failed.push(...done.failed);
    failed.sort((one, other) => one.seed - other.seed);
    options.onShare?.({ tally, failed });
  };
  const workers = Math.min(options.workers ?? availableParallelism(), Math.ceil(count / SHARE));
  await Promise.all(Array.from({ length: workers }, () => work(shareOut, taken)));
  return { tally, failed };
}

/** One thread, until nothing is left to share out. */
async function work(shareOut: () => Share | null, taken: (done: Crewed) => void): Promise<void> {
  const worker = new Worker(new URL('crew-member.ts', import.meta.url), { execArgv: [] });
  try {
    await new Promise<void>((resolve, reject) => {
      const give = () => {
        const share = shareOut();
        if (share === null) resolve();
        else worker.postMessage(share);
      };
      worker.on('message', (done: Crewed) => {
        taken(done);
        give();
      });
      worker.on('error', reject);
      give();
    });
  } finally {
    await worker.terminate();
  }
}
