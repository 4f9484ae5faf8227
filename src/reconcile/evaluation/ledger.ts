import type { Mode } from '../../contracts/entry.ts';
import { PlatformError } from '../../contracts/errors.ts';
import type { EvaluationRecord } from '../../contracts/evaluation-record.ts';
import type { PullEvaluation } from '../../promotion/index.ts';
import { signatureFlaw, type LogTrust } from '../../registry/index.ts';
import type { LogCommit, LogStore } from '../../registry/ports.ts';
import type { Ledger } from './ports.ts';
import {
  noteMessage,
  noteOf,
  parseNote,
  parseRecord,
  recordPath,
  recordText,
  type EvaluationNote,
} from './records.ts';

/** A note with where it stands. */
export interface IndexedNote extends EvaluationNote {
  readonly month: string;
  readonly commit: string;
}

/** What was read of the ledger; may be forgotten. */
export interface LedgerMemory {
  readonly months: Map<string, { readonly head: string; readonly notes: readonly IndexedNote[] }>;
  /** Records by digest. */
  readonly records: Map<string, EvaluationRecord>;
}

/** The ledger and whose commits count in it. */
export interface LedgerAccess {
  readonly ledger: Ledger;
  readonly memory: LedgerMemory;
  /** Id of the repository. */
  readonly repository: number;
  readonly mode: Mode;
  readonly trust: LogTrust;
  /** A commit that is not acted upon, and why. */
  ignored(commit: string, why: string): void;
}

const ATTEMPTS = 5;

/** A memory that knows nothing. */
export function newLedgerMemory(): LedgerMemory {
  return { months: new Map(), records: new Map() };
}

/** Reads what is new in all months. One call where nothing is. */
export async function followLedger(access: LedgerAccess): Promise<void> {
  const { ledger, memory } = access;
  const months = await ledger.months();
  const present = new Set(months.map(({ month }) => month));
  for (const month of memory.months.keys()) if (!present.has(month)) memory.months.delete(month);
  for (const { month, head } of months) await followMonth(access, month, ledger.month(month), head);
}

async function followMonth(
  access: LedgerAccess,
  month: string,
  store: LogStore,
  head: string,
): Promise<void> {
  const { memory } = access;
  const known = memory.months.get(month);
  if (known?.head === head) return;
  const fresh: IndexedNote[] = [];
  let last: LogCommit | null = null;
  for await (const commit of store.history(head, known?.head ?? null)) {
    last = commit;
    const note = noteAt(access, commit);
    if (note !== null) fresh.push({ ...note, month, commit: commit.id });
  }
  // A branch that was moved back or replaced is read anew: what is not on it any more does not count.
  const continues = known !== undefined && last !== null && last.parents.includes(known.head);
  memory.months.set(month, { head, notes: [...(continues ? known.notes : []), ...fresh.reverse()] });
}

/** As the log: in mode app only what GitHub signed for the App's bot counts. */
function noteAt(access: LedgerAccess, commit: LogCommit): EvaluationNote | null {
  const { mode, trust } = access;
  const before = {
    head: null,
    repository: null,
    n: 0,
    models: new Map<string, never>(),
    mode,
    writer: null,
    trouble: null,
  };
  const forged = signatureFlaw(before, commit, null, trust);
  if (forged !== null) {
    access.ignored(commit.id, forged.problem);
    return null;
  }
  return parseNote(commit.message, access.repository);
}

/** All notes that count, oldest first. */
export function notesOf({ months }: LedgerMemory): readonly IndexedNote[] {
  const inOrder = [...months].sort(([one], [other]) => (one < other ? -1 : 1));
  return inOrder.flatMap(([, { notes }]) => notes);
}

/** The first record of a model at a head: that one counts. */
export function noteFor(memory: LedgerMemory, model: string, head: string): IndexedNote | undefined {
  return notesOf(memory).find((note) => note.model === model && note.head === head);
}

/** What was judged of a head, by model: what /accept speaks of. */
export function evaluationsOf(memory: LedgerMemory, head: string): Readonly<Record<string, PullEvaluation>> {
  const found: Record<string, PullEvaluation> = {};
  for (const { model, head: at, record, decision, reason, judged } of notesOf(memory))
    if (at === head) found[model] ??= { digest: record, decision, reason, judged };
  return found;
}

/** The record of a note, as it was written; null where the file is not that. */
export async function readRecord(access: LedgerAccess, note: IndexedNote): Promise<EvaluationRecord | null> {
  const known = access.memory.records.get(note.record);
  if (known !== undefined) return known;
  const [text = null] = await access.ledger.month(note.month).read(note.commit, [note.path]);
  const record = text === null ? null : parseRecord(text, note);
  if (record === null) access.ignored(note.commit, `${note.path} is not the record that its message names`);
  else access.memory.records.set(note.record, record);
  return record;
}

/**
 * Records of a model and train key, for the merge rule. A candidate that was judged at several heads counts once: at
 * `head` where it was judged there, else where it was first.
 */
export async function readRecords(
  access: LedgerAccess,
  { model, trainKey, head }: { readonly model: string; readonly trainKey: string; readonly head: string },
): Promise<readonly EvaluationRecord[]> {
  await followLedger(access);
  const chosen = new Map<string, IndexedNote>();
  for (const note of notesOf(access.memory)) {
    if (note.model !== model || note.train_key !== trainKey) continue;
    const other = chosen.get(note.candidate);
    if (other === undefined || (note.head === head && other.head !== head)) chosen.set(note.candidate, note);
  }
  const records = await Promise.all([...chosen.values()].map((note) => readRecord(access, note)));
  return records.filter((record) => record !== null);
}

/**
 * Writes a record unless the model has one at this head already: that one stays and is given. Forward only, on the head
 * just read; after an unclear answer the branch is read again before anything else is done.
 */
export async function writeRecord(
  access: LedgerAccess,
  record: EvaluationRecord,
  month: string,
): Promise<IndexedNote> {
  const { ledger, memory, repository } = access;
  const store = ledger.month(month);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const head = await store.head();
    if (head !== null) await followMonth(access, month, store, head);
    const there = noteFor(memory, record.model, record.head);
    if (there !== undefined) return there;
    const path = recordPath(record);
    const taken = memory.months.get(month)?.notes.some((note) => note.path === path) ?? false;
    const note = noteOf(record, repository, recordPath(record, taken));
    const change = { message: noteMessage(note), files: { [note.path]: recordText(record) } };
    try {
      await store.append(head, change);
    } catch (error) {
      if (!(error instanceof PlatformError && error.code === 'AMBIGUOUS')) throw error;
    }
  }
  throw new PlatformError({
    code: 'LOG_BUSY',
    message: `the ledger of ${month} kept moving while the record of ${record.model} was written`,
    hint: 'nothing is lost: it goes on at the next pass',
  });
}
