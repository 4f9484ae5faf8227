import '../checks/connect.ts';

import { latestOf } from '../checks/latest.ts';
import type { RunInput } from '../checks/output.ts';
import { checkRunOf, checkSuiteOf, createCheckRun, rerequestRun, updateCheckRun } from '../checks/runs.ts';
import { ensureSuite, findSuite, rerequestSuite } from '../checks/suites.ts';
import { actorOf, viaApp } from '../issues/actor.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';
import { forbidden, unprocessable } from '../kernel/errors.ts';
import { commitKey, type CheckRun, type CheckSuite } from '../state/checks.ts';
import { annotationView, checkRunView, checkSuiteView } from '../views/checks.ts';
import { minimalRepositoryView } from '../views/repositories.ts';
import { commitOfPath } from './statuses.ts';

/** The App that asks. @throws ApiError 403 for people */
function appOf(c: Context): number {
  const appId = viaApp(c.core, actorOf(c));
  if (appId === null) throw forbidden('You must authenticate via a GitHub App.');
  return appId;
}

function runOfPath(c: Context): CheckRun {
  return checkRunOf(c.core, c.repo.id, c.number('check_run_id'));
}

function suiteOfPath(c: Context): CheckSuite {
  return checkSuiteOf(c.core, c.repo.id, c.number('check_suite_id'));
}

/** Newest first; `latest` leaves out runs that another of the same name has followed. */
function listRuns(c: Context, all: readonly CheckRun[]): Reply {
  const [name, status, app] = [c.ask('check_name'), c.ask('status'), c.ask('app_id')];
  const runs = c.ask('filter') === 'all' ? [...all] : latestOf(all);
  const found = runs
    .filter(
      (run) =>
        (name === undefined || run.name === name) &&
        (status === undefined || run.status === status) &&
        (app === undefined || String(run.appId) === app),
    )
    .sort((one, other) => other.id - one.id);
  return c.page(
    found,
    (run) => checkRunView(c, run),
    (check_runs, total_count) => ({ total_count, check_runs }),
  );
}

/** Suites of a commit, oldest first. */
function listSuites(c: Context): Reply {
  const [name, app] = [c.ask('check_name'), c.ask('app_id')];
  const key = commitKey(c.repo.id, commitOfPath(c, c.text('ref')));
  const found = c.tables.checkSuites
    .where('commit', key)
    .filter(
      (suite) =>
        (app === undefined || String(suite.appId) === app) &&
        (name === undefined || c.tables.checkRuns.where('suite', suite.id).some((run) => run.name === name)),
    );
  return c.page(
    found,
    (suite) => checkSuiteView(c, suite),
    (check_suites, total_count) => ({ total_count, check_suites }),
  );
}

/** An App asks for its own checks only; people with write access for all but those of workflows, which are run again as such. */
function refuseRerequest(c: Context, { appId, id }: { readonly appId: number; readonly id: number }): void {
  const own = viaApp(c.core, actorOf(c));
  if (own !== null && own !== appId) throw forbidden(`This check ${id} does not belong to the GitHub App.`);
  if (c.tables.apps.require(appId).slug === 'github-actions')
    throw forbidden('Checks of GitHub Actions are re-run as workflow runs and jobs.');
}

function createSuite(c: Context): Reply {
  const appId = appOf(c);
  const sha = commitOfPath(c, c.input<{ head_sha: string }>().head_sha);
  const known = findSuite(c.core, c.repo.id, appId, sha);
  if (known !== undefined) return c.ok(checkSuiteView(c, known));
  return c.created(checkSuiteView(c, ensureSuite(c.core, c.repo, appId, sha)));
}

function setPreferences(c: Context): Reply {
  const { suitePreferences } = c.tables;
  const { auto_trigger_checks: given = [] } = c.input<{
    auto_trigger_checks?: readonly { app_id: number; setting: boolean }[];
  }>();
  for (const { app_id, setting } of given) {
    if (c.tables.apps.get(app_id) === undefined) throw unprocessable(`There is no App ${app_id}`);
    const key = `${c.repo.id}/${app_id}`;
    suitePreferences.put({ key, repositoryId: c.repo.id, appId: app_id, automatic: setting });
  }
  const auto_trigger_checks = suitePreferences
    .where('repository', c.repo.id)
    .map(({ appId, automatic }) => ({ app_id: appId, setting: automatic }));
  return c.ok({ preferences: { auto_trigger_checks }, repository: minimalRepositoryView(c, c.repo) });
}

/** Check runs and check suites: https://docs.github.com/rest/checks */
export const checkRoutes: Routes = {
  'checks/create': (c) => {
    const input = c.input<RunInput>();
    const sha = commitOfPath(c, input.head_sha ?? '');
    return c.created(checkRunView(c, createCheckRun(c.core, actorOf(c), c.repo, appOf(c), sha, input)));
  },
  'checks/update': (c) =>
    c.ok(checkRunView(c, updateCheckRun(c.core, actorOf(c), appOf(c), runOfPath(c), c.input<RunInput>()))),
  'checks/get': (c) => c.ok(checkRunView(c, runOfPath(c))),
  'checks/list-annotations': (c) => {
    const run = runOfPath(c);
    return c.page(c.tables.checkAnnotations.where('run', run.id), (one) => annotationView(c, run, one));
  },
  'checks/rerequest-run': (c) => {
    const run = runOfPath(c);
    refuseRerequest(c, run);
    rerequestRun(c.core, actorOf(c), run);
    return { status: 201, body: {} };
  },
  'checks/list-for-ref': (c) =>
    listRuns(c, c.tables.checkRuns.where('commit', commitKey(c.repo.id, commitOfPath(c, c.text('ref'))))),
  'checks/list-for-suite': (c) => listRuns(c, c.tables.checkRuns.where('suite', suiteOfPath(c).id)),
  'checks/create-suite': createSuite,
  'checks/set-suites-preferences': setPreferences,
  'checks/get-suite': (c) => c.ok(checkSuiteView(c, suiteOfPath(c))),
  'checks/rerequest-suite': (c) => {
    const suite = suiteOfPath(c);
    refuseRerequest(c, suite);
    rerequestSuite(c.core, actorOf(c), suite);
    return { status: 201, body: {} };
  },
  'checks/list-suites-for-ref': listSuites,
};
