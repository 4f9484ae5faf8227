import { newId, now, type Core } from '../kernel/core.ts';
import type { CheckRun, CheckSuite } from '../state/checks.ts';
import type { WorkflowJobRow } from '../state/action-jobs.ts';
import type { WorkflowRun } from '../state/actions.ts';
import { sourceOf } from './jobs/kept.ts';

/** Makes the check suite of a run, or brings it up to date; one suite serves all attempts. */
export function putSuite(core: Core, run: WorkflowRun): CheckSuite {
  const known = run.checkSuiteId === null ? undefined : core.tables.checkSuites.get(run.checkSuiteId);
  return core.tables.checkSuites.put({
    id: known?.id ?? newId(core),
    repositoryId: run.repositoryId,
    appId: actionsApp(core),
    headSha: run.headSha,
    headBranch: run.headBranch,
    before: known?.before ?? null,
    after: known?.after ?? run.headSha,
    status: run.status,
    conclusion: run.conclusion,
    workflowRunId: run.id,
    rerequestable: true,
    createdAt: known?.createdAt ?? now(core),
    updatedAt: now(core),
  });
}

/**
 * Makes the check run of a job, or brings it up to date. It has the job's own number, as on GitHub.
 * Annotations follow once the job is over.
 */
export function putCheck(core: Core, run: WorkflowRun, job: WorkflowJobRow): CheckRun {
  const row = core.tables.checkRuns.put({
    id: job.id,
    repositoryId: run.repositoryId,
    suiteId: core.tables.workflowRuns.require(run.id).checkSuiteId ?? putSuite(core, run).id,
    appId: actionsApp(core),
    headSha: run.headSha,
    name: job.name,
    externalId: String(job.id),
    detailsUrl: null,
    status: job.status,
    conclusion: job.conclusion,
    startedAt: job.startedAt ?? job.createdAt,
    completedAt: job.completedAt,
    title: null,
    summary: null,
    text: null,
    actions: [],
    jobId: job.id,
  });
  if (job.status === 'completed') copyAnnotations(core, job);
  return row;
}

/** What a step says without naming a file stands at the first line of `.github`. */
function copyAnnotations(core: Core, job: WorkflowJobRow): void {
  for (const { annotation } of core.tables.jobAnnotations.where('job', sourceOf(core, job).id)) {
    const { level, message, title, file, line = 1, endLine, column, endColumn } = annotation;
    core.tables.checkAnnotations.put({
      id: newId(core),
      runId: job.id,
      path: file ?? '.github',
      startLine: line,
      endLine: endLine ?? line,
      startColumn: column ?? null,
      endColumn: endColumn ?? column ?? null,
      level,
      message,
      title: title ?? null,
      rawDetails: null,
    });
  }
}

function actionsApp(core: Core): number {
  const app = core.tables.apps.find('slug', 'github-actions');
  if (app === undefined) throw new Error('the github-actions App is missing');
  return app.id;
}
