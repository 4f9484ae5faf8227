import { digestOf } from '../contracts/digest.ts';
import type { EvaluationRecord } from '../contracts/evaluation-record.ts';
import type { ModelState } from '../contracts/model-state.ts';
import { isAccepted, isGood } from './acceptance.ts';
import { quoted } from './finding.ts';

/** What is known when a pull request was merged. */
export interface MergeFacts {
  readonly model: string;
  /** Computed anew from the merge commit by a privileged job. */
  readonly trainKey: string;
  readonly merge: {
    readonly commit: string;
    /** Final head of the pull request, and whether it lives in a fork. */
    readonly headAtMerge: string;
    readonly fork: boolean;
  };
  /** Records of the ledger; those of other train keys do no harm. */
  readonly records: readonly EvaluationRecord[];
  /** Sizes in bytes of the files at hand, by the SHA-256 of the bytes as they were read just now. */
  readonly files: ReadonlyMap<string, number>;
  /** What people accepted of the model (the log's state). */
  readonly accepted: ModelState['accepted'];
}

export type MergeDecision =
  { readonly reuse: EvaluationRecord } | { readonly train: readonly [string, ...string[]] };

/**
 * Whether the bytes that a pull request trained become the version. They do only if exactly one evaluation record has the
 * merge commit's train key, it speaks of this repository's final head, of a successful untrusted run with the base's own
 * workflows, every file is at hand with its digest, and what was judged passed or was accepted. Otherwise the merge
 * commit is trained again on the protected runner; all reasons are given at once.
 */
export function mergeDecision(facts: MergeFacts): MergeDecision {
  const same = facts.records.filter(
    (record) => record.model === facts.model && record.train_key === facts.trainKey,
  );
  const records = [...new Map(same.map((record) => [digestOf(record), record])).values()];
  const [record] = records;
  if (record === undefined) {
    return { train: ['no evaluation record has the train key of the merge commit'] };
  }
  if (records.length > 1) {
    return { train: [`${records.length} evaluation records have this train key, so none is the one`] };
  }
  const [first, ...others] = [...origin(facts, record), ...bytes(facts, record), ...verdict(facts, record)];
  return first === undefined ? { reuse: record } : { train: [first, ...others] };
}

function origin({ merge }: MergeFacts, record: EvaluationRecord): string[] {
  const reasons: string[] = [];
  if (merge.fork || !record.same_repository) reasons.push('the pull request came from a fork');
  if (record.head !== merge.headAtMerge) {
    reasons.push(`head ${short(record.head)} was judged, ${short(merge.headAtMerge)} was merged`);
  }
  if (record.run.conclusion !== 'success') {
    reasons.push(`the run that trained it ended with ${quoted(record.run.conclusion)}`);
  }
  if (!record.workflows_equal_base) reasons.push('the pull request changed something under .github/');
  return reasons;
}

function bytes({ files }: MergeFacts, record: EvaluationRecord): string[] {
  const reasons: string[] = [];
  if (record.files.length === 0) reasons.push('the evaluation record names no files');
  const listed = record.files
    .map(({ path, sha256 }) => [path, sha256] as const)
    .sort(([left], [right]) => (left === right ? 0 : left < right ? -1 : 1));
  if (digestOf(listed) !== record.candidate) {
    reasons.push('the files of the evaluation record do not have the digest that was judged');
  }
  for (const file of record.files) {
    if (files.get(file.sha256) === file.bytes) continue;
    reasons.push(`${quoted(file.path)} is not at hand with the digest that was judged`);
  }
  return reasons;
}

function verdict({ accepted }: MergeFacts, record: EvaluationRecord): string[] {
  const judged = { ...record, digest: digestOf(record) };
  if (isGood(record) || isAccepted(judged, accepted)) return [];
  return [`it was judged ${record.decision} (${quoted(record.reason)}), and nobody accepted that`];
}

function short(commit: string): string {
  return commit.slice(0, 12);
}
