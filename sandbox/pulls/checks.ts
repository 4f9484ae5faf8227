import type { Core } from '../kernel/core.ts';
import { commitKey, type CheckRun, type CommitStatus } from '../state/checks.ts';

export interface RequiredCheck {
  readonly context: string;
  /** The App that must report it, null for anybody. */
  readonly appId: number | null;
}

/** What the last report of a check or status says, as far as merging goes. */
export type CheckOutcome = 'missing' | 'pending' | 'failing' | 'passing';

/** Conclusions that let a merge through: https://docs.github.com/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/troubleshooting-required-status-checks */
const PASSING: ReadonlySet<string> = new Set(['success', 'neutral', 'skipped']);

interface Reports {
  readonly runs: ReadonlyMap<string, CheckRun>;
  readonly statuses: ReadonlyMap<string, CommitStatus>;
}

/** The newest check run of each App and name, and the newest status of each context, of a commit. */
function reportsOf(core: Core, repositoryId: number, sha: string): Reports {
  const key = commitKey(repositoryId, sha);
  const runs = new Map<string, CheckRun>();
  for (const run of core.tables.checkRuns.where('commit', key)) runs.set(`${run.appId}/${run.name}`, run);
  const statuses = new Map<string, CommitStatus>();
  for (const status of core.tables.commitStatuses.where('commit', key))
    statuses.set(status.context.toLowerCase(), status);
  return { runs, statuses };
}

function ofRun({ status, conclusion }: CheckRun): CheckOutcome {
  if (status !== 'completed') return 'pending';
  return PASSING.has(conclusion ?? '') ? 'passing' : 'failing';
}

function ofStatus({ state }: CommitStatus): CheckOutcome {
  return state === 'success' ? 'passing' : state === 'pending' ? 'pending' : 'failing';
}

/** The worst of several; nothing at all is missing. */
function worst(outcomes: readonly CheckOutcome[]): CheckOutcome {
  for (const outcome of ['failing', 'pending', 'passing'] as const)
    if (outcomes.includes(outcome)) return outcome;
  return 'missing';
}

/** How each required check of a commit stands: a check run or status of that name, from that App where one is named. */
export function requiredOutcomes(
  core: Core,
  repositoryId: number,
  sha: string,
  required: readonly RequiredCheck[],
): readonly { readonly check: RequiredCheck; readonly outcome: CheckOutcome }[] {
  if (required.length === 0) return [];
  const { runs, statuses } = reportsOf(core, repositoryId, sha);
  return required.map((check) => {
    const wanted = (appId: number | null) => check.appId === null || check.appId === appId;
    const named = [...runs.values()].filter((run) => run.name === check.context && wanted(run.appId));
    const status = statuses.get(check.context.toLowerCase());
    const outcomes = named.map(ofRun);
    if (status !== undefined && wanted(status.appId)) outcomes.push(ofStatus(status));
    return { check, outcome: worst(outcomes) };
  });
}

/** Everything that was reported about a commit taken together; 'missing' where nothing was. */
export function overallOutcome(core: Core, repositoryId: number, sha: string): CheckOutcome {
  const { runs, statuses } = reportsOf(core, repositoryId, sha);
  return worst([...[...runs.values()].map(ofRun), ...[...statuses.values()].map(ofStatus)]);
}

/** One report about a commit, for people. */
export interface Report {
  readonly name: string;
  readonly outcome: CheckOutcome;
  readonly text: string;
  readonly url: string | null;
  /** The check run, where it is not a status. */
  readonly run: CheckRun | undefined;
}

/** The newest report of every check and status of a commit, the worst first. */
export function latestReports(core: Core, repositoryId: number, sha: string): Report[] {
  const { runs, statuses } = reportsOf(core, repositoryId, sha);
  const reports = [
    ...[...runs.values()].map((run) => ({
      name: run.name,
      outcome: ofRun(run),
      text: run.title ?? (run.conclusion ?? run.status).replaceAll('_', ' '),
      url: run.detailsUrl,
      run,
    })),
    ...[...statuses.values()].map((status) => ({
      name: status.context,
      outcome: ofStatus(status),
      text: status.description ?? status.state,
      url: status.targetUrl,
      run: undefined,
    })),
  ];
  const order: readonly CheckOutcome[] = ['failing', 'pending', 'missing', 'passing'];
  return reports.sort((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome));
}
