import { z } from 'zod';

import type { CacheEntry } from '../contracts/artifacts.ts';
import type { Warning } from '../contracts/comparison.ts';
import { type Digest, digestOf } from '../contracts/digest.ts';
import type { Plan } from './plan.ts';
import type { TrainPorts } from './ports.ts';
import type { TrainRequest } from './types.ts';

/** Kind of these entries in the cache. */
export const KIND = 'train';
/** The key document among an entry's files. */
export const KEY_FILE = 'key.json';

/** What is stored beside a training's files. */
export const Meta = z.object({
  seed: z.number(),
  /** Digest of what was asked of the outputs: another wish needs another entry under the same key. */
  wish: z.string(),
  entry: z.string().nullable(),
  metrics: z.record(z.string(), z.number()).nullable(),
  warnings: z.array(z.object({ code: z.string(), message: z.string() })),
  durationMs: z.number(),
  cpuMs: z.number().nullable(),
  peakMemoryBytes: z.number().nullable(),
  environment: z.object({
    digest: z.string().nullable(),
    variables: z.record(z.string(), z.string()),
    pathPrefix: z.array(z.string()),
  }),
});
export type Meta = z.infer<typeof Meta>;

/** One seed's training: stored, and whether it ran now. */
export interface Trained {
  readonly status: 'ran' | 'reused';
  readonly entry: CacheEntry;
  readonly meta: Meta;
  readonly warnings: readonly Warning[];
  /** Why an equal key ran again; null when the key tells. */
  readonly because: string | null;
}

/** One of the seeds of a plan. */
export interface SeedTask {
  readonly request: TrainRequest;
  readonly plan: Plan;
  readonly seed: number;
  /** Counts from 0. */
  readonly repeat: number;
}

/** The stored result; a sentence when there is one that does not serve; null when there is none. */
export async function recall(
  task: SeedTask,
  key: Digest,
  ports: TrainPorts,
): Promise<Trained | string | null> {
  const entry = await ports.cache.lookup(KIND, key);
  if (entry === null) return null;
  const meta = Meta.safeParse(entry.meta);
  if (!meta.success) return 'the stored result was written by another version';
  if (meta.data.wish !== wishOf(task.request)) return 'train.outputs changed';
  return { status: 'reused', entry, meta: meta.data, warnings: meta.data.warnings, because: null };
}

/** Digest of what a request wants of a training's outputs. */
export function wishOf({ train, data }: TrainRequest): Digest {
  return digestOf({ outputs: train.outputs, inPlace: data.inPlace.map(({ path }) => path) });
}
