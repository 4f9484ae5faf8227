import { html } from 'hono/html';

import { parsedAt } from '../../actions/jobs/files.ts';
import type { Input } from '../../actions/workflow/model.ts';
import { newestFirst } from '../../kernel/page.ts';
import { branchTip } from '../../pulls/comparison.ts';
import type { WorkflowFile, WorkflowRun } from '../../state/actions.ts';
import type { Repository } from '../../state/repositories.ts';
import { refNames } from '../code/revision.ts';
import { document, home } from '../layout.ts';
import {
  each,
  encodePath,
  found,
  mayHere,
  repositoryOf,
  when,
  type Html,
  type Page,
  type PageContext,
} from '../page.ts';
import { empty, hidden, listed, moment } from '../parts/pieces.ts';
import { duration, standingIcon } from './state.ts';

/** Runs of all workflows, or of the one the address names by its file. */
export function runsPage(c: PageContext): Html {
  const page = c.get('page');
  const repository = repositoryOf(c);
  const { workflowFiles, workflowRuns } = page.core.tables;
  const file = c.req.param('file');
  const workflow =
    file === undefined
      ? undefined
      : found(workflowFiles.find('path', `${repository.id}/.github/workflows/${file}`));
  const keys =
    workflow === undefined
      ? workflowRuns.keys('repository', repository.id)
      : workflowRuns.keys('workflow', workflow.id);
  const { rows, pager } = listed(
    page,
    newestFirst(keys, (key) => workflowRuns.require(key)),
  );
  const title = workflow?.name ?? 'All workflows';
  return document(page, {
    title: `${title} · ${home(page, repository).slice(1)}`,
    repository,
    tab: 'actions',
    body: html`<div class="two left-nav">
      ${workflowNav(page, repository, workflow)}
      <div>
        <div class="row between title-row">
          <h1>${title}</h1>
          ${workflow === undefined ? '' : dispatchMenu(page, repository, workflow)}
        </div>
        <div class="box">
          ${rows.length === 0 ? empty('Nothing has run yet.') : ''}
          <ul class="list">
            ${each(rows, (run) => runRow(page, repository, run))}
          </ul>
        </div>
        ${pager}
      </div>
    </div>`,
  });
}

function workflowNav(page: Page, repository: Repository, current: WorkflowFile | undefined): Html {
  const at = `${home(page, repository)}/actions`;
  const files = page.core.tables.workflowFiles
    .where('repository', repository.id)
    .filter(({ state }) => state !== 'deleted');
  const link = (href: string, name: string, here: boolean) =>
    html`<li><a href="${href}" ${here ? html`aria-current="page"` : ''}>${name}</a></li>`;
  return html`<nav aria-label="Workflows">
    <ul class="side-list">
      ${link(at, 'All workflows', current === undefined)}
      ${each(files, (file) => link(`${at}/workflows/${fileName(file)}`, file.name, file.id === current?.id))}
    </ul>
  </nav>`;
}

/** Name of a workflow's file in addresses. */
export function fileName({ path }: Pick<WorkflowFile, 'path'>): string {
  return encodePath(path.slice(path.lastIndexOf('/') + 1));
}

function runRow(page: Page, repository: Repository, run: WorkflowRun): Html {
  const at = home(page, repository);
  const actor = page.core.tables.accounts.get(run.triggeringActorId);
  const end = run.status === 'completed' ? run.updatedAt : null;
  return html`<li>
    ${standingIcon(run)}
    <div class="main">
      <a class="title" href="${at}/actions/runs/${run.id}">${run.title}</a>
      <p class="dim">
        ${run.name} #${run.number} · ${run.event.replaceAll('_', ' ')} by ${actor?.login ?? 'ghost'}
        ${run.headBranch === null ? '' : html`on <code>${run.headBranch}</code>`}
      </p>
    </div>
    <span class="dim">${moment(run.createdAt)} · ${duration(run.startedAt, end, page.core.clock.now())}</span>
  </li>`;
}

/** The form that starts a workflow by hand, where its file on the default branch allows that. */
function dispatchMenu(page: Page, repository: Repository, workflow: WorkflowFile): Html | string {
  const tip = branchTip(page.core, repository.id, repository.defaultBranch);
  const parsed = tip === undefined ? undefined : parsedAt(page.core, repository, tip, workflow.path);
  const trigger = parsed?.ok === true ? parsed.workflow.on['workflow_dispatch'] : undefined;
  if (trigger === undefined || !mayHere(page, repository, 'write')) return '';
  const at = `${home(page, repository)}/actions/workflows/${fileName(workflow)}`;
  return html`<details class="menu">
    <summary class="button primary">Run workflow</summary>
    <form method="post" action="${at}/dispatch">
      ${hidden({ back: at })}
      <label class="field"
        >Branch or tag
        <select name="ref">
          ${each(
            [...refNames(page, repository, 'heads'), ...refNames(page, repository, 'tags')],
            (name) => html`<option ${name === repository.defaultBranch ? 'selected' : ''}>${name}</option>`,
          )}
        </select></label
      >
      ${each(Object.entries(trigger.inputs ?? {}), ([name, input]) => inputField(page, repository, name, input))}
      <button class="primary">Run</button>
    </form>
  </details>`;
}

function inputField(page: Page, repository: Repository, name: string, input: Input): Html {
  const label = html`${input.description ?? name}${when(input.required, () => html` <span class="hint">required</span>`)}`;
  const value = input.default === undefined ? '' : String(input.default);
  const field = `input:${name}`;
  const options =
    input.type === 'environment'
      ? page.core.tables.environments.where('repository', repository.id).map((one) => one.name)
      : (input.options ?? []);
  switch (input.type) {
    case 'boolean':
      return html`<label class="field row"
        ><input type="hidden" name="bool:${name}" value="false" /><input
          type="checkbox"
          name="${field}"
          value="true"
          ${value === 'true' ? 'checked' : ''}
        />
        ${label}</label
      >`;
    case 'choice':
    case 'environment':
      return html`<label class="field"
        >${label}
        <select name="${field}">
          ${each(options, (option) => html`<option ${option === value ? 'selected' : ''}>${option}</option>`)}
        </select></label
      >`;
    default:
      return html`<label class="field"
        >${label}
        <input
          name="${field}"
          value="${value}"
          ${input.type === 'number' ? html`inputmode="decimal"` : ''}
          ${input.required ? 'required' : ''}
      /></label>`;
  }
}
