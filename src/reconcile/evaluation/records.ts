import { z } from 'zod';

import { Decision } from '../../contracts/decision.ts';
import { canonicalJson, digestOf } from '../../contracts/digest.ts';
import { CommitId, Sha256 } from '../../contracts/entry.ts';
import { EvaluationRecord } from '../../contracts/evaluation-record.ts';

/**
 * How a record lies in the ledger: a file, and a commit whose message says in full what the file is. Whoever reads walks
 * the messages and opens the file at that very commit, so that later commits of others change nothing.
 */

const Note = z.strictObject({
  schema: z.literal('slipway.ledger/1'),
  kind: z.literal('evaluation'),
  /** Id of the repository: a commit of another one's ledger says nothing here. */
  repository: z.int(),
  path: z.string().max(1000),
  /** Digest of the record. */
  record: Sha256,
  model: z.string().max(200),
  train_key: Sha256,
  candidate: Sha256,
  /** Digest of the test rows it was judged on. */
  test: z.string().max(200),
  pull: z.int(),
  head: CommitId,
  decision: Decision,
  reason: z.string().max(100),
  judged: z.string().max(40),
});
export type EvaluationNote = z.infer<typeof Note>;

const MOST_MESSAGE = 20_000;

/** `evaluations/<model>/<train key>/<candidate>.json`; with the head where that name holds another head's record. */
export function recordPath(
  { model, train_key, candidate, head }: Pick<EvaluationNote, 'model' | 'train_key' | 'candidate' | 'head'>,
  taken = false,
): string {
  const name = taken ? `${candidate}-${head.slice(0, 12)}` : candidate;
  return `evaluations/${model}/${train_key}/${name}.json`;
}

/** What is said of a record that is to be written at a path. */
export function noteOf(record: EvaluationRecord, repository: number, path: string): EvaluationNote {
  const { model, train_key, candidate, pull, head, decision, reason, judged } = record;
  return {
    schema: 'slipway.ledger/1',
    kind: 'evaluation',
    repository,
    path,
    record: digestOf(record),
    model,
    train_key,
    candidate,
    test: record.dataset.test,
    pull,
    head,
    decision,
    reason,
    judged,
  };
}

/** A headline for people, an empty line, canonical JSON. */
export function noteMessage(note: EvaluationNote): string {
  return `evaluation of ${note.model} for #${note.pull}: ${note.decision}\n\n${canonicalJson(note)}\n`;
}

/** The note of a commit's message; null where it is none, or speaks of another repository or a path of its own. */
export function parseNote(message: string, repository: number): EvaluationNote | null {
  if (message.length > MOST_MESSAGE) return null;
  const body = message.slice(message.indexOf('\n\n') + 2);
  const parsed = Note.safeParse(jsonOf(body));
  if (!parsed.success || parsed.data.repository !== repository) return null;
  const { path } = parsed.data;
  return path === recordPath(parsed.data) || path === recordPath(parsed.data, true) ? parsed.data : null;
}

/** A record as its file holds it. */
export function recordText(record: EvaluationRecord): string {
  return `${canonicalJson(record)}\n`;
}

/** The record of a file; null where it is not the one that the note speaks of. */
export function parseRecord(text: string, note: EvaluationNote): EvaluationRecord | null {
  const parsed = EvaluationRecord.safeParse(jsonOf(text));
  return parsed.success && digestOf(parsed.data) === note.record ? parsed.data : null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
