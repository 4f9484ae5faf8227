import { html } from 'hono/html';

import { sourceOf } from '../../actions/jobs/kept.ts';
import type { JobLog, JobStep, WorkflowJobRow } from '../../state/action-jobs.ts';
import { document } from '../layout.ts';
import { each, found, mayHere, when, type Html, type Page, type PageContext } from '../page.ts';
import { noteBox } from '../parts/annotation.ts';
import { empty, hidden } from '../parts/pieces.ts';
import { logLine } from './log-line.ts';
import { runPageOf } from './run.ts';
import type { RunPage } from './run-page.ts';
import { duration, standingIcon, word } from './state.ts';

/** The job of the address, with its run. @throws PageError 404 */
export function jobPageOf(c: PageContext): RunPage & { readonly job: WorkflowJobRow } {
  const shown = runPageOf(c);
  const job = found(shown.page.core.tables.workflowJobs.get(Number(c.req.param('job'))));
  return { ...shown, job: found(job.runId === shown.run.id ? job : undefined) };
}

/** One job: its steps as folds with their logs; new lines come by themselves while it runs. */
export function jobPage(c: PageContext): Html {
  const shown = jobPageOf(c);
  const { page, repository, run, at, job } = shown;
  const logs = logsOf(page, job);
  const steps = stepsOf(page, job);
  const live = `${at}/job/${job.id}/live?after=${logs.at(-1)?.id ?? 0}`;
  const notes = page.core.tables.jobAnnotations.where('job', sourceOf(page.core, job).id);
  return document(page, {
    title: `${job.name} · ${run.title}`,
    repository,
    tab: 'actions',
    wide: true,
    body: html`<p><a href="${at}">${run.name} #${run.number}</a></p>
      <div id="job-head">${jobHead(shown)}</div>
      ${each(notes, ({ annotation: { level, message, title } }) => noteBox({ level, message, title }))}
      ${when(steps.length === 0 && job.status === 'completed', () => empty('This job has no log.'))}
      <div class="log" id="steps" ${job.status === 'completed' ? '' : html`data-live="${live}"`}>
        ${each(steps, (step) =>
          stepFold(
            page,
            step,
            logs.filter((log) => log.step === step.number),
          ),
        )}
      </div>
      <noscript><p class="hint">Reload this page to see more of a running job.</p></noscript>`,
  });
}

/** Steps of a job, or of the job whose result it kept, in their order. */
export function stepsOf(page: Page, job: WorkflowJobRow): JobStep[] {
  return page.core.tables.jobSteps
    .where('job', sourceOf(page.core, job).id)
    .sort((one, other) => one.number - other.number);
}

/** Lines of a job after a row of its log. */
export function logsOf(page: Page, job: WorkflowJobRow, after = 0): JobLog[] {
  return page.core.tables.jobLogs.where('job', sourceOf(page.core, job).id).filter(({ id }) => id > after);
}

/** How the job stands, and what can be done about it. */
export function jobHead({
  page,
  repository,
  run,
  at,
  job,
}: RunPage & { readonly job: WorkflowJobRow }): Html {
  const time = duration(job.startedAt, job.completedAt, page.core.clock.now());
  return html`<div class="row between title-row">
    <h1>${standingIcon(job)} ${job.name}</h1>
    <span class="row">
      <span class="dim">${word(job)} ${time} ${job.runner === null ? '' : html`on ${job.runner.name}`}</span>
      ${when(
        run.status === 'completed' && mayHere(page, repository, 'write'),
        () =>
          html`<form method="post" action="${at}/job/${job.id}/rerun">
            ${hidden({ back: at })}
            <button>Re-run this job</button>
          </form>`,
      )}
    </span>
  </div>`;
}

/** A step with its lines; failed and running ones are open. */
export function stepFold(page: Page, step: JobStep, logs: readonly JobLog[]): Html {
  const open = step.conclusion === 'failure' || step.status === 'in_progress';
  const time = duration(step.startedAt, step.completedAt, page.core.clock.now());
  return html`<details
    id="step-${step.number}"
    ${open ? 'open' : ''}
    ${step.status === 'in_progress' ? 'data-running' : ''}
  >
    <summary>
      ${standingIcon(step)} <span class="name">${step.name}</span>
      <span class="dim">${step.startedAt === null ? '' : time}</span>
    </summary>
    <ol data-step-log="${step.number}">
      ${each(
        logs.flatMap(({ lines }) => lines),
        logLine,
      )}
    </ol>
  </details>`;
}
