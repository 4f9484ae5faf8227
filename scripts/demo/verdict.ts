import { z } from 'zod';

import type { Expected } from './branches.ts';

/** What the demo reads of `slipway run --json`. */
const RunDocument = z.object({
  decision: z.string(),
  reason: z.string(),
  message: z.string(),
  models: z
    .array(
      z.object({
        stages: z.array(z.object({ name: z.string(), status: z.string() })),
        comparison: z
          .object({
            metrics: z.array(
              z.object({ name: z.string(), verdict: z.string().nullable(), reason: z.string().nullable() }),
            ),
            slices: z.array(
              z.object({
                name: z.string(),
                difference: z.object({ value: z.number().nullable(), low: z.number().nullable() }),
              }),
            ),
          })
          .nullable(),
        report: z.object({ html: z.string() }).nullable(),
      }),
    )
    .default([]),
});

/** The verdict of one branch, as its documents say it. */
export interface Got {
  readonly exit: number;
  readonly decision: string;
  readonly reason: string;
  readonly verdict: string | null;
  readonly metricReason: string | null;
  /** Slices whose difference lies above zero by itself. */
  readonly wins: readonly string[];
  readonly message: string;
  readonly report: string | null;
  /** Stages that the repeated, unchanged run did not take from the cache. */
  readonly repeated: readonly string[];
}

/** Reads the document of the repeated run. Throws when it is not what `slipway run --json` promises. */
export function readVerdict(document: unknown, exit: number): Got {
  const { decision, reason, message, models } = RunDocument.parse(document);
  const [model] = models;
  const primary = model?.comparison?.metrics[0];
  const wins = model?.comparison?.slices.filter(({ difference }) => (difference.low ?? 0) > 0) ?? [];
  return {
    exit,
    decision,
    reason,
    verdict: primary?.verdict ?? null,
    metricReason: primary?.reason ?? null,
    wins: wins.map(({ name }) => name),
    message,
    report: model?.report?.html ?? null,
    repeated: model?.stages.filter(({ status }) => status === 'ran').map(({ name }) => name) ?? [],
  };
}

/** Everything that differs from what was expected, as sentences; empty when the verdict is the expected one. */
export function differences(expected: Expected, got: Got): readonly string[] {
  const complaints: string[] = [];
  const check = (what: string, wanted: unknown, found: unknown): void => {
    if (wanted !== found) complaints.push(`${what}: expected ${String(wanted)}, got ${String(found)}`);
  };
  check('exit code', expected.exit, got.exit);
  check('decision', expected.decision, got.decision);
  if (expected.verdict !== null) check('roc_auc', expected.verdict, got.verdict);
  if (expected.reason !== undefined) check('reason', expected.reason, got.metricReason);
  if (expected.winsAt !== undefined)
    check(`a win at ${expected.winsAt}`, true, got.wins.includes(expected.winsAt));
  if (got.repeated.length > 0) complaints.push(`run again, it did not reuse ${got.repeated.join(', ')}`);
  if (got.report === null) complaints.push('there is no HTML report');
  return complaints;
}
