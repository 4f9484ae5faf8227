import { reaches } from '../access/index.ts';
import type { Actor } from '../issues/actor.ts';
import { newId, now, type Core } from '../kernel/core.ts';
import { emit } from '../kernel/events.ts';
import type { Installation } from '../state/accounts.ts';
import type { CheckConclusion, CheckRun, CheckStatus, CheckSuite } from '../state/checks.ts';
import { commitKey } from '../state/checks.ts';
import { refKey, type Repository } from '../state/repositories.ts';
import { suitePayload } from '../views/checks.ts';
import { latestOf } from './latest.ts';

/** Where a suite came from; a push knows what the branch was before. */
export interface SuiteOrigin {
  readonly headSha: string;
  readonly headBranch: string | null;
  readonly before: string | null;
  readonly after: string | null;
}

/** Adds a suite; nobody is told. */
export function putNewSuite(
  core: Core,
  repositoryId: number,
  appId: number,
  origin: SuiteOrigin,
  more: Partial<Pick<CheckSuite, 'status' | 'conclusion' | 'workflowRunId'>> = {},
): CheckSuite {
  const at = now(core);
  return core.tables.checkSuites.put({
    id: newId(core),
    repositoryId,
    appId,
    ...origin,
    status: 'queued',
    conclusion: null,
    workflowRunId: null,
    rerequestable: true,
    createdAt: at,
    updatedAt: at,
    ...more,
  });
}

/** The suite an App writes to of its own accord. */
export function findSuite(
  core: Core,
  repositoryId: number,
  appId: number,
  sha: string,
): CheckSuite | undefined {
  return core.tables.checkSuites.find('app', `${commitKey(repositoryId, sha)}/${appId}`);
}

/** The App's suite of a commit; one is made where there is none: https://docs.github.com/rest/checks/suites */
export function ensureSuite(core: Core, repository: Repository, appId: number, sha: string): CheckSuite {
  const known = findSuite(core, repository.id, appId, sha);
  if (known !== undefined) return known;
  const headBranch = branchAt(core, repository.id, sha);
  return putNewSuite(core, repository.id, appId, { headSha: sha, headBranch, before: null, after: sha });
}

/** A branch of this repository whose tip the commit is; pushes to forks are not detected, as GitHub says. */
function branchAt(core: Core, repositoryId: number, sha: string): string | null {
  const names = core.tables.refs
    .where('oid', refKey(repositoryId, sha))
    .flatMap(({ name }) => (name.startsWith('refs/heads/') ? [name.slice('refs/heads/'.length)] : []));
  const main = core.tables.repositories.require(repositoryId).defaultBranch;
  return names.includes(main) ? main : (names[0] ?? null);
}

/** Highest first: "Check suites report the highest priority check run conclusion". */
const PRIORITY: readonly CheckConclusion[] = [
  'startup_failure',
  'action_required',
  'timed_out',
  'failure',
  'cancelled',
  'stale',
  'neutral',
  'success',
  'skipped',
];

function together(runs: readonly CheckRun[]): { status: CheckStatus; conclusion: CheckConclusion | null } {
  const open = runs.filter(({ status }) => status !== 'completed');
  if (runs.length > 0 && open.length === 0) {
    const conclusion = PRIORITY.find((one) => runs.some((run) => run.conclusion === one)) ?? 'neutral';
    return { status: 'completed', conclusion };
  }
  const begun = open.length < runs.length || open.some(({ status }) => status === 'in_progress');
  return { status: begun ? 'in_progress' : 'queued', conclusion: null };
}

/** Brings an App's suite up to date with its latest runs and tells when it is completed. Suites of workflow runs follow those. */
export function refreshSuite(core: Core, actor: Actor, suiteId: number): void {
  const suite = core.tables.checkSuites.require(suiteId);
  if (suite.workflowRunId !== null) return;
  changeSuite(core, actor, suite, together(latestOf(core.tables.checkRuns.where('suite', suiteId))));
}

/** Gives a suite another status; the end of it is told. */
export function changeSuite(
  core: Core,
  actor: Actor,
  suite: CheckSuite,
  { status, conclusion }: Pick<CheckSuite, 'status' | 'conclusion'>,
): CheckSuite {
  if (suite.status === status && suite.conclusion === conclusion) return suite;
  const row = core.tables.checkSuites.put({ ...suite, status, conclusion, updatedAt: now(core) });
  if (status === 'completed') tellSuite(core, actor, row, 'completed');
  return row;
}

/** Asks the App to check again: the suite is queued once more. https://docs.github.com/rest/checks/suites#rerequest-a-check-suite */
export function rerequestSuite(core: Core, actor: Actor, suite: CheckSuite): void {
  tellSuite(core, actor, resetSuite(core, suite), 'rerequested');
}

/** "its status is reset to queued and the conclusion is cleared". */
export function resetSuite(core: Core, suite: CheckSuite): CheckSuite {
  return core.tables.checkSuites.put({ ...suite, status: 'queued', conclusion: null, updatedAt: now(core) });
}

function tellSuite(
  core: Core,
  actor: Actor,
  suite: CheckSuite,
  action: 'requested' | 'rerequested' | 'completed',
): void {
  emit(core, {
    name: 'check_suite',
    action,
    repositoryId: suite.repositoryId,
    sender: actor.account,
    by: actor.by,
    payload: (view) => ({ check_suite: suitePayload(view, suite) }),
    facts: { sha: suite.headSha },
  });
}

/** Makes the suite of a push for every App that checks here, unless a preference says otherwise. */
export function suitesOfPush(core: Core, repository: Repository, actor: Actor, origin: SuiteOrigin): void {
  for (const appId of checkingApps(core, repository)) {
    if (core.tables.suitePreferences.get(`${repository.id}/${appId}`)?.automatic === false) continue;
    if (findSuite(core, repository.id, appId, origin.headSha) !== undefined) continue;
    tellSuite(core, actor, putNewSuite(core, repository.id, appId, origin), 'requested');
  }
}

function checkingApps(core: Core, repository: Repository): number[] {
  return core.tables.installations
    .where('account', repository.ownerId)
    .filter((one) => mayCheck(core, one, repository))
    .map(({ appId }) => appId);
}

function mayCheck(core: Core, installation: Installation, repository: Repository): boolean {
  const { appId, id, permissions, repositories, suspendedAt } = installation;
  if (suspendedAt !== null || permissions['checks'] !== 'write') return false;
  const by = {
    kind: 'installation',
    appId,
    installationId: id,
    tokenId: 0,
    permissions,
    repositories,
  } as const;
  return reaches(core, by, repository);
}

/** Removes a suite with its runs. */
export function removeSuite(core: Core, suiteId: number): void {
  for (const { id } of core.tables.checkRuns.where('suite', suiteId)) removeCheckRun(core, id);
  core.tables.checkSuites.remove(suiteId);
}

/** Removes a check run with its annotations. */
export function removeCheckRun(core: Core, id: number): void {
  for (const key of [...core.tables.checkAnnotations.keys('run', id)])
    core.tables.checkAnnotations.remove(key);
  core.tables.checkRuns.remove(id);
}

/** Removes what a deleted repository leaves behind. */
export function forgetChecks(core: Core, repositoryId: number): void {
  for (const { id } of core.tables.checkSuites.where('repository', repositoryId)) removeSuite(core, id);
  for (const { key } of core.tables.suitePreferences.where('repository', repositoryId))
    core.tables.suitePreferences.remove(key);
  for (const { id } of core.tables.commitStatuses.where('repository', repositoryId))
    core.tables.commitStatuses.remove(id);
}
