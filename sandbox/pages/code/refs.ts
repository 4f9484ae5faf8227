import { html } from 'hono/html';

import { peel, readCommit } from '../../git/commit-object.ts';
import { aheadBehind } from '../../git/history.ts';
import { isoTime } from '../../git/person.ts';
import { branchTip } from '../../pulls/comparison.ts';
import { refKey, type Repository } from '../../state/repositories.ts';
import { icon } from '../icons.ts';
import { document, home } from '../layout.ts';
import {
  each,
  encodePath,
  mayHere,
  repositoryOf,
  when,
  type Html,
  type Page,
  type PageContext,
} from '../page.ts';
import { empty, hidden, listed, moment, short } from '../parts/pieces.ts';
import { refNames } from './revision.ts';

/** Branches, how far each is from the default one, and their pull requests. */
export function branchesPage(c: PageContext): Html {
  const page = c.get('page');
  const repository = repositoryOf(c);
  const { rows, pager } = listed(page, refNames(page, repository, 'heads'), 50);
  return document(page, {
    title: `Branches · ${home(page, repository).slice(1)}`,
    repository,
    tab: 'code',
    body: html`<h1>Branches</h1>
      <div class="box">
        ${rows.length === 0 ? empty('There are no branches yet.') : ''}
        <ul class="list">
          ${each(rows, (name) => branchRow(page, repository, name))}
        </ul>
      </div>
      ${pager}`,
  });
}

function branchRow(page: Page, repository: Repository, name: string): Html {
  const at = home(page, repository);
  const tip = branchTip(page.core, repository.id, name)!;
  const base = branchTip(page.core, repository.id, repository.defaultBranch);
  const store = page.core.objects(repository);
  const main = name === repository.defaultBranch;
  const apart = main || base === undefined ? undefined : aheadBehind(store, base, tip);
  const pull = page.core.tables.pulls
    .where('head', `${repository.id}:${name}`)
    .findLast(({ repositoryId }) => repositoryId === repository.id);
  return html`<li>
    ${icon('branch', undefined, 'dim')}
    <div class="main">
      <a class="title" href="${at}/tree/${encodePath(name)}">${name}</a>
      ${when(main, () => html`<span class="badge">default</span>`)}
      <p class="dim">${moment(isoTime(readCommit(store, tip).committer))}</p>
    </div>
    ${apart === undefined ? '' : html`<span class="dim">${apart.ahead} ahead, ${apart.behind} behind</span>`}
    ${
      pull === undefined
        ? when(
            apart !== undefined && apart.ahead > 0,
            () =>
              html`<a
                class="button"
                href="${at}/compare/${encodePath(repository.defaultBranch)}...${encodePath(name)}"
                >New pull request</a
              >`,
          )
        : html`<a href="${at}/pull/${pull.number}">#${pull.number}</a>`
    }
    ${when(
      !main && mayHere(page, repository, 'write'),
      () =>
        html`<form method="post" action="${at}/branches/delete">
          ${hidden({ branch: name, back: `${at}/branches` })}
          <button class="danger" aria-label="Delete ${name}">Delete</button>
        </form>`,
    )}
  </li>`;
}

/** Tags, newest commit first, with their messages. */
export function tagsPage(c: PageContext): Html {
  const page = c.get('page');
  const repository = repositoryOf(c);
  const { rows, pager } = listed(page, refNames(page, repository, 'tags').toReversed(), 50);
  const store = page.core.objects(repository);
  const at = home(page, repository);
  return document(page, {
    title: `Tags · ${at.slice(1)}`,
    repository,
    tab: 'code',
    body: html`<h1>Tags</h1>
      <div class="box">
        ${rows.length === 0 ? empty('There are no tags yet.') : ''}
        <ul class="list">
          ${each(rows, (name) => {
            const { oid } = page.core.tables.refs.require(refKey(repository.id, `refs/tags/${name}`));
            const target = peel(store, oid);
            const commit = target?.type === 'commit' ? readCommit(store, target.id) : undefined;
            return html`<li>
              ${icon('tag', undefined, 'dim')}
              <div class="main">
                <a class="title" href="${at}/releases/tag/${encodePath(name)}">${name}</a>
                ${when(target !== undefined && target.id !== oid, () => html`<span class="badge">annotated</span>`)}
                <p class="dim">${commit === undefined ? '' : moment(isoTime(commit.committer))}</p>
              </div>
              ${
                target === undefined
                  ? ''
                  : html`<a class="mono" href="${at}/commit/${target.id}">${short(target.id)}</a>`
              }
            </li>`;
          })}
        </ul>
      </div>
      ${pager}`,
  });
}
