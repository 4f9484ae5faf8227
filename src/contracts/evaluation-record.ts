import { z } from 'zod';

import { Decision } from './decision.ts';
import { CommitId, Sha256 } from './entry.ts';

/**
 * What judged what, with all digests; written by the privileged half only, to the ledger branch
 * `slipway/ledger-YYYY-MM` as `evaluations/<model>/<train key>/<candidate digest>.json`.
 */
export const EVALUATION_RECORD_SCHEMA = 'slipway.evaluation/1';

export const EvaluationRecord = z.strictObject({
  schema: z.literal(EVALUATION_RECORD_SCHEMA),
  model: z.string(),
  train_key: Sha256,
  /** Digest of the candidate's files: canonical JSON of sorted [path, sha256]. */
  candidate: Sha256,
  files: z.array(z.strictObject({ path: z.string(), bytes: z.int().min(0), sha256: Sha256 })),
  baseline: z
    .strictObject({
      kind: z.enum(['production', 'latest', 'base']),
      version: z.string().nullable(),
      /** Digest of its manifest; of its files for a model of the base commit. */
      model: Sha256,
    })
    .nullable(),
  /** The pull request, its head when it was judged, and where that head lives. */
  pull: z.int(),
  head: CommitId,
  /** False where the head is in a fork. */
  same_repository: z.boolean(),
  base: CommitId,
  /** The untrusted run that trained and predicted: its id, attempt and conclusion as GitHub says them. */
  run: z.strictObject({ id: z.int(), attempt: z.int(), conclusion: z.string() }),
  /** Whether everything under .github/ at the head equals the base's. */
  workflows_equal_base: z.boolean(),
  /** The base's test rows that judged; the training rows are what the run claims. */
  dataset: z.strictObject({ test: z.string(), train: z.string() }),
  holdout: z.enum(['hidden', 'visible']),
  decision: Decision,
  reason: z.string(),
  message: z.string(),
  /** The comparison as it was shown, or null where there was none. */
  comparison: z.unknown().nullable(),
  predictions: z.strictObject({ candidate: Sha256, baseline: Sha256.nullable() }),
  judged: z.string(),
  slipway: z.string(),
});
export type EvaluationRecord = z.infer<typeof EvaluationRecord>;
