import { html } from 'hono/html';

import { installationRepositories } from '../../access/apps.ts';
import type { App, Installation } from '../../state/accounts.ts';
import { fullName } from '../../views/repositories.ts';
import { avatar, document, person } from '../layout.ts';
import { each, found, notHere, when, type Html, type Page, type PageContext } from '../page.ts';
import { empty, hidden } from '../parts/pieces.ts';
import { managed, manages } from './access.ts';

/** All Apps of this sandbox. */
export function appsPage(c: PageContext): Html {
  const page = c.get('page');
  const apps = [...page.core.tables.apps.all()];
  return document(page, {
    title: 'Apps',
    body: html`<div class="row between title-row">
        <h1>Apps</h1>
        ${when(page.user !== null, () => html`<a class="button primary" href="/settings/apps/new">New App</a>`)}
      </div>
      <div class="box">
        <ul class="list">
          ${each(apps, (app) => appRow(page, app))}
        </ul>
      </div>`,
  });
}

function appRow(page: Page, app: App): Html {
  const { accounts, installations } = page.core.tables;
  const count = installations.count('app', app.id);
  return html`<li>
    ${avatar(accounts.get(app.botId) ?? null, 24)}
    <div class="main">
      <a class="title" href="/apps/${app.slug}">${app.name}</a>
      <p class="dim">${app.description ?? ''}</p>
    </div>
    <span class="dim"
      >by ${person(accounts.get(app.ownerId))}, installed ${count} ${count === 1 ? 'time' : 'times'}</span
    >
  </li>`;
}

/** One App: what it may do and where it is installed. */
export function appPage(c: PageContext): Html {
  const page = c.get('page');
  const { apps, accounts, installations } = page.core.tables;
  const app = found(apps.find('slug', c.req.param('slug') ?? ''));
  const visible = installations.where('app', app.id).filter(({ accountId }) => manages(page, accountId));
  return document(page, {
    title: app.name,
    body: html`<div class="row between title-row">
        <h1>${avatar(accounts.get(app.botId) ?? null, 32)} ${app.name}</h1>
        ${when(
          page.user !== null && app.slug !== 'github-actions',
          () => html`<a class="button primary" href="/apps/${app.slug}/installations/new">Install</a>`,
        )}
      </div>
      <div class="box inside">
        ${facts([
          ['App ID', html`${app.id}`],
          ['Client ID', html`<code>${app.clientId}</code>`],
          ['Owner', person(accounts.get(app.ownerId))],
          ['Home', html`<a href="${app.externalUrl}">${app.externalUrl}</a>`],
          ['Webhook', html`${app.webhookUrl ?? 'none'}`],
          ['Permissions', permissions(app.permissions)],
          ['Events', html`${app.events.length === 0 ? 'none' : app.events.join(', ')}`],
        ])}
      </div>
      ${when(
        visible.length > 0,
        () =>
          html`<h2>Installed on</h2>
            <div class="box">
              <ul class="list">
                ${each(
                  visible,
                  (installation) =>
                    html`<li>
                      <div class="main">${person(accounts.get(installation.accountId))}</div>
                      <a href="/settings/installations/${installation.id}">Configure</a>
                    </li>`,
                )}
              </ul>
            </div>`,
      )}`,
  });
}

function facts(rows: readonly (readonly [string, Html])[]): Html {
  return html`<dl class="facts">
    ${each(
      rows,
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;
}

function permissions(granted: App['permissions']): Html {
  const all = Object.entries(granted);
  return html`${all.length === 0 ? 'none' : all.map(([name, access]) => `${name.replaceAll('_', ' ')}: ${access ?? ''}`).join(', ')}`;
}

/** The form that installs an App: on which account, on which repositories. */
export function installPage(c: PageContext): Html {
  const page = c.get('page');
  const { apps, repositories } = page.core.tables;
  const app = found(apps.find('slug', c.req.param('slug') ?? ''));
  const accounts = managed(page);
  const at = `/apps/${app.slug}/installations/new`;
  const choices = accounts.flatMap(({ id }) => repositories.where('owner', id));
  return document(page, {
    title: `Install ${app.name}`,
    body: html`<h1>Install ${app.name}</h1>
      ${accounts.length === 0 ? empty('Be somebody to install an App.') : ''}
      <form class="box inside" method="post" action="${at}">
        ${hidden({ back: at })}
        <p>It asks for: ${permissions(app.permissions)}.</p>
        <label class="field"
          >Account
          <select name="account">
            ${each(accounts, ({ id, login }) => html`<option value="${id}">${login}</option>`)}
          </select></label
        >
        ${repositoryChoice(
          page,
          choices.map(({ id }) => id),
          'all',
        )}
        <button class="primary">Install</button>
      </form>`,
  });
}

function repositoryChoice(page: Page, ids: readonly number[], chosen: Installation['repositories']): Html {
  const { repositories } = page.core.tables;
  return html`<fieldset>
    <legend><strong>Repositories</strong></legend>
    <label
      ><input type="radio" name="which" value="all" ${chosen === 'all' ? 'checked' : ''} /> All, also later
      ones</label
    >
    <label
      ><input type="radio" name="which" value="selected" ${chosen === 'all' ? '' : 'checked'} /> Only
      these:</label
    >
    ${each(
      ids,
      (id) =>
        html`<label
          ><input
            type="checkbox"
            name="repository"
            value="${id}"
            ${chosen !== 'all' && chosen.includes(id) ? 'checked' : ''}
          />
          ${fullName(page.view, repositories.require(id))}</label
        >`,
    )}
  </fieldset>`;
}

/** One installation: its repositories, to be changed by who manages the account. */
export function installationPage(c: PageContext): Html {
  const page = c.get('page');
  const { installations, apps, accounts, repositories } = page.core.tables;
  const installation = found(installations.get(Number(c.req.param('installation'))));
  if (!manages(page, installation.accountId)) throw notHere();
  const app = apps.require(installation.appId);
  const at = `/settings/installations/${installation.id}`;
  const all = repositories.where('owner', installation.accountId).map(({ id }) => id);
  const reached = installationRepositories(page.core, installation);
  return document(page, {
    title: `${app.name} on ${accounts.require(installation.accountId).login}`,
    body: html`<div class="row between title-row">
        <h1>
          <a href="/apps/${app.slug}">${app.name}</a> on ${accounts.require(installation.accountId).login}
        </h1>
        <form method="post" action="${at}/uninstall">
          ${hidden({ back: `/apps/${app.slug}` })}<button class="danger">Uninstall</button>
        </form>
      </div>
      <div class="box inside">
        ${facts([
          ['Installation ID', html`${installation.id}`],
          ['Permissions', permissions(installation.permissions)],
          [
            'Reaches',
            html`${reached.map((repository) => fullName(page.view, repository)).join(', ') || 'nothing'}`,
          ],
          ['Suspended', html`${installation.suspendedAt ?? 'no'}`],
        ])}
      </div>
      <form class="box inside" method="post" action="${at}">
        ${hidden({ back: at })} ${repositoryChoice(page, all, installation.repositories)}
        <button>Save</button>
      </form>`,
  });
}
