import { html } from 'hono/html';

import { latestReports } from '../../pulls/checks.ts';
import type { CheckAnnotation, CheckRun } from '../../state/checks.ts';
import { each, when, type Html, type PageContext } from '../page.ts';
import { empty, moment, plural } from '../parts/pieces.ts';
import { noteBox } from '../parts/annotation.ts';
import { prose } from '../parts/prose.ts';
import { pullDocument, pullPageOf, type PullPage } from './head.ts';
import { outcomeIcon } from './outcome.ts';

/** What was reported about the head: check runs with their summaries and annotations, and statuses. */
export function checksPage(c: PageContext): Html {
  const shown = pullPageOf(c);
  const { page, repository, pull } = shown;
  const reports = latestReports(page.core, repository.id, pull.head.oid);
  const body = html`${reports.length === 0 ? empty('Nothing was reported about this commit yet.') : ''}
  ${each(reports, (report) =>
    report.run === undefined
      ? html`<section class="box">
          <header class="row">
            ${outcomeIcon(report.outcome)}
            <h2>${report.name}</h2>
            <span class="dim">${report.text}</span>
            ${report.url === null ? '' : html`<a href="${report.url}">Details</a>`}
          </header>
        </section>`
      : runBox(shown, report.run, report.outcome),
  )}`;
  return pullDocument(shown, 'checks', body);
}

function runBox(shown: PullPage, run: CheckRun, outcome: Parameters<typeof outcomeIcon>[0]): Html {
  const { page, repository } = shown;
  const annotations = page.core.tables.checkAnnotations.where('run', run.id);
  const app = page.core.tables.apps.get(run.appId);
  const open = outcome !== 'passing' || run.summary !== null;
  return html`<details class="box diff-file" id="check-${run.id}" ${open ? 'open' : ''}>
    <summary>
      ${outcomeIcon(outcome)}
      <strong>${run.name}</strong>
      <span class="dim">${app?.name ?? ''} ${run.conclusion ?? run.status.replaceAll('_', ' ')}</span>
      ${run.completedAt === null ? '' : html`<span class="dim">${moment(run.completedAt)}</span>`}
      ${run.detailsUrl === null ? '' : html`<a href="${run.detailsUrl}">Details</a>`}
    </summary>
    <div class="inside">
      ${run.title === null ? '' : html`<h3>${run.title}</h3>`}
      ${run.summary === null ? '' : prose(page, repository, run.summary)}
      ${run.text === null ? '' : prose(page, repository, run.text)}
      ${when(
        annotations.length > 0,
        () =>
          html`<h3>${plural(annotations.length, 'annotation')}</h3>
            ${each(annotations, (one) => annotationBox(shown, one))}`,
      )}
      ${when(run.title === null && run.summary === null && run.text === null && annotations.length === 0, () => empty('It says nothing more.'))}
    </div>
  </details>`;
}

function annotationBox({ at, pull }: PullPage, annotation: CheckAnnotation): Html {
  const { path, startLine, level, title, message } = annotation;
  const file = `${at.replace(/\/pull\/\d+$/, '')}/blob/${pull.head.oid}/${path}#L${startLine}`;
  return noteBox({ level, message, title, place: `${path}:${startLine}`, href: file });
}
