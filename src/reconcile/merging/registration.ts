import type { Comparison } from '../../contracts/comparison.ts';
import { digestOf } from '../../contracts/digest.ts';
import type { Mode } from '../../contracts/entry.ts';
import { InputError } from '../../contracts/errors.ts';
import type { EvaluationRecord } from '../../contracts/evaluation-record.ts';
import type { JudgeAnswer } from '../../contracts/judging.ts';
import { recordedMetric } from '../../contracts/run.ts';
import { entryFile, type LocalFile, type Registration } from '../../registry/index.ts';
import type { HeadRun, JudgedFiles } from '../evaluation/ports.ts';
import type { MergeOrigin } from './origin.ts';
import type { MergingPorts } from './types.ts';

export type Judged = Extract<JudgeAnswer, { status: 'judged' }>;

/** What is known of an artifact that is to become a version. */
export interface Merged {
  readonly repository: number;
  readonly run: HeadRun;
  readonly answer: Judged;
  /** The verdict that counts. */
  readonly record: EvaluationRecord;
  readonly origin: MergeOrigin;
  readonly mode: Mode;
}

/** The same bytes of the same commit are the same version, however often they are asked for. */
export function mergeKey({ repository, run, answer }: Pick<Merged, 'repository' | 'run' | 'answer'>): string {
  return digestOf([
    'slipway.merge/1',
    repository,
    answer.model,
    run.headSha,
    answer.train_key,
    answer.candidate,
  ]);
}

/**
 * The registration of what a run of the default branch handed over: files with the digests that were judged, and all
 * facts of the record. Nothing of it is of the moment.
 *
 * @throws InputError OUTPUT_MISSING, OUTPUT_AMBIGUOUS which file is loaded · ARTIFACT_REFUSED other files than were judged
 */
export function mergedRegistration(
  merged: Merged,
  files: JudgedFiles,
  predictions: Required<Pick<LocalFile, 'source'>> | null,
  { self, slipway }: Pick<MergingPorts, 'self' | 'slipway'>,
): Registration {
  const { run, answer, record, origin, mode } = merged;
  const { model, task, training, dataset } = answer;
  const comparison = record.comparison as Comparison | null;
  const digest = digestOf(record);
  const evaluation = Buffer.from(`${JSON.stringify(record, null, 2)}\n`);
  return {
    key: mergeKey(merged),
    ...{ model, task, mode, slipway },
    commit: run.headSha,
    pull: origin.pull?.number ?? null,
    authors: origin.authors,
    number: origin.number,
    actor: self,
    config: run.headSha,
    entry: entryFile(
      `the model of run ${run.id}`,
      answer.entry,
      answer.files.map(({ path }) => path),
    ),
    files: answer.files.map((file) => ({ ...fileOf(files, file.path), sha256: file.sha256 })),
    documents: [
      { name: 'evaluation.json', source: bytesOf(evaluation) },
      ...(predictions === null
        ? []
        : [{ name: `predictions-${dataset.test}.parquet`, source: predictions.source }]),
    ],
    root: files.root,
    run: { id: String(run.id), url: run.url },
    created: record.judged,
    params: training?.params ?? {},
    seeds: training?.seeds ?? [],
    digests: digestsOf(answer, digest),
    metrics: (comparison?.metrics ?? []).map(recordedMetric),
    verdict: { decision: record.decision, reason: record.reason, holdout: record.holdout },
    card: cardOf(record, comparison),
    ...(answer.formats === null ? {} : { formats: answer.formats }),
  };
}

function digestsOf({ train_key, training, dataset }: Judged, evaluation: string): Registration['digests'] {
  return {
    train_key,
    data: {
      source: training?.source ?? '',
      train: dataset.train,
      validation: training?.validation ?? null,
      test: dataset.test,
    },
    environment: training?.environment ?? null,
    evaluation,
  };
}

function cardOf(record: EvaluationRecord, comparison: Comparison | null): NonNullable<Registration['card']> {
  const visible = 'The test rows were readable where the model was trained (holdout: visible).';
  return {
    ...(record.baseline?.version == null ? {} : { baseline: record.baseline.version }),
    slices: slicesOf(comparison),
    limits: record.holdout === 'visible' ? [visible] : [],
  };
}

function fileOf({ files }: JudgedFiles, path: string): JudgedFiles['files'][number] {
  const found = files.find((file) => file.path === path);
  if (found !== undefined) return found;
  throw new InputError({
    code: 'ARTIFACT_REFUSED',
    message: `${JSON.stringify(path)} was judged and is not among the artifact's files`,
  });
}

function bytesOf(bytes: Uint8Array): LocalFile['source'] {
  return {
    bytes: bytes.length,
    // eslint-disable-next-line @typescript-eslint/require-await -- a source is read as a stream
    read: async function* (start = 0) {
      yield bytes.subarray(start);
    },
  };
}

type Slices = NonNullable<NonNullable<Registration['card']>['slices']>;
const MOST_SLICES = 20;

/** Worse ones first. */
function slicesOf(comparison: Comparison | null): Slices {
  const worse = ({ verdict }: { readonly verdict: string }): number => (verdict === 'worse' ? 0 : 1);
  return (comparison?.slices ?? [])
    .map(({ name, metric, rows, difference, verdict }) => ({
      ...{ name, metric, rows, verdict },
      difference: difference.value,
      low: difference.low,
      high: difference.high,
    }))
    .sort((one, other) => worse(one) - worse(other))
    .slice(0, MOST_SLICES);
}
