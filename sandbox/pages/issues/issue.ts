import { html } from 'hono/html';

import { numberKey } from '../../state/issues.ts';
import { commentBox, commentForm } from '../conversation/comment.ts';
import { assigneeSection, labelSection, milestoneSection } from '../conversation/sidebar.ts';
import { timeline } from '../conversation/timeline.ts';
import { document, home, person } from '../layout.ts';
import { found, mayHere, repositoryOf, type Html, type PageContext } from '../page.ts';
import { hidden, moment } from '../parts/pieces.ts';
import { titleRow } from '../pulls/head.ts';
import { issueIcon } from './list.ts';

/** One issue with its conversation. */
export function issuePage(c: PageContext): Html {
  const page = c.get('page');
  const repository = repositoryOf(c);
  const key = numberKey(repository.id, Number(c.req.param('number')));
  const issue = found(page.core.tables.issues.find('number', key));
  const may = page.user !== null && (page.user.id === issue.authorId || mayHere(page, repository, 'triage'));
  const states = !may
    ? []
    : issue.state === 'open'
      ? [
          { value: 'close', text: 'Close issue' },
          { value: 'not-planned', text: 'Close as not planned' },
        ]
      : [{ value: 'reopen', text: 'Reopen issue' }];
  return document(page, {
    title: `${issue.title} · #${issue.number} · ${home(page, repository).slice(1)}`,
    repository,
    tab: 'issues',
    body: html`${titleRow(page, repository, issue)}
      <div class="row title-row">
        <span class="state ${issue.state === 'open' ? 'open' : 'merged'}"
          >${issueIcon(issue)} ${issue.state === 'open' ? 'Open' : 'Closed'}</span
        >
        <span class="dim"
          >${person(page.core.tables.accounts.get(issue.authorId))} opened this
          ${moment(issue.createdAt)}</span
        >
      </div>
      <div class="two">
        <div>
          ${commentBox(page, repository, {
            anchor: `issue-${issue.id}`,
            authorId: issue.authorId,
            body: issue.body ?? '_No description._',
            createdAt: issue.createdAt,
            updatedAt: issue.createdAt,
            did: 'wrote',
          })}
          ${timeline(page, repository, issue)} ${commentForm(page, repository, issue.number, states)}
        </div>
        <aside aria-label="About this issue">
          ${labelSection(page, repository, issue)} ${assigneeSection(page, repository, issue)}
          ${milestoneSection(page, issue)}
        </aside>
      </div>`,
  });
}

/** The form for a new issue. */
export function newIssuePage(c: PageContext): Html {
  const page = c.get('page');
  const repository = repositoryOf(c);
  const at = home(page, repository);
  return document(page, {
    title: `New issue · ${at.slice(1)}`,
    repository,
    tab: 'issues',
    body: html`<h1>New issue</h1>
      <form class="box inside" method="post" action="${at}/issues">
        ${hidden({ back: `${at}/issues/new` })}
        <label class="field">Title <input name="title" required /></label>
        <label class="field">Text <textarea name="body" rows="10"></textarea></label>
        <button class="primary">Create issue</button>
      </form>`,
  });
}
