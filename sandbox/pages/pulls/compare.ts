import { html } from 'hono/html';

import { branchTip, compareCommits, treeOf } from '../../pulls/comparison.ts';
import { openBetween } from '../../pulls/create.ts';
import { readCommit } from '../../git/commit-object.ts';
import { bodyOf, subjectOf } from '../../pulls/messages.ts';
import type { Repository } from '../../state/repositories.ts';
import { commitList } from '../code/history.ts';
import { refNames } from '../code/revision.ts';
import { document, home } from '../layout.ts';
import { each, notHere, repositoryOf, when, type Html, type Page, type PageContext } from '../page.ts';
import { diffOf } from '../parts/diff.ts';
import { empty, hidden } from '../parts/pieces.ts';

/** Two branches beside each other, and the form to open a pull request from one into the other. */
export function comparePage(c: PageContext): Html {
  const page = c.get('page');
  const repository = repositoryOf(c);
  const tail = decodeURIComponent(c.req.path).split('/').slice(4).join('/');
  const dots = tail.indexOf('...');
  const { searchParams } = page.url;
  const base = searchParams.get('base') ?? (dots < 0 ? repository.defaultBranch : tail.slice(0, dots));
  const head = searchParams.get('head') ?? (dots < 0 ? tail : tail.slice(dots + 3));
  return document(page, {
    title: `Compare · ${home(page, repository).slice(1)}`,
    repository,
    tab: 'pulls',
    wide: true,
    body: html`<h1>New pull request</h1>
      ${chooser(page, repository, base, head)}
      ${head === '' ? empty('Choose the branch with your changes.') : comparison(page, repository, base, head)}`,
  });
}

/** Branches one can bring in: of this repository, and of its network by `owner:branch`. */
function heads(page: Page, repository: Repository): string[] {
  const { repositories, accounts } = page.core.tables;
  const forks = repositories.where('network', repository.networkId).filter(({ id }) => id !== repository.id);
  return [
    ...refNames(page, repository, 'heads'),
    ...forks.flatMap((fork) =>
      refNames(page, fork, 'heads').map((name) => `${accounts.require(fork.ownerId).login}:${name}`),
    ),
  ];
}

function chooser(page: Page, repository: Repository, base: string, head: string): Html {
  const option = (name: string, chosen: string) =>
    html`<option value="${name}" ${name === chosen ? 'selected' : ''}>${name}</option>`;
  return html`<form class="row title-row" method="get" action="${home(page, repository)}/compare">
    <label
      >into
      <select name="base">
        ${each(refNames(page, repository, 'heads'), (name) => option(name, base))}
      </select></label
    >
    <label
      >from
      <select name="head">
        <option value="">…</option>
        ${each(heads(page, repository), (name) => option(name, head))}
      </select></label
    >
    <button>Compare</button>
  </form>`;
}

function headRepository(
  page: Page,
  repository: Repository,
  head: string,
): { from: Repository; branch: string } {
  const { accounts, repositories } = page.core.tables;
  const colon = head.indexOf(':');
  if (colon < 0) return { from: repository, branch: head };
  const owner = accounts.find('login', head.slice(0, colon).toLowerCase());
  const from = repositories
    .where('network', repository.networkId)
    .find(({ ownerId }) => ownerId === owner?.id);
  if (from === undefined) throw notHere();
  return { from, branch: head.slice(colon + 1) };
}

function comparison(page: Page, repository: Repository, base: string, head: string): Html {
  const { from, branch } = headRepository(page, repository, head);
  const baseTip = branchTip(page.core, repository.id, base);
  const headTip = branchTip(page.core, from.id, branch);
  if (baseTip === undefined || headTip === undefined) throw notHere();
  const store = page.core.objects(repository);
  const { commits, mergeBase } = compareCommits(store, baseTip, headTip);
  if (commits.length === 0) return empty('There is nothing to merge.');
  const twin = openBetween(page.core, repository.id, { repositoryId: from.id, ref: branch }, base);
  const last = readCommit(store, commits.at(-1)!);
  const title = commits.length === 1 ? subjectOf(last) : branch.replaceAll(/[-_/]/g, ' ');
  const at = home(page, repository);
  return html`${
    twin === undefined
      ? when(
          page.user !== null,
          () =>
            html`<form class="box inside" method="post" action="${at}/pulls">
              ${hidden({ back: page.url.pathname + page.url.search, base, head })}
              <label class="field">Title <input name="title" value="${title}" required /></label>
              <label class="field"
                >Text <textarea name="body" rows="6">${commits.length === 1 ? bodyOf(last) : ''}</textarea>
              </label>
              <p class="row">
                <button class="primary">Create pull request</button>
                <button name="draft" value="true">Create draft</button>
              </p>
            </form>`,
        )
      : html`<p>
          There is a pull request for these branches: <a href="${at}/pull/${twin.number}">#${twin.number}</a>
        </p>`
  }
  ${commitList(page, repository, commits)}
  ${diffOf(page, repository, { before: treeOf(store, mergeBase), after: treeOf(store, headTip), at: headTip })}`;
}
