import { html } from 'hono/html';

import { labelsOf } from '../../issues/labels-of.ts';
import type { Issue } from '../../state/issues.ts';
import type { Repository } from '../../state/repositories.ts';
import { icon } from '../icons.ts';
import { avatar, document, home } from '../layout.ts';
import { each, repositoryOf, type Html, type Page, type PageContext } from '../page.ts';
import { empty, labelChip, listed, moment } from '../parts/pieces.ts';
import { commentCount, issueWindow } from '../pulls/list.ts';

/** The issues of a repository. */
export function issuesPage(c: PageContext): Html {
  const page = c.get('page');
  const repository = repositoryOf(c);
  const { rows: all, head } = issueWindow(page, repository, false);
  const { rows, pager } = listed(page, all);
  const at = home(page, repository);
  return document(page, {
    title: `Issues · ${at.slice(1)}`,
    repository,
    tab: 'issues',
    body: html`<div class="row between title-row">
        <h1>Issues</h1>
        <span class="row">
          <a class="button" href="${at}/labels">Labels</a>
          <a class="button primary" href="${at}/issues/new">New issue</a>
        </span>
      </div>
      <div class="box">
        <header>${head}</header>
        ${rows.length === 0 ? empty('There are no such issues.') : ''}
        <ul class="list">
          ${each(rows, (issue) => issueRow(page, repository, issue))}
        </ul>
      </div>
      ${pager}`,
  });
}

/** The drawing of an issue's state. */
export function issueIcon(issue: Issue): Html {
  if (issue.state === 'open') return icon('open', 'Open', 'good');
  return issue.stateReason === 'not_planned' || issue.stateReason === 'duplicate'
    ? icon('skipped', 'Closed, not planned', 'dim')
    : icon('closed', 'Closed', 'done');
}

function issueRow(page: Page, repository: Repository, issue: Issue): Html {
  const { accounts } = page.core.tables;
  const at = home(page, repository);
  return html`<li>
    ${issueIcon(issue)}
    <div class="main">
      <a class="title" href="${at}/issues/${issue.number}">${issue.title}</a>
      ${each(labelsOf(page.core, issue), (label) => labelChip(page, repository, label))}
      <p class="dim">
        #${issue.number} opened ${moment(issue.createdAt)} by
        ${accounts.get(issue.authorId)?.login ?? 'ghost'}
      </p>
    </div>
    ${each(issue.assigneeIds, (id) => avatar(accounts.get(id) ?? null))} ${commentCount(issue)}
  </li>`;
}
