import { blankRun, putNewRun, putRun } from '../checks/runs.ts';
import { changeSuite, putNewSuite } from '../checks/suites.ts';
import type { Actor } from '../issues/actor.ts';
import { newId, type Core } from '../kernel/core.ts';
import type { CheckRun, CheckSuite } from '../state/checks.ts';
import type { WorkflowJobRow } from '../state/action-jobs.ts';
import type { WorkflowRun } from '../state/actions.ts';
import { sourceOf } from './jobs/kept.ts';

/** Makes the check suite of a run, or brings it up to date; one suite serves all attempts. */
export function putSuite(core: Core, run: WorkflowRun): CheckSuite {
  const { status, conclusion } = run;
  const known = core.tables.checkSuites.find('workflowRun', run.id);
  if (known !== undefined) return changeSuite(core, actorOf(core, run), known, { status, conclusion });
  const before = core.tables.runEvents.get(run.id)?.payload['before'];
  const origin = {
    headSha: run.headSha,
    headBranch: run.headBranch,
    before: typeof before === 'string' ? before : null,
    after: run.headSha,
  };
  return putNewSuite(core, run.repositoryId, actionsApp(core), origin, {
    status,
    conclusion,
    workflowRunId: run.id,
  });
}

/**
 * Makes the check run of a job, or brings it up to date. It has the job's own number, as on GitHub.
 * Annotations follow once the job is over. Of a result that was kept nobody is told.
 */
export function putCheck(core: Core, run: WorkflowRun, job: WorkflowJobRow): CheckRun {
  const before = core.tables.checkRuns.get(job.id);
  const suite = core.tables.checkSuites.find('workflowRun', run.id) ?? putSuite(core, run);
  const row: CheckRun = {
    ...(before ?? { ...blankRun(core, suite, job.name), id: job.id }),
    externalId: String(job.id),
    status: job.status,
    conclusion: job.conclusion,
    startedAt: job.startedAt ?? job.createdAt,
    completedAt: job.completedAt,
    jobId: job.id,
  };
  if (job.status === 'completed' && before?.status !== 'completed') copyAnnotations(core, job);
  if (job.keptFrom !== null) return core.tables.checkRuns.put(row);
  const actor = actorOf(core, run);
  return before === undefined ? putNewRun(core, actor, row) : putRun(core, actor, row);
}

/** Whoever started the attempt; as told by the sandbox itself, it starts no workflow. */
function actorOf(core: Core, run: WorkflowRun): Actor {
  return { account: core.tables.accounts.require(run.triggeringActorId), by: { kind: 'anonymous' } };
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
