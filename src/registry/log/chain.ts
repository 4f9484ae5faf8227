import { ANY_WORKFLOW, LOG_BRANCH, type Entry } from '../../contracts/entry.ts';
import { InputError } from '../../contracts/errors.ts';
import type { LogCommit, LogStore } from '../ports.ts';
import { applyEntry } from './fold.ts';
import { isUnreadable, parseEntryMessage, type UnreadableEntry } from './message.ts';
import { stateBlob } from './state-text.ts';
import { modelPath, type Log, type LogTrouble, type LogTrust } from './types.ts';

/** What each commit of the branch must be, given the one before it. Whatever is not, is not acted upon. */

export const EMPTY_LOG: Log = {
  head: null,
  repository: null,
  n: 0,
  models: new Map(),
  mode: null,
  writer: null,
  trouble: null,
};

/** Why a commit is none of the log's. */
export interface Flaw {
  readonly kind: LogTrouble['kind'];
  /** Half a sentence about the commit: what was found and what was expected. */
  readonly problem: string;
}

const entries = new WeakMap<LogCommit, Entry | UnreadableEntry>();

/** What a commit's message holds, read once. */
export function entryOf(commit: LogCommit): Entry | UnreadableEntry {
  const known = entries.get(commit);
  if (known !== undefined) return known;
  const entry = parseEntryMessage(commit.message);
  entries.set(commit, entry);
  return entry;
}

/** The log after one more commit, or what is wrong with that commit. The tree is not looked at. */
export function nextLog(log: Log, commit: LogCommit, trust: LogTrust): Log | Flaw {
  const flaw = parentFlaw(log, commit);
  if (flaw !== null) return flaw;
  const entry = entryOf(commit);
  const readable = isUnreadable(entry) ? null : entry;
  const forged = signatureFlaw(log, commit, readable, trust);
  if (forged !== null) return forged;
  if (isUnreadable(entry)) return entry;
  const foreign = repositoryFlaw(log, entry);
  if (foreign !== null) return foreign;
  if (entry.n !== log.n + 1)
    return tampered(`it is entry ${entry.n}, after entry ${log.n} comes ${log.n + 1}`);
  return withEntry(log, commit.id, entry, commit.author?.id ?? null);
}

/** True for what is wrong, false for a log. */
export function isFlaw(found: Log | Flaw): found is Flaw {
  return 'problem' in found;
}

/** The log after an entry that fits its place. */
export function withEntry(log: Log, commit: string, entry: Entry, writer: number | null): Log | Flaw {
  try {
    const models = new Map(log.models);
    models.set(entry.model, applyEntry(models.get(entry.model) ?? null, entry));
    const repository = log.repository ?? entry.repository;
    return { head: commit, repository, n: entry.n, models, mode: entry.mode, writer, trouble: null };
  } catch (error) {
    if (error instanceof InputError) return tampered(error.message);
    throw error;
  }
}

/**
 * A log is of one repository: entries of another one, as a fork's copy of its parent's log holds them, or as somebody
 * pushes them who can write there, are none of it. Where the App writes each entry says whose it is.
 */
export function repositoryFlaw({ repository: here }: Pick<Log, 'repository'>, entry: Entry): Flaw | null {
  const { repository, mode } = entry;
  if (here === null || repository === here || (repository === null && mode !== 'app')) return null;
  const whose = repository === null ? 'names no repository' : `is an entry of repository ${repository}`;
  return tampered(
    `it ${whose}, this is the log of repository ${here} (a fork or a copy begins a log of its own)`,
  );
}

/** One commit stands on the other: no merges, no second beginning. */
export function parentFlaw(log: Log, commit: LogCommit): Flaw | null {
  const { parents } = commit;
  if (parents.length > 1) return tampered('it is a merge commit, an entry has one parent');
  if ((parents[0] ?? null) === log.head) return null;
  if (log.head === null) return tampered('it stands on another history, the first entry has no parent');
  return tampered(`it does not stand on ${log.head}, the entry before it`);
}

/**
 * In mode app GitHub itself must have signed the commit and the App's bot be its author. A log leaves that mode only by
 * an entry that the App wrote.
 */
export function signatureFlaw(
  log: Log,
  commit: LogCommit,
  entry: Entry | null,
  trust: LogTrust,
): Flaw | null {
  if (commit.signed === null || (log.mode !== 'app' && entry?.mode !== 'app')) return null;
  if (!commit.signed) return tampered('it is not signed by GitHub, as all that the App writes is');
  const { author } = commit;
  if (author === null) return tampered('its author is no account of GitHub, the App’s bot was expected');
  const expected = trust.bot ?? (log.mode === 'app' ? log.writer : null);
  if (expected !== null && author.id !== expected)
    return tampered(`its author is ${author.login} (${author.id}), the App’s bot is ${expected}`);
  // Nobody can choose a login with brackets: it tells bots from people where the App is not known.
  if (!author.login.endsWith('[bot]')) return tampered(`its author is ${author.login}, which is no bot`);
  if (author.login === ANY_WORKFLOW)
    return tampered(`its author is ${author.login}, as which any workflow commits`);
  return null;
}

/** What differs between the states that a tree holds and those that the entries give; null: nothing. */
export async function treeProblem(store: LogStore, log: Log): Promise<string | null> {
  if (log.head === null) return null;
  const listed = await store.list(log.head, 'models');
  const found = new Map(listed.map(({ path, blob }) => [path, blob]));
  for (const [model, state] of log.models) {
    const path = modelPath(model);
    const blob = found.get(path);
    if (blob === undefined) return `${path} is missing from its tree`;
    if (blob !== stateBlob(state)) return `${path} in its tree is not what the entries give`;
    found.delete(path);
  }
  for (const path of found.keys()) return `${path} in its tree belongs to no entry`;
  return null;
}

/** A trouble at a commit, the good one before it, and where the branch points to. */
export function troubleAt(flaw: Flaw, commit: string, good: string | null, head: string): LogTrouble {
  return {
    kind: flaw.kind,
    commit,
    message: `commit ${commit} of ${LOG_BRANCH} is not acted upon: ${flaw.problem}`,
    repair:
      flaw.kind === 'unknown-schema'
        ? 'upgrade Slipway: npm install slipway@latest'
        : `git push --force-with-lease=${LOG_BRANCH}:${head} origin ${good ?? ''}:refs/heads/${LOG_BRANCH}`,
  };
}

/** A flaw that somebody must repair. */
export function tampered(problem: string): Flaw {
  return { kind: 'tampered', problem };
}
