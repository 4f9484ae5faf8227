/** What a runner tells of its job. */
import { newId, now, type Core } from '../../kernel/core.ts';
import type { WorkflowJobRow } from '../../state/action-jobs.ts';
import type { Annotation, RunnerEvent } from '../leg.ts';
import { endJob } from './end.ts';
import { scopeKey } from './keys.ts';
import { ENVIRONMENT_URL } from './leg.ts';
import { annotate } from './note.ts';
import { secrets } from './secrets.ts';
import { settle } from './step.ts';
import { putJob } from './tell.ts';
import { touch } from './work.ts';

/** https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idoutputs, in UTF-16 code units. */
const OUTPUTS_OF_JOB = 2 ** 20;
const OUTPUTS_OF_RUN = 50 * 2 ** 20;
const ANNOTATIONS_OF_JOB = 50;

/**
 * Takes what a runner reports, as one transaction. Reports about a job that is over (cancelled by force, lost) are
 * ignored: false tells the runner to stop.
 */
export function runnerEvent(core: Core, jobId: number, event: RunnerEvent): boolean {
  return core.store.transaction(() => {
    const job = core.tables.workflowJobs.get(jobId);
    if (job === undefined || job.status === 'completed') return false;
    if (event.kind === 'started') begin(core, job, event.runner);
    else if (job.status === 'in_progress') take(core, hear(core, jobId), event);
    else return false;
    settle(core);
    return true;
  });
}

/** A sign of life of a job's runner; false tells it that the job is over. Without one for ten minutes it counts as lost. */
export function heartbeat(core: Core, jobId: number): boolean {
  return core.store.transaction(() => {
    const job = core.tables.workflowJobs.get(jobId);
    if (job?.status !== 'in_progress') return false;
    hear(core, jobId);
    return true;
  });
}

function hear(core: Core, jobId: number): WorkflowJobRow {
  const row = core.tables.workflowJobs.require(jobId);
  return core.tables.workflowJobs.put({ ...row, heardAt: now(core) });
}

type Later = Exclude<RunnerEvent, { kind: 'started' }>;

function begin(
  core: Core,
  job: WorkflowJobRow,
  runner: Extract<RunnerEvent, { kind: 'started' }>['runner'],
): void {
  if (job.status !== 'queued' || job.held)
    throw new Error(`job ${job.id} is ${job.status}, nobody can take it`);
  const row = core.tables.runners.get(runner.id);
  if (row !== undefined) core.tables.runners.put({ ...row, jobId: job.id });
  putJob(core, {
    ...job,
    status: 'in_progress',
    runner: { id: runner.id, name: runner.name, selfHosted: runner.selfHosted },
    startedAt: now(core),
    heardAt: now(core),
  });
  touch(core, job.runId);
}

function take(core: Core, job: WorkflowJobRow, event: Later): void {
  switch (event.kind) {
    case 'step-started':
      putStep(core, job, event, { status: 'in_progress', conclusion: null });
      return;
    case 'step-finished':
      putStep(core, job, event, { status: 'completed', conclusion: event.conclusion });
      return;
    case 'log':
      core.tables.jobLogs.put({
        id: newId(core),
        jobId: job.id,
        step: event.number,
        at: now(core),
        lines: event.lines,
      });
      return;
    case 'annotation':
      addAnnotation(core, job, event.number, event.annotation);
      return;
    case 'summary':
      addSummary(core, job, event.number, event.markdown);
      return;
    case 'finished':
      finish(core, job, event);
  }
}

function putStep(
  core: Core,
  job: WorkflowJobRow,
  { number, name }: { readonly number: number; readonly name: string },
  state:
    | { readonly status: 'in_progress'; readonly conclusion: null }
    | { readonly status: 'completed'; readonly conclusion: NonNullable<WorkflowJobRow['conclusion']> },
): void {
  const key = `${job.id}/${number}`;
  const before = core.tables.jobSteps.get(key);
  core.tables.jobSteps.put({
    key,
    jobId: job.id,
    number,
    name,
    ...state,
    startedAt: before?.startedAt ?? now(core),
    completedAt: state.status === 'completed' ? now(core) : null,
  });
}

/** GitHub keeps ten of each level for a step and fifty for a job. */
function addAnnotation(core: Core, job: WorkflowJobRow, step: number, annotation: Annotation): void {
  const all = core.tables.jobAnnotations.where('job', job.id);
  const alike = all.filter((one) => one.step === step && one.annotation.level === annotation.level);
  if (alike.length >= core.limits.annotationsPerStep || all.length >= ANNOTATIONS_OF_JOB) return;
  annotate(core, job.id, annotation, step);
}

function addSummary(core: Core, job: WorkflowJobRow, step: number, markdown: string): void {
  const bytes = Buffer.byteLength(markdown);
  const key = `${job.id}/${step}`;
  const others = core.tables.jobSummaries.where('job', job.id).filter((one) => one.key !== key);
  if (bytes > core.limits.summaryBytes) {
    const kilobytes = (count: number) => Math.floor(count / 1024);
    const message = `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of ${kilobytes(core.limits.summaryBytes)}k, got ${kilobytes(bytes)}k.`;
    addAnnotation(core, job, step, { level: 'failure', message });
  } else if (others.length < core.limits.summariesPerJob) {
    core.tables.jobSummaries.put({ key, jobId: job.id, step, markdown });
  }
}

function finish(core: Core, job: WorkflowJobRow, event: Extract<RunnerEvent, { kind: 'finished' }>): void {
  const { [ENVIRONMENT_URL]: url, ...told } = event.outputs;
  const outputs = withoutSecrets(core, job, told);
  if (url !== undefined && url !== '') core.tables.workflowJobs.put({ ...job, environmentUrl: url });
  const size = sizeOf(outputs);
  const before = core.tables.workflowJobs.where('run', job.runId).map((one) => sizeOf(one.outputs));
  const tooMuch = size > OUTPUTS_OF_JOB || size + before.reduce((sum, one) => sum + one, 0) > OUTPUTS_OF_RUN;
  if (tooMuch) {
    endJob(core, job.id, 'failure', {
      reason: 'The outputs of the job exceed 1 MB, or those of the run 50 MB',
    });
    return;
  }
  // A step may have said it already.
  const said = core.tables.jobAnnotations
    .where('job', job.id)
    .some(({ annotation }) => annotation.level === 'failure' && annotation.message === event.reason);
  endJob(core, job.id, event.conclusion, {
    outputs,
    ...(event.reason === undefined || said ? {} : { reason: event.reason }),
  });
}

function sizeOf(outputs: WorkflowJobRow['outputs']): number {
  return Object.values(outputs).reduce((sum, value) => sum + value.length, 0);
}

/** An output that holds a secret does not leave the runner. */
function withoutSecrets(
  core: Core,
  job: WorkflowJobRow,
  outputs: WorkflowJobRow['outputs'],
): Record<string, string> {
  const run = core.tables.workflowRuns.require(job.runId);
  const scope = core.tables.callScopes.require(scopeKey(job, job.scope));
  const values = Object.values(secrets(core, run, scope, job.environmentId, '')).filter(
    (value) => value !== '',
  );
  const kept = Object.entries(outputs).filter(([name, value]) => {
    if (!values.some((secret) => value.includes(secret))) return true;
    const message = `Skip output '${name}' since it may contain secret.`;
    addAnnotation(core, job, 0, { level: 'warning', message });
    return false;
  });
  return Object.fromEntries(kept);
}
