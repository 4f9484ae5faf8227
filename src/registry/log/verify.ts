import { gitBlobId } from '../../contracts/digest.ts';
import type { LogCommit, LogStore } from '../ports.ts';
import {
  EMPTY_LOG,
  entryOf,
  isFlaw,
  nextLog,
  parentFlaw,
  signatureFlaw,
  tampered,
  troubleAt,
  withEntry,
  type Flaw,
} from './chain.ts';
import { requestNote } from './entries.ts';
import { isUnreadable } from './message.ts';
import { stateBlob } from './state-text.ts';
import { TreeCheck } from './tree-check.ts';
import { modelPath, requestPath, type Log, type LogTrouble, type LogTrust } from './types.ts';

export interface VerifyOptions {
  readonly trust: LogTrust;
  /** Called now and then: commits read so far, and how many there should be (by the newest entry's number). */
  readonly onProgress?: ((read: number, total: number) => void) | undefined;
}

export interface Verified {
  /** Entries that could be read. */
  readonly entries: number;
  /** One for each commit that is not as it must be, oldest first. */
  readonly problems: readonly LogTrouble[];
}

/**
 * Reads the whole log again, believing nothing that was read before, and names every commit that is not as it must be:
 * chain, numbers, keys, state machine, repository, in mode app signature and author, and all files of every commit: its
 * tree has the one id that the entries so far give ({@link LogTree}), so only trees that are wrong are read. Signatures
 * and the repository are seen through GitHub's API only.
 *
 * What comes after a commit that is wrong is judged by what that commit says, so that one wrong commit is named once;
 * its mode and its author are believed in nothing.
 *
 * @throws PlatformError, InputError as the store does
 */
export async function verifyLog(store: LogStore, options: VerifyOptions): Promise<Verified> {
  const head = await store.head();
  if (head === null) return { entries: 0, problems: [] };
  const commits = await chain(store, head, options);
  const flaws = new Map<string, Flaw[]>();
  const name = (commit: string, flaw: Flaw) => flaws.set(commit, [...(flaws.get(commit) ?? []), flaw]);
  const numbers = new Map<string, number>();
  const repository = (await store.repository?.()) ?? null;
  const trees = new TreeCheck(store);
  let seen: Seen = { log: { ...EMPTY_LOG, repository }, newer: false };
  for (const commit of commits) {
    const before = seen.log;
    const step = judge(seen, commit, options.trust);
    for (const flaw of step.flaws) name(commit.id, flaw);
    seen = step.seen;
    const entry = entryOf(commit);
    if (!isUnreadable(entry)) {
      const first = numbers.get(entry.request);
      if (first === undefined) numbers.set(entry.request, entry.n);
      else name(commit.id, tampered(`request ${entry.request} is answered by entry ${first} already`));
    }
    if (seen.newer) continue;
    const expected = step.fits ? written(commit, before, seen.log) : new Map<string, string | null>();
    for (const problem of await trees.problemsOf(commit, expected)) name(commit.id, tampered(problem));
  }
  const entries = commits.filter((commit) => !isUnreadable(entryOf(commit))).length;
  return { entries, problems: troubles(commits, flaws, head) };
}

interface Seen {
  readonly log: Log;
  /** An entry of a newer Slipway went by: what the states are since then is not known. */
  readonly newer: boolean;
}

/** Commits on the line of first parents, oldest first. */
async function chain(
  store: LogStore,
  head: string,
  { onProgress }: VerifyOptions,
): Promise<readonly LogCommit[]> {
  const found = new Map<string, LogCommit>();
  let total = 0;
  for await (const commit of store.history(head, null)) {
    found.set(commit.id, commit);
    const entry = total === 0 ? entryOf(commit) : null;
    if (entry !== null && !isUnreadable(entry)) total = entry.n;
    if (found.size % 250 === 0) onProgress?.(found.size, Math.max(total, found.size));
  }
  const commits: LogCommit[] = [];
  for (let next = found.get(head); next !== undefined; next = found.get(next.parents[0] ?? ''))
    commits.push(next);
  onProgress?.(commits.length, commits.length);
  return commits.reverse();
}

/** What is wrong with a commit but for its files, and the log by what it says; `fits`: its entry has a state. */
function judge({ log, newer }: Seen, commit: LogCommit, trust: LogTrust) {
  const entry = entryOf(commit);
  const passed = { ...log, head: commit.id };
  if (newer || (isUnreadable(entry) && entry.kind === 'unknown-schema')) {
    const forged = parentFlaw(log, commit) ?? signatureFlaw(log, commit, null, trust);
    const flaw =
      forged ?? (isUnreadable(entry) && !(newer && entry.kind === 'unknown-schema') ? entry : null);
    const now = newer || flaw?.kind === 'unknown-schema';
    return { flaws: flaw === null ? [] : [flaw], seen: { log: passed, newer: now }, fits: false };
  }
  const next = nextLog(log, commit, trust);
  if (!isFlaw(next)) return { flaws: [], seen: { log: next, newer }, fits: true };
  const flaws = [next];
  if (isUnreadable(entry)) return { flaws, seen: { log: passed, newer }, fits: false };
  const taken = withEntry(passed, commit.id, entry, null);
  const n = Math.max(log.n, entry.n);
  const { repository, mode, writer } = log;
  if (isFlaw(taken)) return { flaws, seen: { log: { ...passed, n }, newer }, fits: false };
  return { flaws, seen: { log: { ...taken, repository, n, mode, writer }, newer }, fits: true };
}

/** The files that the entry of a commit writes: their blobs; null: whatever it holds, and not necessarily. */
function written(commit: LogCommit, before: Log, after: Log): Map<string, string | null> {
  const entry = entryOf(commit);
  const files = new Map<string, string | null>();
  if (isUnreadable(entry)) return files;
  files.set(modelPath(entry.model), stateBlob(after.models.get(entry.model)!));
  files.set(requestPath(entry.request), noteBlob(entry.n));
  if (before.head === null) files.set('README.md', null);
  return files;
}

function noteBlob(n: number): string {
  return gitBlobId(requestNote(n));
}

/** Sentences of one commit that are said; of the others their number. */
const SAID = 3;

function troubles(
  commits: readonly LogCommit[],
  flaws: ReadonlyMap<string, readonly Flaw[]>,
  head: string,
): readonly LogTrouble[] {
  const first = commits.findIndex(({ id }) => flaws.has(id));
  const good = commits[first - 1]?.id ?? null;
  return commits.flatMap(({ id }) => {
    const found = flaws.get(id);
    if (found === undefined) return [];
    const kind = found.every((flaw) => flaw.kind === 'unknown-schema') ? 'unknown-schema' : 'tampered';
    const said = found.slice(0, SAID).map(({ problem }) => problem);
    if (found.length > SAID) said.push(`and ${found.length - SAID} more`);
    return [troubleAt({ kind, problem: said.join('; ') }, id, good, head)];
  });
}
