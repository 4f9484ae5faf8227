import type { Actor } from '../issues/actor.ts';
import { newId, now, type Core } from '../kernel/core.ts';
import { isoTime } from '../kernel/environment.ts';
import { ApiError, forbidden, unprocessable } from '../kernel/errors.ts';
import { emit, type Payload } from '../kernel/events.ts';
import type { CheckRun, CheckSuite } from '../state/checks.ts';
import type { Repository } from '../state/repositories.ts';
import { checkRunPayload } from '../views/checks.ts';
import { addAnnotations, checkInput, type RunInput } from './output.ts';
import { ensureSuite, refreshSuite, removeCheckRun, resetSuite } from './suites.ts';

/** "GitHub limits the number of check runs with the same name to 1000": older ones go. https://docs.github.com/rest/checks/runs */
const RUNS_OF_A_NAME = 1000;

/** Adds a check run as it is and tells of it. */
export function putNewRun(core: Core, actor: Actor, row: CheckRun): CheckRun {
  core.tables.checkRuns.put(row);
  const namesakes = core.tables.checkRuns.where('suite', row.suiteId).filter(({ name }) => name === row.name);
  for (const { id } of namesakes.slice(0, -RUNS_OF_A_NAME)) removeCheckRun(core, id);
  tellRun(core, actor, row, 'created');
  if (row.status === 'completed') tellRun(core, actor, row, 'completed');
  return row;
}

/** A check run of which nothing is known yet. */
export function blankRun(core: Core, suite: CheckSuite, name: string): CheckRun {
  return {
    id: newId(core),
    repositoryId: suite.repositoryId,
    suiteId: suite.id,
    appId: suite.appId,
    headSha: suite.headSha,
    name,
    externalId: '',
    detailsUrl: null,
    status: 'queued',
    conclusion: null,
    startedAt: now(core),
    completedAt: null,
    title: null,
    summary: null,
    text: null,
    actions: [],
    jobId: null,
  };
}

/**
 * Makes a check run of an App on a commit: https://docs.github.com/rest/checks/runs#create-a-check-run
 * @throws ApiError 422 for what breaks the limits of `checkInput`
 */
export function createCheckRun(
  core: Core,
  actor: Actor,
  repository: Repository,
  appId: number,
  sha: string,
  input: RunInput,
): CheckRun {
  checkInput(core, input);
  const suite = ensureSuite(core, repository, appId, sha);
  const blank = blankRun(core, suite, input.name ?? '');
  addAnnotations(core, blank.id, input.output?.annotations ?? []);
  const run = putNewRun(core, actor, changed(core, blank, input));
  refreshSuite(core, actor, suite.id);
  return run;
}

/**
 * Changes a check run: https://docs.github.com/rest/checks/runs#update-a-check-run. Annotations are added to those that
 * are there. @throws ApiError 403 where another App made it or a job of a workflow is what it stands for, 422
 */
export function updateCheckRun(
  core: Core,
  actor: Actor,
  appId: number,
  run: CheckRun,
  input: RunInput,
): CheckRun {
  if (run.appId !== appId)
    throw forbidden(
      `Invalid app_id \`${appId}\` - check run can only be modified by the GitHub App that created it.`,
    );
  if (run.jobId !== null && (input.status ?? input.conclusion) !== undefined)
    throw forbidden('The status of a check run of GitHub Actions can only be modified by GitHub Actions.');
  checkInput(core, input);
  addAnnotations(core, run.id, input.output?.annotations ?? []);
  return putRun(core, actor, changed(core, run, input));
}

/** Keeps a changed check run and its suite, and tells its end. */
export function putRun(core: Core, actor: Actor, run: CheckRun): CheckRun {
  const before = core.tables.checkRuns.require(run.id);
  core.tables.checkRuns.put(run);
  const ended = before.status !== 'completed' || before.conclusion !== run.conclusion;
  if (run.status === 'completed' && ended) tellRun(core, actor, run, 'completed');
  refreshSuite(core, actor, run.suiteId);
  return run;
}

/** The run with what the input says; a conclusion completes it, another status opens it again. */
function changed(core: Core, run: CheckRun, input: RunInput): CheckRun {
  const status = input.conclusion === undefined ? (input.status ?? run.status) : 'completed';
  const over = status === 'completed';
  const { output } = input;
  return {
    ...run,
    name: input.name ?? run.name,
    externalId: input.external_id ?? run.externalId,
    detailsUrl: input.details_url ?? run.detailsUrl,
    status,
    conclusion: over ? (input.conclusion ?? run.conclusion) : null,
    startedAt: time(input.started_at) ?? run.startedAt,
    completedAt: over ? (time(input.completed_at) ?? run.completedAt ?? now(core)) : null,
    ...(output === undefined
      ? {}
      : {
          title: output.title ?? run.title,
          summary: output.summary + images(output.images ?? []),
          text: output.text ?? run.text,
        }),
    actions: input.actions ?? run.actions,
  };
}

function time(text: string | undefined): string | undefined {
  return text === undefined ? undefined : isoTime(Date.parse(text));
}

/** Images come after the summary, which is Markdown. */
function images(all: readonly { readonly alt: string; readonly image_url: string }[]): string {
  return all.map(({ alt, image_url }) => `\n\n![${alt}](${image_url})`).join('');
}

/**
 * Asks the App for a check run once more: the suite is queued again, the run is left as it is.
 * https://docs.github.com/rest/checks/runs#rerequest-a-check-run @throws ApiError 422 where its suite cannot be
 */
export function rerequestRun(core: Core, actor: Actor, run: CheckRun): void {
  const suite = core.tables.checkSuites.require(run.suiteId);
  if (!suite.rerequestable) throw unprocessable('This check run is not rerequestable');
  resetSuite(core, suite);
  tellRun(core, actor, run, 'rerequested');
}

/** Somebody uses a button the App has put beside the check run. @throws ApiError 422 for a button it has not */
export function requestAction(core: Core, actor: Actor, run: CheckRun, identifier: string): void {
  if (!run.actions.some((action) => action.identifier === identifier))
    throw unprocessable(`The check run has no action ${identifier}`);
  tellRun(core, actor, run, 'requested_action', { requested_action: { identifier } });
}

function tellRun(
  core: Core,
  actor: Actor,
  run: CheckRun,
  action: 'created' | 'completed' | 'rerequested' | 'requested_action',
  more: Payload = {},
): void {
  emit(core, {
    name: 'check_run',
    action,
    repositoryId: run.repositoryId,
    sender: actor.account,
    by: actor.by,
    payload: (view) => ({ check_run: checkRunPayload(view, run), ...more }),
    facts: { sha: run.headSha },
  });
}

/** The check run of an id. @throws ApiError 404 where it is another repository's */
export function checkRunOf(core: Core, repositoryId: number, id: number): CheckRun {
  const run = core.tables.checkRuns.get(id);
  if (run?.repositoryId !== repositoryId) throw new ApiError(404, 'Not Found');
  return run;
}

/** The suite of an id. @throws ApiError 404 where it is another repository's */
export function checkSuiteOf(core: Core, repositoryId: number, id: number): CheckSuite {
  const suite = core.tables.checkSuites.get(id);
  if (suite?.repositoryId !== repositoryId) throw new ApiError(404, 'Not Found');
  return suite;
}
