import { html } from 'hono/html';

import type { Repository } from '../../state/repositories.ts';
import { home } from '../layout.ts';
import type { Html, Page } from '../page.ts';

/** Markdown as GitHub shows it in comments: rendered and sanitised. */
export function prose(page: Page, repository: Repository, text: string | null): Html {
  if (text === null || text.trim() === '') return html`<p class="dim">No description provided.</p>`;
  return html`<div class="prose" data-of="${home(page, repository)}"><pre>${text}</pre></div>`;
}
