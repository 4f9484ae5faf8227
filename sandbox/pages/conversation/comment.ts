import { html } from 'hono/html';

import { associationOf } from '../../issues/association.ts';
import type { Repository } from '../../state/repositories.ts';
import { home, person } from '../layout.ts';
import { each, mayHere, when, type Html, type Page } from '../page.ts';
import { hidden, moment } from '../parts/pieces.ts';
import { prose } from '../parts/prose.ts';

/** Something somebody wrote. */
export interface Written {
  /** Anchor in the page, as the API's addresses have it. */
  readonly anchor: string;
  readonly authorId: number;
  readonly body: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** What they did: "commented", "approved these changes". */
  readonly did?: string;
  /** Where an edited text goes; absent where it cannot be edited. */
  readonly editAt?: string;
  readonly deleteAt?: string;
}

/** A text in its box: who wrote it and when, rendered, with the form to change it for those who may. */
export function commentBox(
  page: Page,
  repository: Repository,
  written: Written,
  inner: Html | string = '',
): Html {
  const { accounts } = page.core.tables;
  const association = associationOf(page.core, repository, written.authorId);
  const mine = page.user?.id === written.authorId;
  const edited = written.updatedAt !== written.createdAt;
  return html`<article class="comment ${mine ? 'mine' : ''}" id="${written.anchor}">
    <header>
      ${person(accounts.get(written.authorId))}
      <span class="dim"
        >${written.did ?? 'commented'}
        <a class="dim" href="#${written.anchor}">${moment(written.createdAt)}</a></span
      >
      ${when(edited, () => html`<span class="dim">edited</span>`)}
      ${when(association !== 'NONE', () => html`<span class="badge">${association.toLowerCase().replaceAll('_', ' ')}</span>`)}
      ${tools(page, repository, written, mine)}
    </header>
    ${when(
      written.body !== null && written.body.trim() !== '',
      () => html`<div class="inside">${prose(page, repository, written.body)}</div>`,
    )}
    ${inner}
  </article>`;
}

function tools(page: Page, repository: Repository, written: Written, mine: boolean): Html | string {
  const { editAt, deleteAt } = written;
  if (editAt === undefined || !(mine || mayHere(page, repository, 'write'))) return '';
  const back = { back: `${page.url.pathname}${page.url.search}` };
  return html`<details class="menu">
    <summary class="hint" aria-label="Edit or delete this comment">Edit</summary>
    <form method="post" action="${editAt}">
      ${hidden(back)}
      <textarea name="body" aria-label="Text" rows="6">${written.body ?? ''}</textarea>
      <p class="row">
        <button class="primary">Save</button>
        ${
          deleteAt === undefined
            ? ''
            : html`<button class="danger" formaction="${deleteAt}" formnovalidate>Delete</button>`
        }
      </p>
    </form>
  </details>`;
}

/** The form for a new comment; its further buttons do something with the comment. */
export function commentForm(
  page: Page,
  repository: Repository,
  number: number,
  buttons: readonly { readonly value: string; readonly text: string }[],
): Html {
  if (page.user === null) return html`<p class="empty">Be somebody to take part in this conversation.</p>`;
  return html`<form class="comment" method="post" action="${home(page, repository)}/issues/${number}/comment">
    ${hidden({ back: page.url.pathname })}
    <header><label for="new-comment">Add a comment</label></header>
    <div class="inside">
      <textarea id="new-comment" name="body" placeholder="Markdown is understood" rows="5"></textarea>
      <p class="row">
        <button class="primary" name="also" value="">Comment</button>
        ${each(buttons, ({ value, text }) => html`<button name="also" value="${value}">${text}</button>`)}
      </p>
    </div>
  </form>`;
}
