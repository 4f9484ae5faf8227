import { html } from 'hono/html';

import { markdownPlace, renderMarkdown } from '../../markdown/index.ts';
import type { Repository } from '../../state/repositories.ts';
import { trusted, type Html, type Page } from '../page.ts';

/** Markdown as GitHub shows it in comments: rendered and sanitised. */
export function prose(page: Page, repository: Repository, text: string | null): Html {
  if (text === null || text.trim() === '') return html`<p class="dim">No description provided.</p>`;
  const rendered = renderMarkdown(text, markdownPlace(page.view, repository));
  return html`<div class="prose">${trusted(rendered)}</div>`;
}
