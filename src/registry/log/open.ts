import { LOG_BRANCH } from '../../contracts/entry.ts';
import type { ModelState } from '../../contracts/model-state.ts';
import type { LogCommit, LogStore } from '../ports.ts';
import {
  EMPTY_LOG,
  entryOf,
  isFlaw,
  nextLog,
  repositoryFlaw,
  signatureFlaw,
  tampered,
  treeProblem,
  troubleAt,
  type Flaw,
} from './chain.ts';
import { recordedNumbers } from './entries.ts';
import { isUnreadable } from './message.ts';
import { parseState } from './state-text.ts';
import { modelPath, type Log, type LogTrouble, type LogTrust } from './types.ts';

/** Entries that a first look folds by itself: a page of GitHub's list of commits. */
const FIRST_LOOK = 100;
/** Answers that may be older than what was read before are asked for again so many times. */
const LOOKS = 3;

/**
 * Reads the log. With `followed`, an earlier Log of the same store, only what came since: nothing but the head where
 * nothing came. What came is acted upon only up to the first commit that is not as it must be (chain, numbers, state
 * machine, tree, and in mode app signature and author); that one is named in `trouble`, which is never an exception.
 * Without `followed` the last 100 entries are folded on the states before them; where signatures show, as many more as
 * it takes to find an entry of the App, so a log without one is read to its beginning.
 *
 * @throws PlatformError where the store cannot be read
 */
export async function openLog(
  store: LogStore,
  options: { readonly followed?: Log | undefined; readonly trust: LogTrust },
): Promise<Log> {
  const base: Log = { ...(options.followed ?? (await emptyLog(store))), trouble: null };
  for (let look = 1; ; look++) {
    const head = await store.head();
    if (head === base.head) return base;
    const log = await logAt(store, base, head, options.trust);
    if (log !== 'behind') return log;
    if (look === LOOKS) return { ...base, trouble: lost(base, head) };
  }
}

async function emptyLog(store: LogStore): Promise<Log> {
  return { ...EMPTY_LOG, repository: (await store.repository?.()) ?? null };
}

/** `behind`: the head lies before what was followed, which an outdated answer looks like too. */
async function logAt(
  store: LogStore,
  base: Log,
  head: string | null,
  trust: LogTrust,
): Promise<Log | 'behind'> {
  if (head === null) return 'behind';
  if (base.head === null) return await firstLook(store, base, head, trust);
  const commits = await commitsSince(store, base, head);
  if (commits !== null) return await follow(store, base, commits, trust);
  if (await store.isAncestor(head, base.head)) return 'behind';
  const flaw = tampered(`it does not descend from ${base.head}, the entry that was followed`);
  return { ...base, trouble: troubleAt(flaw, head, base.head, head) };
}

/** Oldest first; null where the head does not descend from what was followed. */
async function commitsSince(store: LogStore, base: Log, head: string): Promise<readonly LogCommit[] | null> {
  const commits: LogCommit[] = [];
  let descends = false;
  for await (const commit of store.history(head, base.head)) {
    const entry = entryOf(commit);
    if (!descends && (isUnreadable(entry) || entry.n <= base.n)) {
      // A foreign branch may be long: asked once instead of read to its end.
      if (!(await store.isAncestor(base.head!, head))) return null;
      descends = true;
    }
    commits.push(commit);
  }
  commits.reverse();
  const [oldest] = commits;
  return descends || oldest?.parents.includes(base.head!) === true ? commits : null;
}

async function firstLook(store: LogStore, empty: Log, head: string, trust: LogTrust): Promise<Log> {
  const commits: LogCommit[] = [];
  let app = false;
  for await (const commit of store.history(head, null)) {
    commits.push(commit);
    app ||= isApps(commit, trust);
    // Where signatures show, no number of commits on top hides an entry of the App: on it, those of others are forged.
    if (commits.length >= FIRST_LOOK && (app || commit.signed === null)) break;
  }
  commits.reverse();
  const oldest = commits[0]!;
  const parent = oldest.parents[0];
  if (parent === undefined) return await follow(store, empty, commits, trust);
  const entry = entryOf(oldest);
  if (isUnreadable(entry)) return { ...empty, trouble: troubleAt(entry, oldest.id, parent, head) };
  const foreign = repositoryFlaw(empty, entry);
  // What lies before it is not of this repository either: there is no good entry to go back to.
  if (foreign !== null) return { ...empty, trouble: troubleAt(foreign, oldest.id, null, head) };
  const base = await statesAt(store, empty, parent, entry.n - 1);
  if (isFlaw(base)) {
    const trouble = troubleAt(base, parent, null, head);
    return {
      ...empty,
      trouble: { ...trouble, repair: 'slipway registry verify names the last good entry' },
    };
  }
  return await follow(store, base, commits, trust);
}

