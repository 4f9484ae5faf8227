import { html } from 'hono/html';

import { markdownPlace, renderMarkdown } from '../../markdown/index.ts';
import type { Repository } from '../../state/repositories.ts';
import { home } from '../layout.ts';
import { encodePath, trusted, type Html, type Page } from '../page.ts';

/** Markdown as GitHub shows it in comments: rendered and sanitised. */
export function prose(page: Page, repository: Repository, text: string | null): Html {
  if (text === null || text.trim() === '') return html`<p class="dim">No description provided.</p>`;
  const rendered = renderMarkdown(text, markdownPlace(page.view, repository));
  return html`<div class="prose">${trusted(rendered)}</div>`;
}

/** A Markdown file of a revision: its relative links and pictures are those of the same revision. */
export function fileProse(
  page: Page,
  repository: Repository,
  text: string,
  file: { readonly revision: string; readonly path: string },
): Html {
  const rendered = renderMarkdown(text, markdownPlace(page.view, repository), {
    document: true,
    address: (href, image) => {
      const { pathname, search, hash } = new URL(href, `http://x/${encodePath(file.path)}`);
      const kind = image ? 'raw' : 'blob';
      return `${home(page, repository)}/${kind}/${encodePath(file.revision)}${pathname}${search}${hash}`;
    },
  });
  return html`<div class="prose">${trusted(rendered)}</div>`;
}
