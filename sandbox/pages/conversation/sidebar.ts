import { html } from 'hono/html';

import { roleOf } from '../../access/index.ts';
import { labelsOf } from '../../issues/labels-of.ts';
import type { Account } from '../../state/accounts.ts';
import type { Issue } from '../../state/issues.ts';
import type { Repository } from '../../state/repositories.ts';
import { home, person } from '../layout.ts';
import { each, mayHere, when, type Html, type Page } from '../page.ts';
import { hidden, labelChip } from '../parts/pieces.ts';

/** Labels of an issue or pull request, with the picker for who may. */
export function labelSection(page: Page, repository: Repository, issue: Issue): Html {
  const labels = labelsOf(page.core, issue);
  const on = new Set(issue.labelIds);
  const all = page.core.tables.labels.where('repository', repository.id);
  const action = `${home(page, repository)}/issues/${issue.number}/labels`;
  return html`<section aria-labelledby="labels-title">
    <div class="row between">
      <h2 id="labels-title">Labels</h2>
      ${when(mayHere(page, repository, 'triage'), () =>
        picker(
          'Change labels',
          action,
          page.url.pathname,
          all.map((label) => ({
            name: label.name,
            on: on.has(label.id),
            shown: html`<span class="label" style="--hue: #${label.color}">${label.name}</span>
              ${label.description === null ? '' : html`<span class="hint">${label.description}</span>`}`,
          })),
        ),
      )}
    </div>
    <p class="row">
      ${labels.length === 0 ? html`<span class="dim">None yet</span>` : each(labels, (label) => labelChip(page, repository, label))}
    </p>
  </section>`;
}

/** Who works on it. */
export function assigneeSection(page: Page, repository: Repository, issue: Issue): Html {
  const { accounts } = page.core.tables;
  const action = `${home(page, repository)}/issues/${issue.number}/assignees`;
  return html`<section aria-labelledby="assignees-title">
    <div class="row between">
      <h2 id="assignees-title">Assignees</h2>
      ${when(mayHere(page, repository, 'triage'), () =>
        picker(
          'Change assignees',
          action,
          page.url.pathname,
          collaborators(page, repository).map((account) => ({
            name: account.login,
            on: issue.assigneeIds.includes(account.id),
            shown: html`${account.login}`,
          })),
        ),
      )}
    </div>
    ${
      issue.assigneeIds.length === 0
        ? html`<p class="dim">Nobody</p>`
        : html`<ul>
            ${each(issue.assigneeIds, (id) => html`<li>${person(accounts.get(id))}</li>`)}
          </ul>`
    }
  </section>`;
}

/** The milestone it is for, where there is one. */
export function milestoneSection(page: Page, issue: Issue): Html | string {
  if (issue.milestoneId === null) return '';
  const milestone = page.core.tables.milestones.get(issue.milestoneId);
  if (milestone === undefined) return '';
  return html`<section aria-labelledby="milestone-title">
    <h2 id="milestone-title">Milestone</h2>
    <p>${milestone.title}</p>
  </section>`;
}

/** People with a role here, whom one can ask or assign. */
export function collaborators(page: Page, repository: Repository): Account[] {
  return page.people.filter(({ id }) => roleOf(page.core, id, repository) !== 'none');
}

export interface Choice {
  readonly name: string;
  readonly on: boolean;
  readonly shown: Html;
}

/** A menu whose entries are put on and taken off by a click; each is a button of a form, so it works without scripts. */
export function picker(label: string, action: string, back: string, choices: readonly Choice[]): Html {
  return html`<details class="menu">
    <summary class="button">${label}</summary>
    <form method="post" action="${action}">
      ${hidden({ back })}
      <ul>
        ${each(
          choices,
          ({ name, on, shown }) =>
            html`<li>
              <button name="${on ? 'remove' : 'add'}" value="${name}" aria-pressed="${on ? 'true' : 'false'}">
                <span aria-hidden="true">${on ? '✓' : '+'}</span> ${shown}
              </button>
            </li>`,
        )}
      </ul>
    </form>
  </details>`;
}
