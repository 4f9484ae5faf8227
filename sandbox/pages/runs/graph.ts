import { html } from 'hono/html';

import { parsedAt } from '../../actions/jobs/files.ts';
import { attemptKey } from '../../actions/jobs/keys.ts';
import type { WorkflowJobRow } from '../../state/action-jobs.ts';
import { icon } from '../icons.ts';
import { each, when, type Html } from '../page.ts';
import { empty } from '../parts/pieces.ts';
import type { RunPage } from './run-page.ts';
import { duration, standingIcon } from './state.ts';

/** How far each job of the file is from its beginning, counted in `needs`. */
function depths(shown: RunPage): ReadonlyMap<string, number> {
  const { page, repository, run } = shown;
  const parsed = parsedAt(page.core, repository, run.workflowSha, run.path);
  const jobs = parsed?.ok === true ? parsed.workflow.jobs : [];
  const found = new Map<string, number>();
  const depth = (id: string): number => {
    const known = found.get(id);
    if (known !== undefined) return known;
    // A file whose jobs need each other in a circle does not start; the mark keeps this from going round.
    found.set(id, 0);
    const needs = jobs.find((job) => job.id === id)?.needs ?? [];
    const own = needs.length === 0 ? 0 : 1 + Math.max(...needs.map(depth));
    found.set(id, own);
    return own;
  };
  for (const { id } of jobs) depth(id);
  return found;
}

/** The job of the run's own file that a leg belongs to: itself, or what called its workflow. */
function topOf({ scope, key }: Pick<WorkflowJobRow, 'scope' | 'key'>): string {
  return scope === '' ? key : scope.split('/')[0]!.split('#')[0]!;
}

/** Jobs side by side in the order in which they need each other. */
export function graph(shown: RunPage): Html {
  const { page, run, jobs, attempt } = shown;
  const depth = depths(shown);
  const stages = new Map<number, Html[]>();
  const put = (id: string, box: Html) => {
    const at = depth.get(id) ?? 0;
    stages.set(at, [...(stages.get(at) ?? []), box]);
  };
  for (const job of jobs) put(topOf(job), jobBox(shown, job));
  const of = { runId: run.id, attempt: attempt?.attempt ?? run.attempt };
  for (const node of page.core.tables.jobNodes.where('attempt', attemptKey(of)))
    if (node.scope === '' && node.state === 'blocked' && !jobs.some((job) => topOf(job) === node.id))
      put(node.id, html`<span class="job dim">${icon('pending', 'waits for other jobs')} ${node.id}</span>`);
  if (stages.size === 0) return empty('There are no jobs.');
  const order = [...stages].sort(([a], [b]) => a - b);
  return html`<div class="graph">
    ${each(
      order,
      ([, boxes]) =>
        html`<ol class="stage">
          ${each(boxes, (box) => html`<li>${box}</li>`)}
        </ol>`,
    )}
  </div>`;
}

function jobBox({ page, at }: RunPage, job: WorkflowJobRow): Html {
  const time = duration(job.startedAt, job.completedAt, page.core.clock.now());
  return html`<a class="job" href="${at}/job/${job.id}"
    >${standingIcon(job)}
    <span>${job.name}</span> ${when(time !== '', () => html`<span class="hint">${time}</span>`)}</a
  >`;
}
