import { join } from 'node:path/posix';

import { mergeDecision } from '../../promotion/index.ts';
import type { EvaluationRecord } from '../../contracts/evaluation-record.ts';
import type { ModelState } from '../../contracts/model-state.ts';
import type { Registered } from '../../registry/index.ts';
import { recordOf, withAnswer, type ToJudge } from '../evaluation/judge-one.ts';
import { notesOf, readRecord, readRecords, writeRecord, type LedgerAccess } from '../evaluation/ledger.ts';
import { judgementOf, withoutVerdict, type PullJudgement } from '../evaluation/results.ts';
import type { MergeOrigin } from './origin.ts';
import { mergedRegistration, type Judged, type Merged } from './registration.ts';
import type { MergingPorts } from './types.ts';

/** What became of an artifact of the default branch. */
export interface MergedOne {
  readonly judgement: PullJudgement;
  /** Null: nothing was registered, and why the verdict says, or `unchanged`. */
  readonly registered: Registered | null;
  /** The bytes are those of the newest version. */
  readonly unchanged: string | null;
}

/**
 * Judges what a run of the default branch handed over, by that commit's own data, config and gates, writes the record,
 * and registers the bytes unless they failed. Bytes that were judged as a pull request's and may be reused keep that
 * verdict, and with it what people accepted of it.
 *
 * @throws InputError the artifact is not taken, or cannot be registered · PlatformError as judging and registering do
 */
export async function mergeOne(
  ports: MergingPorts,
  access: LedgerAccess,
  asked: ToJudge,
  origin: MergeOrigin,
): Promise<MergedOne> {
  return await withAnswer(ports, access, asked, async (answer, folder) => {
    if (answer.status !== 'judged') {
      const { status, code, message } = answer;
      const at = { pull: asked.pull.number, head: asked.run.headSha, model: asked.model };
      const judgement = withoutVerdict({ ...at, status, code, message });
      return { judgement, registered: null, unchanged: null };
    }
    const state = asked.by.versions.get(asked.model);
    const unchanged = sameAsNewest(access, state, answer);
    const record = await recordFor(ports, access, asked, origin, answer);
    const judgement = { ...judgementOf(record), pull: asked.pull.number, head: asked.run.headSha };
    if (unchanged !== null || record.decision === 'fail' || record.decision === 'error')
      return { judgement, registered: null, unchanged };
    const merged: Merged = {
      ...{ answer, record, origin },
      repository: access.repository,
      run: asked.run,
      mode: ports.mode,
    };
    const registered = await ports.register(await registrationIn(ports, folder, merged));
    return { judgement, registered, unchanged: null };
  });
}

/** The newest version, where it is of this training and these bytes. */
function sameAsNewest(access: LedgerAccess, state: ModelState | undefined, answer: Judged): string | null {
  const newest = state?.versions.at(-1);
  if (newest === undefined || newest.evaluation === null) return null;
  const note = notesOf(access.memory).find(({ record }) => record === newest.evaluation);
  return note?.candidate === answer.candidate && note.train_key === answer.train_key ? newest.version : null;
}

/** The record of the pull request where the merge rule lets its bytes be reused, else one of this commit. */
async function recordFor(
  ports: MergingPorts,
  access: LedgerAccess,
  asked: ToJudge,
  { pull }: MergeOrigin,
  answer: Judged,
): Promise<EvaluationRecord> {
  const { model, train_key: trainKey, candidate } = answer;
  if (pull !== null) {
    const head = pull.head.commit;
    const decided = mergeDecision({
      ...{ model, trainKey },
      merge: { commit: asked.run.headSha, headAtMerge: head, fork: !pull.head.here },
      records: (await readRecords(access, { model, trainKey, head })).filter(
        (record) => record.head !== asked.run.headSha,
      ),
      files: new Map(answer.files.map(({ sha256, bytes }) => [sha256, bytes])),
      accepted: asked.by.versions.get(model)?.accepted ?? [],
    });
    if ('reuse' in decided && decided.reuse.candidate === candidate) return decided.reuse;
  }
  const own = recordOf(ports, asked, answer);
  const note = await writeRecord(access, own, own.judged.slice(0, 7));
  return (await readRecord(access, note)) ?? own;
}

async function registrationIn(ports: MergingPorts, folder: string, merged: Merged) {
  const { file } = merged.answer.predictions;
  const [files, beside] = await Promise.all([
    ports.judge.files(folder, 'artifact/model'),
    ports.judge.files(folder, 'artifact'),
  ]);
  // Others are held in the columns of `slipway compare`; what a later candidate is compared with is read as Parquet.
  const predictions = file.endsWith('.parquet')
    ? (beside.files.find(({ path }) => join('artifact', path) === file) ?? null)
    : null;
  return mergedRegistration(merged, files, predictions, ports);
}
