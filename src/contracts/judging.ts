import { z } from 'zod';

import { PROBLEMS, type ProblemCode } from './codes.ts';
import { ComparisonDocument } from './comparison-schema.ts';
import { Sha256 } from './entry.ts';
import { RelativePath } from './manifest.ts';
import { REGISTRABLE_FORMATS } from './model-formats.ts';

/**
 * What passes from a pull request's run to whoever judges it, and between the judging process and the one that holds the
 * tokens (docs/pull-requests.md).
 */

export const HANDOVER_SCHEMA = 'slipway.handover/1';
const Name = z.string().min(1).max(200);

const FileFact = z.strictObject({ path: RelativePath, bytes: z.int().min(0), sha256: Sha256 });
export type FileFact = z.infer<typeof FileFact>;

/** `run.json` of an artifact: claims of the run, each checked or recomputed before anything rests on it. */
export const Handover = z.strictObject({
  schema: z.literal(HANDOVER_SCHEMA),
  model: Name,
  train_key: Sha256,
  /** Every other file of the artifact. */
  files: z.array(FileFact).min(1).max(10_000),
  dataset: z.strictObject({ train: Sha256, test: Sha256 }),
  versions: z.record(z.string().max(100), z.string().max(200)),
  /** How it was trained: shown with the version, and nothing is decided by it. */
  training: z
    .strictObject({
      params: z.record(z.string().max(200), z.unknown()),
      seeds: z.array(z.int()).max(1000),
      /** Digest of the environment that was installed. */
      environment: z.string().max(200).nullable(),
      source: z.string().max(200),
      validation: z.string().max(200).nullable(),
    })
    .optional(),
});
export type Handover = z.infer<typeof Handover>;

/** Name of the artifact that holds a model: names of artifacts take no `/`. */
export function artifactName(model: string): string {
  return `slipway-${model.replaceAll('/', '--')}`;
}

/** Of the model that is compared with; its predictions lie beside the request, by the digest of the test rows. */
export const JudgeBaseline = z.strictObject({
  kind: z.enum(['production', 'latest']),
  version: Name,
  model: Sha256,
  predictions: z.array(z.strictObject({ dataset: Sha256, file: RelativePath, sha256: Sha256 })),
});
export type JudgeBaseline = z.infer<typeof JudgeBaseline>;

/** What the judging process is told; paths are relative to the folder of the request. */
export const JudgeRequest = z.strictObject({
  artifact: Name,
  /** Zip of the pull request's run. */
  archive: RelativePath,
  /** Zip of the base commit, all below one folder. */
  base: RelativePath,
  baseline: JudgeBaseline.nullable(),
  /** Candidates that were judged before for this pull request, by the test rows they were judged on. */
  looks: z.array(z.strictObject({ test: Sha256, candidate: Sha256 })),
  seed: z.int(),
});
export type JudgeRequest = z.infer<typeof JudgeRequest>;

const Code = z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]);
const Sentence = z.string().max(4000);

/** What the judging process answers. */
export const JudgeAnswer = z.discriminatedUnion('status', [
  z.strictObject({
    status: z.literal('judged'),
    model: Name,
    train_key: Sha256,
    candidate: Sha256,
    files: z.array(FileFact),
    task: Name,
    /** The file that a server loads, as the config that judged declares it. */
    entry: z.string().max(1000).nullable(),
    formats: z.array(z.enum(REGISTRABLE_FORMATS)).nullable(),
    training: Handover.shape.training,
    dataset: Handover.shape.dataset,
    comparison: ComparisonDocument,
    /** `file` is the candidate's, in the folder of the request. */
    predictions: z.strictObject({ file: RelativePath, candidate: Sha256, baseline: Sha256.nullable() }),
  }),
  /** The artifact is not taken. */
  z.strictObject({ status: z.literal('refused'), model: Name.nullable(), code: Code, message: Sentence }),
  /** There is nothing to judge by: the base has no such model. */
  z.strictObject({ status: z.literal('skipped'), model: Name.nullable(), code: Code, message: Sentence }),
]);
export type JudgeAnswer = z.infer<typeof JudgeAnswer>;
