import { z } from 'zod';

import { CommitId, Entry, Person, Sha256, VersionVerdict } from './entry.ts';

/**
 * What the log says of one model, folded: `models/<model>.json` of the branch's tree. A view of the entries that can be
 * rebuilt from them at any time, so that reading is one blob whatever the history's length.
 */

export const MODEL_STATE_SCHEMA = 'slipway.model-state/1';

/** A registered version. */
export const VersionState = z.strictObject({
  version: z.string(),
  /** The entry that registered (or adopted) it. */
  n: z.int(),
  at: z.string(),
  /** Null where a foreign history was adopted: there are no bytes of ours to verify. */
  manifest: Sha256.nullable(),
  commit: CommitId,
  pull: z.int().nullable(),
  authors: z.array(Person),
  evaluation: Sha256.nullable(),
  verdict: VersionVerdict.nullable(),
});
export type VersionState = z.infer<typeof VersionState>;

/** What a stage should run: its newest promote, rollback or genesis entry. */
export const Held = z.strictObject({
  n: z.int(),
  op: z.enum(['promote', 'rollback', 'genesis']),
  version: z.string(),
  at: z.string(),
  request: Sha256,
  actor: Person,
  /** `pending` until the deployment is known to have worked or failed. */
  status: z.enum(['pending', 'verified', 'failed']),
  weights: Entry.shape.weights.nullable(),
});
export type Held = z.infer<typeof Held>;

/** The newest time a version ran verified in a stage: since entry `n` at `at`, until another one was verified there. */
export const VerifiedSpan = z.strictObject({
  version: z.string(),
  n: z.int(),
  at: z.string(),
  /** Null while it runs. */
  until: z.string().nullable(),
});
export type VerifiedSpan = z.infer<typeof VerifiedSpan>;

export const StageState = z.strictObject({
  held: Held.nullable(),
  /** One per version, oldest first. A version that failed or was rolled back from is taken out. */
  verified: z.array(VerifiedSpan),
  /** One per version, oldest first: the newest entry by which it failed or was rolled back from. */
  withdrawn: z.array(z.strictObject({ version: z.string(), n: z.int(), at: z.string() })),
  frozen: z.strictObject({ n: z.int(), at: z.string(), actor: Person, reason: z.string() }).nullable(),
});
export type StageState = z.infer<typeof StageState>;

export const ModelState = z.strictObject({
  schema: z.literal(MODEL_STATE_SCHEMA),
  model: z.string(),
  /** The newest entry that concerns this model. */
  n: z.int(),
  /** In the order of registration. */
  versions: z.array(VersionState),
  stages: z.record(z.string(), StageState),
  /** Evaluation records (or test sets) that a person accepted although they did not pass. */
  accepted: z.array(
    z.strictObject({
      n: z.int(),
      op: z.enum(['accept', 'accept-test']),
      evaluation: Sha256,
      actor: Person,
      reason: z.string(),
    }),
  ),
});
export type ModelState = z.infer<typeof ModelState>;
