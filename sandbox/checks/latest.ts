import type { Core } from '../kernel/core.ts';
import { commitKey, type CheckRun, type CommitStatus } from '../state/checks.ts';

/** What one report says, as far as anybody waits for it. */
export type CheckOutcome = 'pending' | 'failing' | 'passing';

/** Conclusions that let a merge or deployment through: https://docs.github.com/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/troubleshooting-required-status-checks */
const PASSING: ReadonlySet<string> = new Set(['success', 'neutral', 'skipped']);

/** The newest check run of each name in each suite, oldest first: a re-run takes the place of the run before. */
export function latestOf(runs: Iterable<CheckRun>): CheckRun[] {
  const newest = new Map<string, CheckRun>();
  for (const run of runs) {
    const key = `${run.suiteId}/${run.name}`;
    newest.delete(key);
    newest.set(key, run);
  }
  return [...newest.values()];
}

/** The check runs of a commit that count: the newest of each name in each suite. */
export function latestRuns(core: Core, repositoryId: number, sha: string): CheckRun[] {
  return latestOf(core.tables.checkRuns.where('commit', commitKey(repositoryId, sha)));
}

/** The statuses of a commit that count: the newest of each context, whatever its case, oldest first. */
export function latestStatuses(core: Core, repositoryId: number, sha: string): CommitStatus[] {
  const newest = new Map<string, CommitStatus>();
  for (const status of core.tables.commitStatuses.where('commit', commitKey(repositoryId, sha))) {
    const key = status.context.toLowerCase();
    newest.delete(key);
    newest.set(key, status);
  }
  return [...newest.values()];
}

/** How a check run stands. */
export function outcomeOfRun({ status, conclusion }: CheckRun): CheckOutcome {
  if (status !== 'completed') return 'pending';
  return PASSING.has(conclusion ?? '') ? 'passing' : 'failing';
}

/** How a status stands. */
export function outcomeOfStatus({ state }: CommitStatus): CheckOutcome {
  return state === 'success' ? 'passing' : state === 'pending' ? 'pending' : 'failing';
}
