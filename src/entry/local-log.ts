import { LOG_BRANCH } from '../contracts/entry.ts';
import { InputError } from '../contracts/errors.ts';
import { gitLogStore } from '../platform/git/log-store.ts';
import { openLog, type Log } from '../registry/index.ts';
import type { LogStore } from '../registry/ports.ts';
import type { Session } from './execute.ts';

/** The log of the clone around the current folder. */
export interface LocalLog {
  readonly store: LogStore;
  readonly log: Log;
}

/** A process of the command line knows nothing of the App: entries' modes and signatures tell. */
export const TRUST = { bot: null } as const;

/** The log as this clone has it, or (`--fetch`) as origin has it now. It may be empty: its head is null then. */
export async function readLocalLog(session: Session, fetch: boolean): Promise<LocalLog> {
  const store = gitLogStore(session.cwd, { fetch });
  return { store, log: await openLog(store, { trust: TRUST }) };
}

/** As {@link readLocalLog}, of a log that must be there. @throws InputError GIT with the command that fetches it */
export async function openLocalLog(session: Session): Promise<LocalLog> {
  const local = await readLocalLog(session, session.flags['fetch'] === true);
  if (local.log.head !== null || local.log.trouble !== null) return local;
  throw new InputError({
    code: 'GIT',
    message: `this clone has no branch ${LOG_BRANCH}: nothing was registered yet, or it was not fetched`,
    hint: `git fetch origin +refs/heads/${LOG_BRANCH}:refs/remotes/origin/${LOG_BRANCH}`,
  });
}
