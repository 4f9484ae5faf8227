import { ENTRY_SCHEMA, Entry, type EntryDraft } from '../../contracts/entry.ts';
import { InputError, PlatformError, type Problem } from '../../contracts/errors.ts';
import type { AppendOutcome, LogStore } from '../ports.ts';
import { applyEntry } from './fold.ts';
import { recordedEntry, requestNote } from './entries.ts';
import { entryMessage } from './message.ts';
import { openLog } from './open.ts';
import { README } from './readme.ts';
import { stateText } from './state-text.ts';
import { modelPath, requestPath, type Log, type LogTrust, type RecordedEntry } from './types.ts';

/** Why an entry is not appended: what is, and (hint) what would change it. */
export type Refusal = Problem;

export interface AppendOptions {
  readonly trust: LogTrust;
  /** What the caller read before: only what came since is read again. */
  readonly followed?: Log | undefined;
  /** The last look, on the state read just before the write: null where the entry may be written. */
  recheck(log: Log): Promise<Refusal | null>;
  /** How often the write is tried while others write too. Default 12. */
  readonly attempts?: number;
  sleep(ms: number): Promise<void>;
}

export type Appended =
  | {
      readonly status: 'appended' | 'already';
      readonly recorded: RecordedEntry;
      readonly log: Log;
    }
  | { readonly status: 'refused'; readonly refusal: Refusal; readonly log: Log };

/**
 * Appends one entry. The draft's `request` makes it happen once: where the log holds that key, its entry is given back
 * (`already`). The write is a compare-and-set on the head just read; whatever comes back unclear or refused, the log is
 * read again and everything begins anew, never the write alone.
 *
 * `refused`: the recheck said no, the entry does not fit the log's state (ENTRY_REFUSED), or the log is in trouble
 * (LOG_TAMPERED, LOG_NEWER).
 *
 * @throws PlatformError LOG_BUSY others wrote at each attempt · AMBIGUOUS the last attempt had no clear answer and it
 * cannot be read back now: calling again with the same draft tells · as the store throws
 */
export async function appendEntry(
  store: LogStore,
  draft: EntryDraft,
  options: AppendOptions,
): Promise<Appended> {
  const attempts = options.attempts ?? 12;
  let log = options.followed;
  let unclear: PlatformError | null = null;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    if (attempt > 1) await options.sleep(pause(attempt));
    try {
      log = await openLog(store, { followed: log, trust: options.trust });
      // An outdated answer looks like entries lost: only what stays so is believed.
      if (log.trouble !== null && attempt < Math.min(SURE, attempts)) continue;
      const done = await attemptAppend(store, draft, log, options);
      if (done !== null) return done;
      unclear = null;
    } catch (error) {
      if (!isUnclear(error)) throw error;
      // A read that failed leaves an earlier unclear write as it was.
      if (error.code === 'AMBIGUOUS' || unclear === null) unclear = error;
    }
  }
  throw unclear ?? busy(draft, attempts);
}

/** Looks at a log in trouble before it is said to be. */
const SURE = 3;

/** Null: the branch had moved. */
async function attemptAppend(
  store: LogStore,
  draft: EntryDraft,
  log: Log,
  options: AppendOptions,
): Promise<Appended | null> {
  if (log.trouble !== null) return { status: 'refused', refusal: blocked(log), log };
  const recorded = await recordedEntry(store, log, draft.request);
  if (recorded !== null) return { status: 'already', recorded, log };
  const refusal = await options.recheck(log);
  if (refusal !== null) return { status: 'refused', refusal, log };
  const at = (await store.now()).toISOString();
  const { repository } = log;
  const entry = Entry.parse({ schema: ENTRY_SCHEMA, n: log.n + 1, repository, at, ...draft });
  let state;
  try {
    state = applyEntry(log.models.get(entry.model) ?? null, entry);
  } catch (error) {
    if (error instanceof InputError) return { status: 'refused', refusal: error.problems[0]!, log };
    throw error;
  }
  const files = {
    [modelPath(entry.model)]: stateText(state),
    [requestPath(entry.request)]: requestNote(entry.n),
    ...(log.head === null ? { 'README.md': README } : {}),
  };
  const outcome: AppendOutcome = await store.append(log.head, { message: entryMessage(entry), files });
  if (outcome.status === 'refused') return null;
  const models = new Map(log.models).set(entry.model, state);
  const writer = entry.mode === 'app' ? options.trust.bot : null;
  const head = outcome.commit;
  return {
    status: 'appended',
    recorded: { commit: head, entry },
    log: { head, repository, n: entry.n, models, mode: entry.mode, writer, trouble: null },
  };
}

/** 25 ms, 50 ms, … at most 2 s: with GitHub's own latency enough for a dozen writers. */
function pause(attempt: number): number {
  return Math.min(2000, 25 * 2 ** (attempt - 2));
}

function isUnclear(error: unknown): error is PlatformError {
  return error instanceof PlatformError && (error.code === 'AMBIGUOUS' || error.code === 'NETWORK');
}

function blocked(log: Log): Refusal {
  const { kind, message, repair } = log.trouble!;
  return { code: kind === 'tampered' ? 'LOG_TAMPERED' : 'LOG_NEWER', message, hint: repair };
}

function busy(draft: EntryDraft, attempts: number): PlatformError {
  return new PlatformError({
    code: 'LOG_BUSY',
    message: `${draft.op} ${draft.model}: the log moved at each of ${attempts} attempts to append`,
    hint: 'nothing was written: try again in a moment',
  });
}
