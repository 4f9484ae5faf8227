import { html } from 'hono/html';

import { comparisonOf, countsOf } from '../../pulls/comparison.ts';
import { issueOf, pullNumbered } from '../../pulls/find.ts';
import type { Issue } from '../../state/issues.ts';
import type { Pull } from '../../state/pulls.ts';
import { commitKey } from '../../state/checks.ts';
import type { Repository } from '../../state/repositories.ts';
import { icon } from '../icons.ts';
import { document, home, person } from '../layout.ts';
import {
  encodePath,
  mayHere,
  notHere,
  repositoryOf,
  when,
  type Html,
  type Page,
  type PageContext,
} from '../page.ts';
import { hidden } from '../parts/pieces.ts';

/** What all pages of a pull request know. */
export interface PullPage {
  readonly page: Page;
  readonly repository: Repository;
  readonly pull: Pull;
  readonly issue: Issue;
  /** Path of the pull request's pages. */
  readonly at: string;
}

/** The pull request of the address. @throws PageError 404 */
export function pullPageOf(c: PageContext): PullPage {
  const page = c.get('page');
  const repository = repositoryOf(c);
  const number = Number(c.req.param('number'));
  if (!Number.isInteger(number)) throw notHere();
  const pull = pullNumbered(page.core, repository.id, number);
  return {
    page,
    repository,
    pull,
    issue: issueOf(page.core, pull),
    at: `${home(page, repository)}/pull/${number}`,
  };
}

export type PullTab = 'conversation' | 'commits' | 'checks' | 'files';

/** The frame of a pull request's pages: title, state, branches and tabs. */
export function pullDocument(shown: PullPage, tab: PullTab, body: Html, wide = false): Html {
  const { page, repository, issue, pull } = shown;
  return document(page, {
    title: `${issue.title} · #${pull.number} · ${home(page, repository).slice(1)}`,
    repository,
    tab: 'pulls',
    wide,
    body: html`${titleRow(page, repository, issue)} ${stateRow(shown)} ${tabs(shown, tab)} ${body}`,
  });
}

/** Title and number, with the form to change the title. */
export function titleRow(page: Page, repository: Repository, issue: Issue): Html {
  const may = page.user?.id === issue.authorId || mayHere(page, repository, 'triage');
  return html`<div class="row between title-row">
    <h1>${issue.title} <span class="number">#${issue.number}</span></h1>
    ${when(
      may,
      () =>
        html`<details class="menu">
          <summary class="button">Edit</summary>
          <form method="post" action="${home(page, repository)}/issues/${issue.number}/edit">
            ${hidden({ back: page.url.pathname })}
            <label class="field">Title <input name="title" value="${issue.title}" required /></label>
            <label class="field">Text <textarea name="body" rows="8">${issue.body ?? ''}</textarea></label>
            <button class="primary">Save</button>
          </form>
        </details>`,
    )}
  </div>`;
}

/** What state it is in, as a word of its colour. */
export function pullState(pull: Pull): Html {
  if (pull.merged !== null) return html`<span class="state merged">${icon('merged')} Merged</span>`;
  if (!pull.open) return html`<span class="state closed">${icon('pull')} Closed</span>`;
  return pull.draft
    ? html`<span class="state">${icon('pull')} Draft</span>`
    : html`<span class="state open">${icon('pull')} Open</span>`;
}

function stateRow({ page, repository, pull, issue }: PullPage): Html {
  const at = home(page, repository);
  const cross = pull.head.repositoryId !== pull.repositoryId;
  const { accounts } = page.core.tables;
  const did =
    pull.merged === null
      ? html`${person(accounts.get(issue.authorId))} wants to merge`
      : html`${person(accounts.get(pull.merged.byId))} merged`;
  return html`<div class="row title-row">
    ${pullState(pull)}
    <span class="dim"
      >${did} <code>${cross ? pull.headLabel : pull.head.ref}</code> into
      <a href="${at}/tree/${encodePath(pull.base.ref)}"><code>${pull.base.ref}</code></a></span
    >
  </div>`;
}

function tabs({ page, repository, pull, issue, at }: PullPage, current: PullTab): Html {
  const { tables } = page.core;
  const key = commitKey(repository.id, pull.head.oid);
  const checks = tables.checkRuns.count('commit', key) + tables.commitStatuses.count('commit', key);
  const link = (tab: PullTab, path: string, text: string, count: number) =>
    html`<a href="${at}${path}" ${tab === current ? html`aria-current="page"` : ''}
      >${text} ${count === 0 ? '' : html`<span class="count">${count}</span>`}</a
    >`;
  return html`<nav class="tabs title-row" aria-label="Pull request">
    ${link('conversation', '', 'Conversation', issue.comments)}
    ${link('commits', '/commits', 'Commits', comparisonOf(page.core, pull).commits.length)}
    ${link('checks', '/checks', 'Checks', checks)}
    ${link('files', '/files', 'Files changed', countsOf(page.core, pull).files)}
  </nav>`;
}
