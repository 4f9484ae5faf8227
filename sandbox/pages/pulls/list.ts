import { html } from 'hono/html';

import { labelsOf } from '../../issues/labels-of.ts';
import { decisions } from '../../pulls/approvals.ts';
import { issueScope, type Issue } from '../../state/issues.ts';
import type { Repository } from '../../state/repositories.ts';
import type { PageWindow } from '../../kernel/page.ts';
import { icon } from '../icons.ts';
import { document, home } from '../layout.ts';
import { each, repositoryOf, when, type Html, type Page, type PageContext } from '../page.ts';
import { checkMark, empty, filters, labelChip, listed, moment } from '../parts/pieces.ts';

/** Issues of one kind and state, newest first, cut to a page without copying them all. */
export function issueWindow(
  page: Page,
  repository: Repository,
  pull: boolean,
): { readonly rows: PageWindow<Issue> | readonly Issue[]; readonly head: Html } {
  const { searchParams } = page.url;
  const state = searchParams.get('state') === 'closed' ? 'closed' : 'open';
  const { issues, labels } = page.core.tables;
  const keys = issues.keys('scope', issueScope(repository.id, state, pull));
  const count = (one: 'open' | 'closed') => issues.count('scope', issueScope(repository.id, one, pull));
  const wanted = searchParams.get('label');
  const label = wanted === null ? undefined : labels.find('name', `${repository.id}/${wanted.toLowerCase()}`);
  const query = wanted === null ? '' : `&label=${encodeURIComponent(wanted)}`;
  const head = html`<div class="row">
    ${filters('State', [
      { text: `${count('open')} open`, href: `?state=open${query}`, current: state === 'open' },
      { text: `${count('closed')} closed`, href: `?state=closed${query}`, current: state === 'closed' },
    ])}
    ${wanted === null ? '' : html`<span class="row">with ${label === undefined ? wanted : labelChip(page, repository, label)} <a href="?state=${state}">show all</a></span>`}
  </div>`;
  if (wanted !== null) {
    const found = label === undefined ? [] : issues.where('label', `${label.id}/${state}`);
    return { rows: found.filter((issue) => issue.pull === pull).toReversed(), head };
  }
  const rows: PageWindow<Issue> = {
    total: keys.length,
    slice: (start, end) =>
      keys
        .slice(Math.max(0, keys.length - end), Math.max(0, keys.length - start))
        .map((key) => issues.require(key))
        .reverse(),
  };
  return { rows, head };
}

/** The pull requests of a repository. */
export function pullsPage(c: PageContext): Html {
  const page = c.get('page');
  const repository = repositoryOf(c);
  const { rows: all, head } = issueWindow(page, repository, true);
  const { rows, pager } = listed(page, all);
  const at = home(page, repository);
  return document(page, {
    title: `Pull requests · ${at.slice(1)}`,
    repository,
    tab: 'pulls',
    body: html`<div class="row between title-row">
        <h1>Pull requests</h1>
        <a class="button primary" href="${at}/compare">New pull request</a>
      </div>
      <div class="box">
        <header>${head}</header>
        ${rows.length === 0 ? empty('There are no such pull requests.') : ''}
        <ul class="list">
          ${each(rows, (issue) => pullRow(page, repository, issue))}
        </ul>
      </div>
      ${pager}`,
  });
}

function pullRow(page: Page, repository: Repository, issue: Issue): Html {
  const { accounts, pulls } = page.core.tables;
  const pull = pulls.require(issue.id);
  const at = home(page, repository);
  const states = decisions(page.core, pull).map(({ state }) => state);
  const verdict = states.includes('CHANGES_REQUESTED')
    ? html`<span class="bad">changes requested</span>`
    : states.includes('APPROVED')
      ? html`<span class="good">approved</span>`
      : '';
  return html`<li>
    ${pullIcon(pull.merged !== null, issue.state, pull.draft)}
    <div class="main">
      <a class="title" href="${at}/pull/${issue.number}">${issue.title}</a>
      ${checkMark(page, repository, pull.head.oid)}
      ${each(labelsOf(page.core, issue), (label) => labelChip(page, repository, label))}
      <p class="dim">
        #${issue.number} opened ${moment(issue.createdAt)} by
        ${accounts.get(issue.authorId)?.login ?? 'ghost'} ${when(pull.draft, () => html`· draft`)}
        ${verdict === '' ? '' : html`· ${verdict}`}
      </p>
    </div>
    ${commentCount(issue)}
  </li>`;
}

/** How many comments, where there are any. */
export function commentCount(issue: Issue): Html | string {
  if (issue.comments === 0) return '';
  return html`<span class="dim" aria-label="${issue.comments} comments"
    >${icon('comment')} ${issue.comments}</span
  >`;
}

/** The drawing of a pull request's state. */
export function pullIcon(merged: boolean, state: string, draft: boolean): Html {
  if (merged) return icon('merged', 'Merged', 'done');
  if (state === 'closed') return icon('pull', 'Closed', 'bad');
  return draft ? icon('pull', 'Draft', 'dim') : icon('pull', 'Open', 'good');
}
