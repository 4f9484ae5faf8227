import {
  latestRuns,
  latestStatuses,
  outcomeOfRun,
  outcomeOfStatus,
  type CheckOutcome as ReportedOutcome,
} from '../checks/latest.ts';
import type { Core } from '../kernel/core.ts';
import type { CheckRun } from '../state/checks.ts';

export interface RequiredCheck {
  readonly context: string;
  /** The App that must report it, null for anybody. */
  readonly appId: number | null;
}

/** What the last report of a check or status says, as far as merging goes. */
export type CheckOutcome = 'missing' | ReportedOutcome;

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
  const runs = latestRuns(core, repositoryId, sha);
  const statuses = latestStatuses(core, repositoryId, sha);
  return required.map((check) => {
    const wanted = (appId: number | null) => check.appId === null || check.appId === appId;
    const named = runs.filter((run) => run.name === check.context && wanted(run.appId));
    const context = check.context.toLowerCase();
    const status = statuses.find((one) => one.context.toLowerCase() === context);
    const outcomes = named.map<CheckOutcome>(outcomeOfRun);
    if (status !== undefined && wanted(status.appId)) outcomes.push(outcomeOfStatus(status));
    return { check, outcome: worst(outcomes) };
  });
}

/** Everything that was reported about a commit taken together; 'missing' where nothing was. */
export function overallOutcome(core: Core, repositoryId: number, sha: string): CheckOutcome {
  return worst([
    ...latestRuns(core, repositoryId, sha).map(outcomeOfRun),
    ...latestStatuses(core, repositoryId, sha).map(outcomeOfStatus),
  ]);
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
  const reports = [
    ...latestRuns(core, repositoryId, sha).map((run) => ({
      name: run.name,
      outcome: outcomeOfRun(run),
      text: run.title ?? (run.conclusion ?? run.status).replaceAll('_', ' '),
      url: run.detailsUrl,
      run,
    })),
    ...latestStatuses(core, repositoryId, sha).map((status) => ({
      name: status.context,
      outcome: outcomeOfStatus(status),
      text: status.description ?? status.state,
      url: status.targetUrl,
      run: undefined,
    })),
  ];
  const order: readonly CheckOutcome[] = ['failing', 'pending', 'missing', 'passing'];
  return reports.sort((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome));
}
