import { approve, cancel, forceCancel } from '../actions/runs/control.ts';
import { removeLogs, removeRun } from '../actions/runs/remove.ts';
import { rerun } from '../actions/runs/rerun.ts';
import { hasLog, runLogsPath } from '../actions/results/index.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';
import { ApiError, notFound } from '../kernel/errors.ts';
import { newestFirst } from '../kernel/page.ts';
import type { RunAttempt, WorkflowRun } from '../state/actions.ts';
import { jobsOfAttempt, runView } from '../views/actions-runs.ts';
import { inPeriod } from './actions-period.ts';
import { workflowOfPath } from './actions-workflows.ts';

/** As many as a search with filters finds: https://docs.github.com/rest/actions/workflow-runs#list-workflow-runs-for-a-repository */
const MOST_FOUND = 1000;

/** The run of the path. @throws ApiError 404 */
export function runOfPath(c: Context): WorkflowRun {
  const run = c.tables.workflowRuns.get(c.number('run_id'));
  if (run?.repositoryId !== c.repo.id) throw notFound();
  return run;
}

/** The attempt of the path. @throws ApiError 404 */
export function attemptOfPath(c: Context): RunAttempt {
  return c.found(c.tables.runAttempts.get(`${runOfPath(c).id}/${c.number('attempt_number')}`));
}

const FILTERS = ['actor', 'branch', 'event', 'status', 'created', 'check_suite_id', 'head_sha'];

/** Newest first. Filters are all to be met; `status` is a status or a conclusion. */
function list(c: Context, index: 'repository' | 'workflow', id: number): Reply {
  const { workflowRuns } = c.tables;
  const keys = workflowRuns.keys(index, id);
  const row = (key: string | number) => workflowRuns.require(key);
  const withPulls = c.query['exclude_pull_requests'] !== true;
  const view = (run: WorkflowRun) => runView(c, run, undefined, withPulls);
  const wrap = (workflow_runs: unknown[], total_count: number) => ({ total_count, workflow_runs });
  if (FILTERS.every((name) => c.ask(name) === undefined)) return c.page(newestFirst(keys, row), view, wrap);
  const [actor, branch, event, status] = ['actor', 'branch', 'event', 'status'].map((name) => c.ask(name));
  const [created, suite, sha] = ['created', 'check_suite_id', 'head_sha'].map((name) => c.ask(name));
  const login = (run: WorkflowRun) => c.tables.accounts.require(run.actorId).login.toLowerCase();
  const found = keys
    .map(row)
    .reverse()
    .filter(
      (run) =>
        (actor === undefined || login(run) === actor.toLowerCase()) &&
        (branch === undefined || run.headBranch === branch) &&
        (event === undefined || run.event === event) &&
        (status === undefined || run.status === status || run.conclusion === status) &&
        (created === undefined || inPeriod(run.createdAt, created)) &&
        (suite === undefined || String(run.checkSuiteId) === suite) &&
        (sha === undefined || run.headSha === sha),
    );
  return c.page(found.slice(0, MOST_FOUND), view, wrap);
}

function logs(c: Context, run: WorkflowRun, attempt: number): Reply {
  if (!jobsOfAttempt(c, run.id, attempt).some((job) => hasLog(c.core, job))) throw notFound();
  return c.redirect(c.urls.web + runLogsPath(c.core, run.id, attempt));
}

/** Runs again in the caller's name. Debug logging is a secret or variable of the repository here. */
function again(c: Context, kind: 'all' | 'failed'): Reply {
  refuseDebug(c);
  rerun(c.core, runOfPath(c), c.actor.id, { kind });
  return { status: 201, body: {} };
}

/** @throws ApiError 501 for what is not built */
export function refuseDebug(c: Context): void {
  if (c.input<{ enable_debug_logging?: boolean }>().enable_debug_logging !== true) return;
  throw new ApiError(501, `The sandbox does not support enable_debug_logging of ${c.operation.id}`);
}

function usage(c: Context): Reply {
  const run = runOfPath(c);
  const run_duration_ms =
    run.status === 'completed' ? Date.parse(run.updatedAt) - Date.parse(run.startedAt) : 0;
  return c.ok({ billable: {}, run_duration_ms });
}

/** Runs: https://docs.github.com/rest/actions/workflow-runs */
export const actionsRunRoutes: Routes = {
  'actions/list-workflow-runs-for-repo': (c) => list(c, 'repository', c.repo.id),
  'actions/list-workflow-runs': (c) => list(c, 'workflow', workflowOfPath(c).id),
  'actions/get-workflow-run': (c) =>
    c.ok(runView(c, runOfPath(c), undefined, c.query['exclude_pull_requests'] !== true)),
  'actions/get-workflow-run-attempt': (c) =>
    c.ok(runView(c, runOfPath(c), attemptOfPath(c), c.query['exclude_pull_requests'] !== true)),
  'actions/get-workflow-run-usage': usage,
  'actions/delete-workflow-run': (c) => {
    removeRun(c.core, runOfPath(c));
    return c.noContent();
  },
  'actions/download-workflow-run-logs': (c) => {
    const run = runOfPath(c);
    return logs(c, run, run.attempt);
  },
  'actions/download-workflow-run-attempt-logs': (c) => logs(c, runOfPath(c), attemptOfPath(c).attempt),
  'actions/delete-workflow-run-logs': (c) => {
    const run = runOfPath(c);
    if (run.status !== 'completed')
      throw new ApiError(403, 'Could not delete the logs of a run that is in progress');
    removeLogs(c.core, run);
    return c.noContent();
  },
  'actions/re-run-workflow': (c) => again(c, 'all'),
  'actions/re-run-workflow-failed-jobs': (c) => again(c, 'failed'),
  'actions/cancel-workflow-run': (c) => {
    cancel(c.core, runOfPath(c));
    return c.accepted();
  },
  'actions/force-cancel-workflow-run': (c) => {
    forceCancel(c.core, runOfPath(c));
    return c.accepted();
  },
  'actions/approve-workflow-run': (c) => {
    approve(c.core, runOfPath(c));
    return { status: 201, body: {} };
  },
};
