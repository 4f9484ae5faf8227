import { canSee } from '../access/index.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';
import { renderMarkdown } from '../markdown/index.ts';
import type { Repository } from '../state/repositories.ts';

/** Rendering of Markdown: https://docs.github.com/rest/markdown/markdown */
export const markdownRoutes: Routes = {
  'markdown/render': (c) => {
    const { text, mode, context } = c.input<{ text: string; mode?: string; context?: string }>();
    const repository = mode === 'gfm' ? repositoryNamed(c, context) : undefined;
    return html(c, renderMarkdown(text, repository && { view: c, repository }));
  },
  'markdown/render-raw': (c) => {
    const { body = '' } = c.request;
    const bytes = typeof body === 'object' && 'blob' in body ? c.core.blobs.read(body.blob) : body;
    return html(c, renderMarkdown(Buffer.from(bytes).toString('utf8'), undefined));
  },
};

function html(c: Context, body: string): Reply {
  return c.raw('text/html;charset=utf-8', body);
}

function repositoryNamed(c: Context, context: string | undefined): Repository | undefined {
  const [owner, name] = (context ?? '').toLowerCase().split('/');
  const account = c.tables.accounts.find('login', owner ?? '');
  const found = account && c.tables.repositories.find('name', `${account.id}/${name ?? ''}`);
  return found !== undefined && canSee(c.core, c.viewer, found) ? found : undefined;
}
