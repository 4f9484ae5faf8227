import { setTimeout as sleep } from 'node:timers/promises';

import type { Mode } from '../contracts/entry.ts';
import { PlatformError } from '../contracts/errors.ts';
import type { Answer, Request } from '../promotion/index.ts';
import { openLog, recordedEntry, entryWords, type Log, type RecordedEntry } from '../registry/index.ts';
import { commentFor, keyOfComment, type Asker, type Typed } from './asking.ts';
import type { Outcome, Session } from './execute.ts';
import type { GithubHere } from './github.ts';
import { TRUST } from './local-log.ts';
import type { Policy } from './policy.ts';

/** A request that is put on GitHub, because only the App writes the log, or because approvals are made there. */
export interface Asked {
  readonly typed: Typed;
  readonly request: Request;
  readonly answer: Answer;
  readonly mode: Mode;
  readonly github: GithubHere | null;
  /** Pull request of the version; null where there is none. */
  readonly pull: number | null;
  readonly asker: Asker;
  readonly policy: Policy;
}

const EVERY_MS = 5000;
const WAIT_S = 300;

/**
 * Writes the comment that asks for it on the version's pull request, with the caller's own token; `--wait` follows the
 * log until its entry is there. Without a token, or without a pull request, it says what to write where.
 */
export async function askByComment(session: Session, asked: Asked): Promise<Outcome> {
  const body = commentFor(asked.typed);
  const { github, pull, mode } = asked;
  const why =
    asked.typed.kind === 'approve' && mode !== 'app'
      ? 'Approvals are made on GitHub, where the account can be checked.'
      : 'Only the App writes this log.';
  if (github === null || pull === null) {
    const where = pull === null ? 'an issue or pull request' : `pull request ${pull}`;
    const lines = [`${why} Write this as a comment of ${where}:`, '', body];
    const token = github === null ? ['', 'With GH_TOKEN it is written for you.'] : [];
    return outcome(asked, { body, url: null }, null, 'inconclusive', [...lines, ...token]);
  }
  const { githubRepository } = await import('../platform/github/repository.ts');
  const repository = githubRepository(github.at);
  const comment = await repository.createComment(pull, body);
  const posted = `${why} Asked as ${asked.asker.actor.login} in pull request ${pull}: ${body}\n${comment.url}`;
  const written = { body, url: comment.url };
  const wait = session.flags['wait'];
  if (asked.typed.kind === 'approve') return outcome(asked, written, null, 'pass', [posted]);
  if (wait === undefined || wait === false) return outcome(asked, written, null, 'inconclusive', [posted]);
  session.progress.line(posted);
  const key = keyOfComment(asked.asker.repository, { number: pull, isPull: true }, comment);
  if (key === null) return outcome(asked, written, null, 'inconclusive', [posted]);
  const entry = await follow(session, github, key, waitMs(wait));
  const said =
    entry === null
      ? ['No entry yet. `slipway status --fetch` shows whether one came; the comment says what it waits for.']
      : [`entry ${entry.entry.n}: ${entryWords(entry.entry)}`];
  return outcome(asked, written, entry, entry === null ? 'inconclusive' : 'pass', said);
}

function waitMs(wait: unknown): number {
  return (typeof wait === 'number' ? wait : WAIT_S) * 1000;
}

/** Looks at the log until it holds a key. */
async function follow(
  session: Session,
  github: GithubHere,
  key: string,
  ms: number,
): Promise<RecordedEntry | null> {
  const { githubLogStore } = await import('../platform/github/log-store.ts');
  const store = githubLogStore(github.api, github);
  const end = performance.now() + ms;
  let followed: Log | undefined;
  for (;;) {
    try {
      followed = await openLog(store, { followed, trust: TRUST });
      const found = await recordedEntry(store, followed, key);
      if (found !== null) return found;
    } catch (error) {
      if (!(error instanceof PlatformError) || error.code !== 'NETWORK') throw error;
    }
    const left = end - performance.now();
    if (left <= 0) return null;
    session.progress.status('waiting for the entry …');
    await sleep(Math.min(EVERY_MS, left), undefined, { signal: session.signal });
  }
}

function outcome(
  { typed, request, answer, mode }: Asked,
  comment: { readonly body: string; readonly url: string | null },
  entry: RecordedEntry | null,
  decision: 'pass' | 'inconclusive',
  lines: readonly string[],
): Outcome {
  const { kind, model, version, stage } = typed;
  const { actor } = request;
  return {
    schema: 'slipway.request/1',
    decision,
    reason: decision === 'pass' ? 'DONE' : 'WAITING',
    message:
      comment.url === null
        ? `to be written as a comment: ${comment.body}`
        : `asked by a comment: ${comment.body}`,
    document: {
      ...{ kind, model, version, stage, actor, mode },
      status: entry === null ? 'waiting' : 'recorded',
      n: entry?.entry.n ?? null,
      unmet: answer.unmet,
      comment,
      entries: entry === null ? [] : [entry.entry],
    },
    text: lines.join('\n'),
  };
}
