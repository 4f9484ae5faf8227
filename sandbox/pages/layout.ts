import { html } from 'hono/html';

import { issueScope } from '../state/issues.ts';
import type { Account } from '../state/accounts.ts';
import type { Repository } from '../state/repositories.ts';
import { fullName } from '../views/repositories.ts';
import { icon, type IconName } from './icons.ts';
import { each, encodePath, mayHere, when, type Html, type Page } from './page.ts';
import { NOBODY } from './session.ts';

export type Tab =
  'code' | 'issues' | 'pulls' | 'actions' | 'releases' | 'deployments' | 'settings' | undefined;

export interface Shell {
  readonly title: string;
  readonly repository?: Repository;
  readonly tab?: Tab;
  readonly body: Html;
  /** For wide content: diffs and logs. */
  readonly wide?: boolean;
}

/** The whole document around a page. */
export function document(page: Page, { title, repository, tab, body, wide = false }: Shell): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="same-origin" />
        <title>${title}</title>
        <link rel="stylesheet" href="/-/style.css" />
        <link rel="icon" href="/-/icon.svg" type="image/svg+xml" />
        <script src="/-/browser.js" defer></script>
      </head>
      <body>
        <a class="skip" href="#main">Skip to content</a>
        ${topBar(page)} ${repository === undefined ? '' : repositoryHead(page, repository, tab)}
        ${notice(page)}
        <main id="main" class="${wide ? 'wide' : ''}" tabindex="-1">${body}</main>
        <footer>
          <p>A GitHub on this machine. Press <kbd>?</kbd> for shortcuts.</p>
        </footer>
        ${shortcuts()}
      </body>
    </html>`;
}

function notice(page: Page): Html | string {
  const { notice: said } = page;
  if (said === null) return '';
  return html`<div class="notice ${said.kind}" role="${said.kind === 'failed' ? 'alert' : 'status'}">
    ${icon(said.kind === 'failed' ? 'warning' : 'success')}
    <p>${said.text}</p>
  </div>`;
}

function topBar(page: Page): Html {
  return html`<header class="top">
    <a class="brand" href="/">${icon('package')} Sandbox</a>
    <nav aria-label="Site">
      <a href="/">Repositories</a>
      <a href="/settings/apps">Apps</a>
    </nav>
    ${userSwitch(page)}
  </header>`;
}

/** Who one is, and the form to be somebody else. */
function userSwitch(page: Page): Html {
  const { user, people } = page;
  const name = user?.login ?? 'nobody';
  const choice = (login: string, label: string, account: Account | null) =>
    html`<li>
      <button name="login" value="${login}" ${account?.id === user?.id ? html`aria-current="true"` : ''}>
        ${avatar(account, 20)} ${label}
      </button>
    </li>`;
  return html`<details class="menu user">
    <summary aria-label="You are ${name}. Be somebody else">${avatar(user, 24)} <span>${name}</span></summary>
    <form method="post" action="/-/user">
      <input type="hidden" name="back" value="${page.url.pathname}${page.url.search}" />
      <p class="hint">Look and act as</p>
      <ul>
        ${each(people, (account) => choice(account.login, account.login, account))}
        ${choice(NOBODY, 'nobody (signed out)', null)}
      </ul>
    </form>
  </details>`;
}

/** The picture of an account: a letter on a colour of its own. */
export function avatar(account: Account | null, size = 20): Html {
  const source = account === null ? '/avatars/0' : `/avatars/${account.id}`;
  return html`<img class="avatar" src="${source}" alt="" width="${size}" height="${size}" />`;
}

/** Picture and name of an account, leading to its page. */
export function person(account: Account | null | undefined, size = 20): Html {
  if (account == null) return html`<span class="person">${avatar(null, size)} ghost</span>`;
  const login = account.login.replace('[bot]', '');
  return html`<a class="person" href="/${account.type === 'Bot' ? `apps/${login}` : login}"
      >${avatar(account, size)} <strong>${login}</strong></a
    >${when(account.type === 'Bot', () => html` <span class="badge">bot</span>`)}`;
}

/** Path of a repository's pages. */
export function home(page: Page, repository: Repository): string {
  return `/${fullName(page.view, repository)}`;
}

function repositoryHead(page: Page, repository: Repository, tab: Tab): Html {
  const { tables } = page.core;
  const owner = tables.accounts.require(repository.ownerId);
  const at = home(page, repository);
  const open = (pull: boolean) => tables.issues.count('scope', issueScope(repository.id, 'open', pull));
  const link = (id: Tab, path: string, name: IconName, label: string, count?: number) =>
    html`<a href="${at}${path}" ${tab === id ? html`aria-current="page"` : ''}
      >${icon(name)} ${label}
      ${count === undefined || count === 0 ? '' : html`<span class="count">${count}</span>`}</a
    >`;
  return html`<div class="repository-head">
    <p class="repository-name">
      <a href="/${owner.login}">${owner.login}</a> <span aria-hidden="true">/</span>
      <a href="${at}"><strong>${repository.name}</strong></a>
      <span class="badge">${repository.private ? 'private' : 'public'}</span>
      ${when(repository.archived, () => html`<span class="badge">archived</span>`)}
      ${forkedFrom(page, repository)}
    </p>
    <nav class="tabs" aria-label="Repository">
      ${link('code', '', 'code', 'Code')}
      ${when(repository.hasIssues, () => link('issues', '/issues', 'open', 'Issues', open(false)))}
      ${link('pulls', '/pulls', 'pull', 'Pull requests', open(true))}
      ${link('actions', '/actions', 'play', 'Actions')} ${link('releases', '/releases', 'tag', 'Releases')}
      ${link('deployments', '/deployments', 'rocket', 'Deployments')}
      ${when(mayHere(page, repository, 'admin'), () =>
        link('settings', '/settings/hooks', 'gear', 'Settings'),
      )}
    </nav>
  </div>`;
}

function forkedFrom(page: Page, repository: Repository): Html | string {
  const source =
    repository.forkOf === null ? undefined : page.core.tables.repositories.get(repository.forkOf);
  if (source === undefined) return '';
  const name = fullName(page.view, source);
  return html`<span class="hint">forked from <a href="/${encodePath(name)}">${name}</a></span>`;
}

function shortcuts(): Html {
  const keys: readonly (readonly [string, string])[] = [
    ['g c', 'Code'],
    ['g i', 'Issues'],
    ['g p', 'Pull requests'],
    ['g a', 'Actions'],
    ['g r', 'Releases'],
    ['g h', 'All repositories'],
    ['?', 'This help'],
  ];
  return html`<dialog id="shortcuts" aria-labelledby="shortcuts-title">
    <h2 id="shortcuts-title">Shortcuts</h2>
    <dl class="keys">
      ${each(
        keys,
        ([key, what]) =>
          html`<dt><kbd>${key}</kbd></dt>
            <dd>${what}</dd>`,
      )}
    </dl>
    <form method="dialog"><button>Close</button></form>
  </dialog>`;
}
