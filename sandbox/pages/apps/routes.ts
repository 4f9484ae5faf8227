import type { Hono } from 'hono';

import { uninstallApp } from '../../access/apps.ts';
import { installAndTell, tellInstallation, tellRepositories } from '../../access/installation-events.ts';
import type { Sandbox } from '../../index.ts';
import type { Installation } from '../../state/accounts.ts';
import { found, PageError, viewerOf, type Page, type PageContext, type Variables } from '../page.ts';
import { leaveNotice } from '../session.ts';
import { manages } from './access.ts';
import { confirmPage, credentialsPage, register } from './manifest.ts';

/** Registering and installing Apps: what GitHub has pages for and no API. */
export function appRoutes(
  app: Hono<{ Variables: Variables }>,
  { core }: Sandbox,
  formOf: (c: PageContext) => Promise<URLSearchParams>,
): void {
  for (const path of ['/settings/apps/new', '/organizations/:org/settings/apps/new'])
    app.post(path, async (c) => c.html(confirmPage(c, await formOf(c))));
  app.post('/settings/apps/register', async (c) => {
    const page = c.get('page');
    const made = register(page, await formOf(c));
    return made.kind === 'redirect'
      ? c.redirect(made.to, 302)
      : c.html(credentialsPage(page, made.app, made.pem));
  });
  app.post('/apps/:slug/installations/new', async (c) => {
    const form = await formOf(c);
    const installation = core.store.transaction(() => install(c, form));
    leaveNotice(c, { kind: 'done', text: 'It is installed.' });
    return c.redirect(`/settings/installations/${installation.id}`, 303);
  });
  app.post('/settings/installations/:installation', async (c) => {
    const form = await formOf(c);
    core.store.transaction(() => choose(c, form));
    leaveNotice(c, { kind: 'done', text: 'Saved.' });
    return c.redirect(`/settings/installations/${c.req.param('installation')}`, 303);
  });
  app.post('/settings/installations/:installation/uninstall', (c) => {
    const slug = core.store.transaction(() => uninstall(c));
    leaveNotice(c, { kind: 'done', text: 'It was uninstalled.' });
    return c.redirect(`/apps/${slug}`, 303);
  });
}

/** Repositories of the account that were chosen. */
function chosen(page: Page, form: URLSearchParams, accountId: number): Installation['repositories'] {
  if (form.get('which') !== 'selected') return 'all';
  return form
    .getAll('repository')
    .map(Number)
    .filter((id) => page.core.tables.repositories.get(id)?.ownerId === accountId);
}

function install(c: PageContext, form: URLSearchParams): Installation {
  const page = c.get('page');
  const { user, core } = page;
  const app = found(core.tables.apps.find('slug', c.req.param('slug') ?? ''));
  const accountId = Number(form.get('account'));
  if (user === null || !manages(page, accountId)) throw new PageError(403, 'You do not manage this account.');
  const repositories = chosen(page, form, accountId);
  return installAndTell(core, app.id, accountId, { repositories }, user, viewerOf(page));
}

/** The installation of the path, for who manages its account. @throws PageError 403, 404 */
function own(c: PageContext): Installation {
  const page = c.get('page');
  const installation = found(page.core.tables.installations.get(Number(c.req.param('installation'))));
  if (!manages(page, installation.accountId)) throw new PageError(403, 'You do not manage this account.');
  return installation;
}

function choose(c: PageContext, form: URLSearchParams): void {
  const page = c.get('page');
  const { core, user } = page;
  const before = own(c);
  const repositories = chosen(page, form, before.accountId);
  const after = core.tables.installations.put({ ...before, repositories });
  const reach = ({ repositories: of }: Installation) =>
    new Set(of === 'all' ? core.tables.repositories.keys('owner', before.accountId).map(Number) : of);
  const [old, now] = [reach(before), reach(after)];
  for (const id of new Set([...old, ...now])) {
    if (old.has(id) === now.has(id)) continue;
    const repository = core.tables.repositories.get(id);
    const action = now.has(id) ? 'added' : 'removed';
    if (repository !== undefined && user !== null)
      tellRepositories(core, after, action, repository, user, viewerOf(page));
  }
}

function uninstall(c: PageContext): string {
  const page = c.get('page');
  const installation = own(c);
  if (page.user !== null) tellInstallation(page.core, installation, 'deleted', page.user, viewerOf(page));
  uninstallApp(page.core, installation.id);
  return page.core.tables.apps.require(installation.appId).slug;
}
