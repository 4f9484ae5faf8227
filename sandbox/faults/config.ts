import { z } from 'zod';

/**
 * What can happen to one call. `error-…` answers 5xx before or after the effect; `crash-…` ends the caller's process;
 * `reset`, `cut`, `stall`, `slow` are faults of the connection, the first three after the effect as well if it is a write.
 */
export const CALL_FAULTS = [
  'error-before',
  'error-after',
  'crash-before',
  'crash-after',
  'primary-limit',
  'secondary-limit',
  'stale',
  'hole',
  'shift',
  'reset-before',
  'reset-after',
  'cut',
  'stall',
  'slow',
  'expire-artifact',
] as const;

export type CallFault = (typeof CALL_FAULTS)[number];

const share = z.number().min(0).max(1);
const rates = z.partialRecord(z.enum(CALL_FAULTS), share);

const configSchema = z.strictObject({
  /** Everything that is drawn follows from it and from the calls. */
  seed: z.int().default(1),
  /** Share of calls each fault happens to; at most one happens to a call. */
  calls: rates.default({}),
  /** Other rates where the operation fits the glob (`repos/*`, `git/create-ref`, `graphql`); the last that fits counts. */
  routes: z
    .array(
      z.strictObject({
        operations: z.string().min(1),
        only: z.enum(['reads', 'writes']).optional(),
        calls: rates,
      }),
    )
    .default([]),
  /** Faults of certain calls: the `call`-th of the operation since this was set, counted from 1. */
  plan: z
    .array(
      z.strictObject({
        operation: z.string().min(1),
        call: z.int().min(1),
        fault: z.enum(CALL_FAULTS),
      }),
    )
    .default([]),
  /** Status of the next errors; drawn from 500, 502, 503 and 504 where it is left out. */
  errorStatus: z.int().min(500).max(599).optional(),
  /** How far behind a stale read may be: in transactions and in milliseconds. */
  staleTransactions: z.int().min(1).max(1000).default(8),
  staleMs: z.int().min(0).default(10_000),
  /** How long a limit holds for the token it hit. */
  limitMs: z.int().min(0).default(60_000),
  slowMs: z.int().min(0).default(2000),
  deliveries: z
    .strictObject({
      lost: share.default(0),
      doubled: share.default(0),
      late: share.default(0),
      reordered: share.default(0),
      lateMs: z
        .int()
        .min(1)
        .default(4.5 * 3_600_000),
      reorderMs: z.int().min(1).default(5000),
    })
    .prefault({}),
  /** Share of job legs whose runner is lost on the way. */
  runnersLost: share.default(0),
  /** Share of uploads that are cut at a random byte. */
  uploadsCut: share.default(0),
});

export type FaultConfig = z.infer<typeof configSchema>;
export type FaultConfigInput = z.input<typeof configSchema>;

/** Reads a configuration, its defaults filled. @throws z.ZodError that lists everything that is wrong */
export function parseFaults(input: unknown): FaultConfig {
  return configSchema.parse(input);
}
