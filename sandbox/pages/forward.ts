import type { Hono } from 'hono';

import type { Sandbox } from '../index.ts';
import { PageError, type PageContext, type Variables } from './page.ts';
import type { Sessions } from './session.ts';

/** Files that the API gives as this user: differences as text, artifacts. */
export function forwardRoutes(
  app: Hono<{ Variables: Variables }>,
  sandbox: Sandbox,
  session: Sessions,
): void {
  const forward = (path: string, to: (c: PageContext) => string, accept: (c: PageContext) => string) =>
    app.get(path, (c) => answered(c, sandbox, session, to(c), accept(c)));
  const repo = (c: PageContext) => `/repos/${c.req.param('owner')!}/${c.req.param('repo')!}`;
  const stem = (text: string) => text.replace(/\.(?:diff|patch)$/, '');
  const media = (text: string) => `application/vnd.github.${text.endsWith('.diff') ? 'diff' : 'patch'}`;
  forward(
    '/:owner/:repo/pull/:file{[0-9]+\\.(?:diff|patch)}',
    (c) => `${repo(c)}/pulls/${stem(c.req.param('file')!)}`,
    (c) => media(c.req.param('file')!),
  );
  forward(
    '/:owner/:repo/commit/:file{[0-9a-f]{40}\\.(?:diff|patch)}',
    (c) => `${repo(c)}/commits/${stem(c.req.param('file')!)}`,
    (c) => media(c.req.param('file')!),
  );
  forward(
    '/:owner/:repo/actions/runs/:run/artifacts/:artifact',
    (c) => `${repo(c)}/actions/artifacts/${c.req.param('artifact')!}/zip`,
    () => 'application/json',
  );
}

function answered(
  c: PageContext,
  sandbox: Sandbox,
  session: Sessions,
  path: string,
  accept: string,
): Response {
  const token = session.tokenOf(c.get('page').user);
  const { status, headers, body } = sandbox.handle({
    method: 'GET',
    url: sandbox.core.urls.api + path,
    headers: {
      'user-agent': 'pages',
      accept,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
  });
  const location = headers['location'];
  if (location !== undefined && status < 400) return c.redirect(location, 302);
  if (status >= 400)
    throw new PageError(status === 403 ? 403 : 404, 'This file is not here, or it is not yours to have.');
  return new Response(typeof body === 'string' ? body : null, {
    headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
  });
}
