import { html } from 'hono/html';

import { canSee } from '../access/index.ts';
import type { Repository } from '../state/repositories.ts';
import { issueScope } from '../state/issues.ts';
import { fullName } from '../views/repositories.ts';
import { icon } from './icons.ts';
import { avatar, document } from './layout.ts';
import { each, found, viewerOf, when, type Html, type Page, type PageContext } from './page.ts';
import { empty, filters, listed, moment } from './parts/pieces.ts';

/** All repositories the viewer may know of, last pushed first. */
export function repositoriesPage(c: PageContext): Html {
  const page = c.get('page');
  return document(page, {
    title: 'Repositories',
    body: html`<h1>Repositories</h1>
      ${repositoryList(page, [...page.core.tables.repositories.all()])}`,
  });
}

/** An account with its repositories. */
export function ownerPage(c: PageContext): Html {
  const page = c.get('page');
  const account = found(page.core.tables.accounts.find('login', c.req.param('owner')!.toLowerCase()));
  return document(page, {
    title: account.login,
    body: html`<div class="row title-row">
        ${avatar(account, 40)}
        <h1>${account.login}</h1>
        <span class="badge">${account.type.toLowerCase()}</span>
        ${account.name === null ? '' : html`<span class="dim">${account.name}</span>`}
      </div>
      ${repositoryList(page, page.core.tables.repositories.where('owner', account.id))}`,
  });
}

function repositoryList(page: Page, all: readonly Repository[]): Html {
  const wanted = page.url.searchParams.get('q')?.toLowerCase() ?? '';
  const seen = all
    .filter((repository) => canSee(page.core, viewerOf(page), repository))
    .filter((repository) => fullName(page.view, repository).toLowerCase().includes(wanted))
    .sort((a, b) => (last(a) < last(b) ? 1 : -1));
  const { rows, pager } = listed(page, seen);
  return html`<form class="row title-row" role="search" method="get">
      <input
        type="text"
        name="q"
        value="${wanted}"
        placeholder="Find a repository"
        aria-label="Find a repository"
      />
      <button>Find</button>
      ${when(wanted !== '', () => filters('Search', [{ text: 'Show all', href: '?', current: false }]))}
    </form>
    <div class="box">
      ${rows.length === 0 ? empty('There are no repositories here.') : ''}
      <ul class="list">
        ${each(rows, (repository) => row(page, repository))}
      </ul>
    </div>
    ${pager}`;
}

function last(repository: Repository): string {
  return repository.pushedAt ?? repository.createdAt;
}

function row(page: Page, repository: Repository): Html {
  const name = fullName(page.view, repository);
  const pulls = page.core.tables.issues.count('scope', issueScope(repository.id, 'open', true));
  return html`<li>
    ${icon(repository.private ? 'lock' : 'package', undefined, 'dim')}
    <div class="main">
      <a class="title" href="/${name}">${name}</a>
      ${when(repository.private, () => html`<span class="badge">private</span>`)}
      ${when(repository.archived, () => html`<span class="badge">archived</span>`)}
      ${repository.description === null ? '' : html`<p class="dim">${repository.description}</p>`}
    </div>
    ${when(pulls > 0, () => html`<a href="/${name}/pulls" aria-label="${pulls} open pull requests">${icon('pull')} ${pulls}</a>`)}
    <span class="dim">${moment(last(repository))}</span>
  </li>`;
}
