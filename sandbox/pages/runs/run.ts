import { html } from 'hono/html';

import { attemptKey } from '../../actions/jobs/keys.ts';
import { sourceOf } from '../../actions/jobs/kept.ts';
import type { WorkflowJobRow } from '../../state/action-jobs.ts';
import type { WorkflowRun } from '../../state/actions.ts';
import type { Repository } from '../../state/repositories.ts';
import { document, home, person } from '../layout.ts';
import {
  each,
  encodePath,
  found,
  mayHere,
  notHere,
  repositoryOf,
  when,
  type Html,
  type Page,
  type PageContext,
} from '../page.ts';
import { bytes, hidden, moment, plural, short } from '../parts/pieces.ts';
import { noteBox } from '../parts/annotation.ts';
import { prose } from '../parts/prose.ts';
import { graph } from './graph.ts';
import { pendingBox } from './pending.ts';
import type { RunPage } from './run-page.ts';
import { duration, standingIcon, word } from './state.ts';

/** The run of the address. @throws PageError 404 */
export function runPageOf(c: PageContext): RunPage {
  const page = c.get('page');
  const repository = repositoryOf(c);
  const { workflowRuns, runAttempts, workflowJobs } = page.core.tables;
  const run = found(workflowRuns.get(Number(c.req.param('run'))));
  if (run.repositoryId !== repository.id) throw notHere();
  const number = Number(c.req.param('attempt') ?? run.attempt);
  const attempt = runAttempts.get(`${run.id}/${number}`);
  if (attempt === undefined && number !== run.attempt) throw notHere();
  return {
    page,
    repository,
    run,
    attempt,
    at: `${home(page, repository)}/actions/runs/${run.id}`,
    jobs: workflowJobs.where('attempt', attemptKey({ runId: run.id, attempt: number })),
  };
}

/** A run: how it stands, its jobs as a graph, what waits, what it said and what it left behind. */
export function runPage(c: PageContext): Html {
  const shown = runPageOf(c);
  const { page, repository, run } = shown;
  return document(page, {
    title: `${run.title} · ${run.name} #${run.number}`,
    repository,
    tab: 'actions',
    body: html`<div ${run.status === 'completed' ? '' : html`data-live="${shown.at}/live"`}>
      ${each(Object.entries(runParts(shown)), ([id, part]) => html`<div id="${id}">${part}</div>`)}
    </div>`,
  });
}

/** The parts of a run's page that change while it runs, by their ids. */
export function runParts(shown: RunPage): Readonly<Record<string, Html | string>> {
  return {
    'run-head': head(shown),
    'run-problems': problems(shown),
    'run-pending': pendingBox(shown),
    'run-graph': html`<section class="box" aria-label="Jobs">${graph(shown)}</section>`,
    'run-notes': annotations(shown),
    'run-summaries': summaries(shown),
    'run-artifacts': artifacts(shown),
  };
}

function head({ page, repository, run, attempt, at }: RunPage): Html {
  const of = attempt ?? run;
  const actor = page.core.tables.accounts.get(of.triggeringActorId);
  const here = home(page, repository);
  const end = of.status === 'completed' ? of.updatedAt : null;
  return html`<div class="row between title-row">
      <h1>${standingIcon(of)} ${run.title} <span class="number">#${run.number}</span></h1>
      ${controls(page, repository, run, at)}
    </div>
    <p class="dim row">
      ${person(actor)} ${run.event.replaceAll('_', ' ')} ${moment(of.startedAt)}
      ${run.headBranch === null ? '' : html`<a href="${here}/tree/${encodePath(run.headBranch)}"><code>${run.headBranch}</code></a>`}
      <a class="mono" href="${here}/commit/${run.headSha}">${short(run.headSha)}</a>
      <strong>${word(of)}</strong> ${duration(of.startedAt, end, page.core.clock.now())}
      ${when(run.attempt > 1, () => attempts(run, of.attempt, at))}
    </p>`;
}

function attempts(run: WorkflowRun, current: number, at: string): Html {
  const numbers = Array.from({ length: run.attempt }, (_, index) => index + 1);
  return html`<span class="filters" role="navigation" aria-label="Attempts"
    >${each(
      numbers,
      (number) =>
        html`<a href="${at}/attempts/${number}" ${number === current ? html`aria-current="true"` : ''}
          >attempt ${number}</a
        >`,
    )}</span
  >`;
}

function controls(page: Page, repository: Repository, run: WorkflowRun, at: string): Html | string {
  if (!mayHere(page, repository, 'write')) return '';
  const button = (deed: string, text: string) =>
    html`<form method="post" action="${at}/${deed}">${hidden({ back: at })}<button>${text}</button></form>`;
  if (run.status !== 'completed') return button('cancel', 'Cancel run');
  if (run.conclusion === 'action_required') return button('approve', 'Approve and run');
  return html`<span class="row">
    ${when(run.conclusion !== 'success' && run.conclusion !== 'startup_failure', () => button('rerun-failed', 'Re-run failed jobs'))}
    ${button('rerun', 'Re-run all jobs')}
  </span>`;
}

function problems({ run }: RunPage): Html | string {
  if (run.problems.length === 0) return '';
  return html`${each(run.problems, (problem) => noteBox({ level: 'failure', message: problem }))}`;
}

/** Annotations and summaries of a job that was kept are those of the job that ran. */
function said<Row>(
  shown: RunPage,
  rows: (jobId: number) => readonly Row[],
): { job: WorkflowJobRow; row: Row }[] {
  return shown.jobs.flatMap((job) => rows(sourceOf(shown.page.core, job).id).map((row) => ({ job, row })));
}

function annotations(shown: RunPage): Html | string {
  const { jobAnnotations } = shown.page.core.tables;
  const all = said(shown, (id) => jobAnnotations.where('job', id));
  if (all.length === 0) return '';
  return html`<section class="box" aria-label="Annotations">
    <header><h2>${plural(all.length, 'annotation')}</h2></header>
    <div class="inside">
      ${each(all, ({ job, row: { annotation } }) => {
        const { level, message, title, file, line } = annotation;
        const place = file === undefined ? {} : { place: `${file}:${line ?? 1}` };
        return noteBox({ level, message, title, by: job.name, ...place });
      })}
    </div>
  </section>`;
}

function summaries(shown: RunPage): Html | string {
  const { jobSummaries } = shown.page.core.tables;
  const all = said(shown, (id) => jobSummaries.where('job', id));
  if (all.length === 0) return '';
  return html`${each(
    all,
    ({ job, row }) =>
      html`<section class="box" aria-label="Summary of ${job.name}">
        <header><h2>${job.name} summary</h2></header>
        <div class="inside">${prose(shown.page, shown.repository, row.markdown)}</div>
      </section>`,
  )}`;
}

function artifacts({ page, repository, run }: RunPage): Html | string {
  const all = page.core.tables.artifacts.where('run', run.id).filter(({ finalized }) => finalized);
  if (all.length === 0) return '';
  return html`<section class="box" aria-label="Artifacts">
    <header><h2>Artifacts</h2></header>
    <table class="plain">
      <tbody>
        ${each(
          all,
          (artifact) =>
            html`<tr>
              <td>
                ${
                  artifact.blob !== null
                    ? html`<a href="${home(page, repository)}/actions/runs/${run.id}/artifacts/${artifact.id}"
                        >${artifact.name}</a
                      >`
                    : html`${artifact.name} <span class="badge">expired</span>`
                }
              </td>
              <td class="dim">${bytes(artifact.size)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}
