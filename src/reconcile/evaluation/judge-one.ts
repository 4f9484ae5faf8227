import { join } from 'node:path/posix';

import { InputError, PlatformError } from '../../contracts/errors.ts';
import { EVALUATION_RECORD_SCHEMA, type EvaluationRecord } from '../../contracts/evaluation-record.ts';
import { JudgeAnswer, type JudgeBaseline } from '../../contracts/judging.ts';
import type { PullFacts } from '../ports.ts';
import { baselineOf } from './baseline.ts';
import { notesOf, readRecord, writeRecord, type LedgerAccess } from './ledger.ts';
import type { BaselinePredictions, BaselineVersion, HeadRun, RunArtifact } from './ports.ts';
import { judgementOf, withoutVerdict, type PullJudgement } from './results.ts';
import type { JudgedBy, JudgingOptions, JudgingPorts } from './types.ts';

const MIB = 1024 ** 2;
/** Bytes of the zips that are downloaded. */
const MOST_BYTES = { artifact: 2048 * MIB, base: 4096 * MIB } as const;

/** One artifact of one head, with what GitHub says of where it comes from. */
export interface ToJudge {
  readonly pull: PullFacts;
  readonly run: HeadRun;
  readonly artifact: RunArtifact;
  /** The base's name of the model that the artifact is named after. */
  readonly model: string;
  readonly by: JudgedBy;
  readonly options: JudgingOptions;
  /** Whether everything under .github/ at the head equals the base's. */
  readonly equal: boolean;
}

/**
 * Judges one artifact in a process of its own and writes the record.
 *
 * @throws InputError the artifact is not taken · PlatformError JUDGE_FAILED, and what GitHub's calls throw
 */
export async function judgeOne(
  ports: JudgingPorts,
  access: LedgerAccess,
  asked: ToJudge,
): Promise<PullJudgement> {
  const { number, head } = asked.pull;
  const answer = await withAnswer(ports, access, asked, (given) => Promise.resolve(given));
  if (answer.status !== 'judged') {
    const { status, code, message } = answer;
    return withoutVerdict({ pull: number, head: head.commit, model: asked.model, status, code, message });
  }
  const record = recordOf(ports, asked, answer);
  const note = await writeRecord(access, record, record.judged.slice(0, 7));
  return judgementOf((await readRecord(access, note)) ?? record);
}

/**
 * Has an artifact judged and hands the answer on, with the folder in which the artifact lies unpacked until `use` ends.
 *
 * @throws as judgeOne does
 */
export async function withAnswer<T>(
  ports: JudgingPorts,
  access: LedgerAccess,
  asked: ToJudge,
  use: (answer: JudgeAnswer, folder: string) => Promise<T>,
): Promise<T> {
  if (asked.artifact.expired) throw gone(asked.artifact);
  return await ports.judge.withFolder(
    async (folder) => await use(await askJudge(ports, access, asked, folder), folder),
  );
}

async function askJudge(
  ports: JudgingPorts,
  access: LedgerAccess,
  asked: ToJudge,
  folder: string,
): Promise<JudgeAnswer> {
  const { artifact, by, pull, model } = asked;
  const { signal } = asked.options;
  await download(ports, artifact, join(folder, 'artifact.zip'), signal);
  await ports.artifacts.commitFiles(by.commit, join(folder, 'base.zip'), MOST_BYTES.base, signal);
  const looks = notesOf(access.memory).flatMap(({ pull: number, model: of, test, candidate }) =>
    number === pull.number && of === model && /^[0-9a-f]{64}$/.test(test) ? [{ test, candidate }] : [],
  );
  const request = {
    artifact: artifact.name,
    archive: 'artifact.zip',
    base: 'base.zip',
    baseline: await fetchBaseline(ports, asked, folder),
    looks,
    seed: 1,
  };
  const parsed = JudgeAnswer.safeParse(await ports.judge.run(folder, request, signal));
  if (parsed.success && (parsed.data.model ?? model) === model) return parsed.data;
  const where = parsed.error?.issues[0]?.path.join('.') ?? 'model';
  throw new PlatformError({
    code: 'JUDGE_FAILED',
    message: `the process that judges gave an answer of another form at ${JSON.stringify(where.slice(0, 100))}`,
  });
}

async function download(
  { artifacts }: JudgingPorts,
  artifact: RunArtifact,
  file: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await artifacts.download(artifact, file, MOST_BYTES.artifact, signal);
  } catch (error) {
    const status = error instanceof PlatformError && 'status' in error ? error.status : null;
    throw status === 404 || status === 410 ? gone(artifact) : error;
  }
}

function gone({ name }: RunArtifact): InputError {
  const message = `the artifact ${JSON.stringify(name.slice(0, 100))} has expired or was deleted: run the workflow again`;
  return new InputError({ code: 'ARTIFACT_REFUSED', message });
}

/** What production runs, else the newest version, with those of its predictions that are as they were released. */
async function fetchBaseline(
  { baselines }: JudgingPorts,
  { model, by, options }: ToJudge,
  folder: string,
): Promise<JudgeBaseline | null> {
  const version = baselineOf(by.versions.get(model));
  if (version === null) return null;
  const unused = (name: string, error: unknown): void => {
    if (!(error instanceof InputError)) throw error;
    const facts = { model, version: version.version, name, why: error.message };
    options.log?.({ level: 'warn', message: 'what a version released is not used', facts });
  };
  const fetched: JudgeBaseline['predictions'] = [];
  for (const [index, one] of (await listed(baselines, version, unused)).entries()) {
    const file = `baseline-${index}.parquet`;
    try {
      await baselines.fetch(version, one, join(folder, file));
      fetched.push({ dataset: one.dataset, file, sha256: one.sha256 });
    } catch (error) {
      unused(one.name, error);
    }
  }
  return { kind: version.kind, version: version.version, model: version.manifest, predictions: fetched };
}

async function listed(
  baselines: JudgingPorts['baselines'],
  version: BaselineVersion,
  unused: (name: string, error: unknown) => void,
): Promise<readonly BaselinePredictions[]> {
  try {
    return await baselines.predictions(version);
  } catch (error) {
    unused('manifest.json', error);
    return [];
  }
}

/** What judged what, for the ledger. */
export function recordOf(
  ports: JudgingPorts,
  { pull, run, by, equal }: ToJudge,
  answer: Extract<JudgeAnswer, { status: 'judged' }>,
): EvaluationRecord {
  const { model, train_key, candidate, files, dataset, comparison, predictions } = answer;
  const version = baselineOf(by.versions.get(model));
  return {
    schema: EVALUATION_RECORD_SCHEMA,
    ...{ model, train_key, candidate, files, dataset },
    predictions: { candidate: predictions.candidate, baseline: predictions.baseline },
    baseline:
      version === null ? null : { kind: version.kind, version: version.version, model: version.manifest },
    pull: pull.number,
    head: run.headSha,
    same_repository: pull.head.here && run.headRepository === run.repository,
    base: by.commit,
    run: { id: run.id, attempt: run.attempt, conclusion: run.conclusion ?? '' },
    workflows_equal_base: equal,
    // The base's rows were read from the repository, where whoever trains can read them too.
    holdout: 'visible',
    decision: comparison.decision,
    reason: comparison.reason,
    message: comparison.message,
    comparison,
    judged: ports.repository.now().toISOString(),
    slipway: ports.slipway,
  };
}
