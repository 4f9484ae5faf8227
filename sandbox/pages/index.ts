import { Hono } from 'hono';
import { html } from 'hono/html';

import type { Sandbox } from '../index.ts';
import { ApiError } from '../kernel/errors.ts';
import { serverUrls } from '../kernel/urls.ts';
import { assetRoutes } from './assets.ts';
import { appRoutes } from './apps/routes.ts';
import { deedRoutes, formOf } from './deeds/index.ts';
import { forwardRoutes } from './forward.ts';
import { document } from './layout.ts';
import { PageError, type Html, type Page, type PageContext, type Variables } from './page.ts';
import { addPages } from './routes.ts';
import { foreign, sessions, takeNotice, type Sessions } from './session.ts';

/** Scripts and styles are files of this server; a label's colour is an attribute. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data: https:",
  "connect-src 'self'",
  "form-action 'self' http://localhost:* http://127.0.0.1:* https:",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * The pages of a sandbox: people see repositories, pull requests, runs and releases, and act as any of the sample users.
 * Reading renders rows in process; whatever changes something is a call of the API with that user's own token, so that
 * permissions and rules are the API's. Requests for other names than this machine's and forms of other sites are refused.
 */
export function pagesApp(sandbox: Sandbox): (request: Request) => Promise<Response> {
  const app = new Hono<{ Variables: Variables }>({ strict: false });
  const session = sessions(sandbox);
  app.use(async (c, next) => {
    const reason = foreign(c.req.raw);
    if (reason !== undefined) return c.text(`${reason}\n`, 403);
    c.set('page', pageOf(c, sandbox, session));
    await next();
    c.header('content-security-policy', POLICY);
    c.header('x-content-type-options', 'nosniff');
    c.header('referrer-policy', 'same-origin');
    c.header('cross-origin-opener-policy', 'same-origin');
    return undefined;
  });
  assetRoutes(app);
  appRoutes(app, sandbox, formOf);
  deedRoutes(app, sandbox, session);
  forwardRoutes(app, sandbox, session);
  addPages(app, sandbox, (c, show) => shown(c, sandbox, show));
  app.notFound((c) => c.html(failure(c as PageContext, 404, 'This page does not exist.'), 404));
  app.onError((error, c) => {
    const { status, message } = reasonOf(error);
    return c.html(failure(c as PageContext, status, message), status);
  });
  return async (request) => app.fetch(request);
}

/** Renders within a transaction: a look at a pull request may try its merge. */
function shown(
  c: PageContext,
  { core }: Sandbox,
  show: (c: PageContext) => Html,
): Response | Promise<Response> {
  const page = core.store.transaction(() => show(c));
  c.header('cache-control', 'no-store');
  return c.html(page);
}

function pageOf(c: PageContext, { core }: Sandbox, session: Sessions): Page {
  const user = session.userOf(c);
  const url = new URL(c.req.url);
  const view = {
    core,
    tables: core.tables,
    urls: serverUrls(url.origin),
    viewer: session.identityOf(user),
  };
  return { core, view, user, people: session.people(), url, notice: takeNotice(c) };
}

function reasonOf(error: unknown): { status: 400 | 403 | 404 | 422; message: string } {
  if (error instanceof PageError) return error;
  if (error instanceof ApiError) {
    const { status, message } = error;
    return { status: status === 404 || status === 403 ? status : 422, message };
  }
  throw error;
}

function failure(c: PageContext, status: number, message: string): Html {
  return document(c.get('page'), {
    title: `${status}`,
    body: html`<div class="empty">
      <h1>${status}</h1>
      <p>${message}</p>
      <p><a href="/">All repositories</a></p>
    </div>`,
  });
}
