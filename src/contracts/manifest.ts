import { z } from 'zod';

import { CommitId, Person, Sha256, VersionVerdict } from './entry.ts';

/**
 * What a version is: `manifest.json` of its release. Its digest (SHA-256 of the file's bytes, canonical JSON) stands in
 * the log and in the tag, so that everything below it can be checked by whoever reads it.
 */
export const MANIFEST_SCHEMA = 'slipway.manifest/1';

/** A relative path with `/`: no `..`, no empty part, no drive, no control characters. */
export const RelativePath = z
  .string()
  .min(1)
  .max(1000)
  .refine(
    (path) =>
      !/[\\:\p{Cc}]/u.test(path) &&
      path.split('/').every((part) => part !== '' && part !== '.' && part !== '..'),
    { error: 'expected a relative path with / and without ..' },
  );

/**
 * A release asset, or a piece of one, that holds bytes of a file. With `offset` it is a pack that small files share:
 * the file's bytes begin there. `bytes` and `sha256` are those of the whole asset.
 */
export const ManifestAsset = z.strictObject({
  name: z.string().min(1).max(255),
  bytes: z.int().min(1),
  sha256: Sha256,
  offset: z.int().min(0).optional(),
});
export type ManifestAsset = z.infer<typeof ManifestAsset>;

/** One file of the model. Larger than the asset limit: its bytes are the parts joined in order. */
export const ManifestFile = z.strictObject({
  path: RelativePath,
  bytes: z.int().min(0),
  sha256: Sha256,
  /** What its content was recognised as. */
  format: z.string(),
  /** Release assets that hold it, in order; one unless it was split, none for an empty file. */
  assets: z.array(ManifestAsset),
});
export type ManifestFile = z.infer<typeof ManifestFile>;

export const Manifest = z.strictObject({
  schema: z.literal(MANIFEST_SCHEMA),
  model: z.string(),
  version: z.string(),
  task: z.string(),
  commit: CommitId,
  pull: z.int().nullable(),
  authors: z.array(Person),
  /** Path of the file a server loads. */
  entry: RelativePath,
  files: z.array(ManifestFile).min(1),
  /** Documents beside the model: metrics.json, model-card.md, predictions-<digest>.parquet, profile.arrow, bundles. */
  documents: z.array(z.strictObject({ name: z.string(), bytes: z.int().min(0), sha256: Sha256 })),
  /** Inputs and outputs of the entry where its format says them. */
  signature: z.unknown().nullable(),
  digests: z.strictObject({
    train_key: Sha256.nullable(),
    data: z
      .strictObject({
        source: z.string(),
        train: z.string(),
        validation: z.string().nullable(),
        test: z.string(),
      })
      .nullable(),
    environment: z.string().nullable(),
    evaluation: Sha256.nullable(),
  }),
  /** The run it came from. */
  run: z.strictObject({ id: z.string(), url: z.string().nullable() }),
  params: z.record(z.string(), z.unknown()),
  seeds: z.array(z.number()),
  metrics: z.array(
    z.strictObject({
      name: z.string(),
      direction: z.enum(['higher', 'lower']),
      value: z.number().nullable(),
      low: z.number().nullable(),
      high: z.number().nullable(),
    }),
  ),
  verdict: VersionVerdict.nullable(),
  created: z.string(),
  slipway: z.string(),
});
export type Manifest = z.infer<typeof Manifest>;