/** True for an entry of mode app that is what it claims to be. */
function isApps(commit: LogCommit, trust: LogTrust): boolean {
  const entry = entryOf(commit);
  if (isUnreadable(entry) || entry.mode !== 'app' || commit.signed === null) return false;
  return signatureFlaw(EMPTY_LOG, commit, entry, trust) === null;
}

/** The log as a tree holds it, taken as it is. */
async function statesAt(store: LogStore, empty: Log, commit: string, n: number): Promise<Log | Flaw> {
  const listed = await store.list(commit, 'models');
  const texts = await store.read(
    commit,
    listed.map(({ path }) => path),
  );
  const models = new Map<string, ModelState>();
  for (const [at, { path, blob }] of listed.entries()) {
    const state = parseState(texts[at] ?? '', blob);
    if (state === null || modelPath(state.model) !== path || state.n > n)
      return tampered(`${path} in its tree is no state of a model`);
    models.set(state.model, state);
  }
  return { ...empty, head: commit, n, models };
}

/** Goes along the commits, oldest first, to the last one that is as it must be. */
async function follow(
  store: LogStore,
  base: Log,
  commits: readonly LogCommit[],
  trust: LogTrust,
): Promise<Log> {
  const head = commits.at(-1)!.id;
  const logs = [base];
  const keys = commits.flatMap((commit) => keyOf(commit) ?? []);
  const answered = new Map(await recordedNumbers(store, base, keys));
  let trouble: LogTrouble | null = null;
  for (const commit of commits) {
    const log = logs.at(-1)!;
    const next = nextLog(log, commit, trust);
    const flaw = isFlaw(next) ? next : repeated(commit, answered);
    if (flaw !== null) {
      trouble = troubleAt(flaw, commit.id, log.head, head);
      break;
    }
    logs.push(next as Log);
  }
  const edited = await firstEdited(store, logs);
  if (edited === null) return { ...logs.at(-1)!, trouble };
  const good = logs[edited.at - 1]!;
  return { ...good, trouble: troubleAt(tampered(edited.problem), logs[edited.at]!.head!, good.head, head) };
}

/** A request is answered once; what was before the first of the commits is told by its note. */
function repeated(commit: LogCommit, answered: Map<string, number>): Flaw | null {
  const entry = entryOf(commit);
  if (isUnreadable(entry)) return null;
  const { request, n } = entry;
  const first = answered.get(request);
  if (first !== undefined) return tampered(`request ${request} is answered by entry ${first} already`);
  answered.set(request, n);
  return null;
}

function keyOf(commit: LogCommit): string | null {
  const entry = entryOf(commit);
  return isUnreadable(entry) ? null : entry.request;
}

/** The first of some logs, of which the first is good, whose tree is not what its entries give: one look where all are. */
async function firstEdited(
  store: LogStore,
  logs: readonly Log[],
): Promise<{ readonly at: number; readonly problem: string } | null> {
  let bad = logs.length - 1;
  if (bad === 0) return null;
  let problem = await treeProblem(store, logs[bad]!);
  if (problem === null) return null;
  let good = 0;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    const found = await treeProblem(store, logs[middle]!);
    if (found === null) good = middle;
    else [bad, problem] = [middle, found];
  }
  return { at: bad, problem };
}

function lost(base: Log, head: string | null): LogTrouble {
  const now = head === null ? 'is gone' : `points to ${head}`;
  return {
    kind: 'tampered',
    commit: head ?? base.head!,
    message: `${LOG_BRANCH} ${now}, entry ${base.n} was read from it before (commit ${base.head!}): entries are lost`,
    repair: `git push origin ${base.head!}:refs/heads/${LOG_BRANCH}`,
  };
}
