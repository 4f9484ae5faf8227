import { html } from 'hono/html';

import type { PageWindow } from '../../kernel/page.ts';
import { overallOutcome } from '../../pulls/checks.ts';
import type { Label } from '../../state/issues.ts';
import type { Repository } from '../../state/repositories.ts';
import { icon } from '../icons.ts';
import { home } from '../layout.ts';
import { each, type Html, type Page } from '../page.ts';

/** A moment; pages with scripts say how long ago it was. */
export function moment(iso: string): Html {
  return html`<time datetime="${iso}" data-relative>${iso.replace('T', ' ').replace('Z', ' UTC')}</time>`;
}

/** A label in its colour, leading to what has it. */
export function labelChip(page: Page, repository: Repository, label: Label): Html {
  const to = `${home(page, repository)}/issues?label=${encodeURIComponent(label.name)}`;
  return html`<a
    class="label"
    style="--hue: #${label.color}"
    href="${to}"
    ${label.description === null ? '' : html`title="${label.description}"`}
    >${label.name}</a
  >`;
}

/** What checks and statuses of a commit say together; nothing where nothing was reported. */
export function checkMark(page: Page, repository: Repository, sha: string): Html | string {
  switch (overallOutcome(page.core, repository.id, sha)) {
    case 'passing':
      return icon('success', 'All checks passed', 'good');
    case 'failing':
      return icon('failure', 'Some checks failed', 'bad');
    case 'pending':
      return icon('pending', 'Checks are running', 'wait');
    case 'missing':
      return '';
  }
}

export interface Listed<Row> {
  readonly rows: readonly Row[];
  readonly pager: Html | string;
}

const PER_PAGE = 25;

/** One page of a list by the address's `page`, and links to the others. */
export function listed<Row>(
  page: Page,
  rows: readonly Row[] | PageWindow<Row>,
  size = PER_PAGE,
): Listed<Row> {
  const total = 'total' in rows ? rows.total : rows.length;
  const last = Math.max(1, Math.ceil(total / size));
  const asked = Number(page.url.searchParams.get('page') ?? 1);
  const at = Number.isInteger(asked) && asked > 0 ? Math.min(asked, last) : 1;
  const to = (number: number) => {
    const search = new URLSearchParams(page.url.searchParams);
    search.set('page', String(number));
    return `?${search.toString()}`;
  };
  const pager =
    last === 1
      ? ''
      : html`<nav class="pager" aria-label="Pages">
          ${at > 1 ? html`<a href="${to(at - 1)}" rel="prev">Newer</a>` : ''}
          <span class="dim">Page ${at} of ${last}</span>
          ${at < last ? html`<a href="${to(at + 1)}" rel="next">Older</a>` : ''}
        </nav>`;
  return { rows: rows.slice((at - 1) * size, at * size), pager };
}

/** Links that choose what a list shows. */
export function filters(
  label: string,
  choices: readonly { readonly text: string; readonly href: string; readonly current: boolean }[],
): Html {
  return html`<nav class="filters" aria-label="${label}">
    ${each(
      choices,
      ({ text, href, current }) =>
        html`<a href="${href}" ${current ? html`aria-current="true"` : ''}>${text}</a>`,
    )}
  </nav>`;
}

/** What a list says when there is nothing in it. */
export function empty(text: string): Html {
  return html`<p class="empty">${text}</p>`;
}

/** `1 file`, `2 files` */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** First seven digits of a commit's id. */
export function short(oid: string): string {
  return oid.slice(0, 7);
}

/** `1.2 MB` */
export function bytes(size: number): string {
  if (size < 1000) return `${size} bytes`;
  if (size < 1_000_000) return `${(size / 1000).toFixed(1)} kB`;
  return `${(size / 1_000_000).toFixed(1)} MB`;
}

/** Hidden fields of a form. */
export function hidden(fields: Readonly<Record<string, string | number>>): Html[] {
  return Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${String(value)}" />`,
  );
}
