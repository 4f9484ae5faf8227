import { PlatformError } from '../../contracts/errors.ts';
import type { LogStore } from '../ports.ts';
import { isUnreadable, parseEntryMessage } from './message.ts';
import { requestPath, type Log, type RecordedEntry } from './types.ts';

/** The note that says which entry answered a request. */
export function requestNote(n: number): string {
  return `{"n":${n}}\n`;
}

/**
 * Which of some requests (by key, 64 hex digits) are recorded, and in which entry. One read a key.
 * @throws PlatformError where the store cannot be read
 */
export async function recordedNumbers(
  store: LogStore,
  log: Pick<Log, 'head'>,
  keys: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const recorded = new Map<string, number>();
  if (log.head === null || keys.length === 0) return recorded;
  const notes = await store.read(log.head, keys.map(requestPath));
  for (const [at, key] of keys.entries()) {
    const [, n] = /^\{"n":(\d{1,15})\}\n$/.exec(notes[at] ?? '') ?? [];
    if (n !== undefined) recorded.set(key, Number(n));
  }
  return recorded;
}

/**
 * The entry that answered a request; null where none did.
 * @throws PlatformError NETWORK the log holds the request, and the answer that should show its entry did not
 */
export async function recordedEntry(
  store: LogStore,
  log: Pick<Log, 'head'>,
  key: string,
): Promise<RecordedEntry | null> {
  const n = (await recordedNumbers(store, log, [key])).get(key);
  if (n === undefined || log.head === null) return null;
  for await (const commit of store.history(log.head, null, requestPath(key))) {
    const entry = parseEntryMessage(commit.message);
    if (!isUnreadable(entry) && entry.request === key && entry.n === n) return { commit: commit.id, entry };
  }
  // The note is there: a history without its entry is an answer with a hole, never a reason to write once more.
  throw new PlatformError({
    code: 'NETWORK',
    message: `entry ${n} answers request ${key}, and the history at ${log.head} does not show it`,
    hint: 'try again in a moment',
  });
}

/**
 * Entries from a head (of a Log: what lies behind it was checked) backwards, newest first, of one model or stage where
 * those are named, at most `limit`.
 */
export async function* readEntries(
  store: LogStore,
  head: string | null,
  filter: { readonly model?: string; readonly stage?: string; readonly limit?: number } = {},
): AsyncIterable<RecordedEntry> {
  let left = filter.limit ?? Infinity;
  if (head === null || left <= 0) return;
  for await (const commit of store.history(head, null)) {
    const entry = parseEntryMessage(commit.message);
    if (isUnreadable(entry)) continue;
    if (filter.model !== undefined && entry.model !== filter.model) continue;
    if (filter.stage !== undefined && entry.stage !== filter.stage) continue;
    yield { commit: commit.id, entry };
    if (--left <= 0) return;
  }
}
