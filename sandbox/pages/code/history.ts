import { html } from 'hono/html';

import { readCommit } from '../../git/commit-object.ts';
import { log } from '../../git/history.ts';
import { isoTime } from '../../git/person.ts';
import { bodyOf, subjectOf } from '../../pulls/messages.ts';
import { pullsOfCommit } from '../../pulls/list.ts';
import type { Repository } from '../../state/repositories.ts';
import { icon } from '../icons.ts';
import { document, home } from '../layout.ts';
import {
  each,
  encodePath,
  notHere,
  repositoryOf,
  when,
  type Html,
  type Page,
  type PageContext,
} from '../page.ts';
import { diffOf } from '../parts/diff.ts';
import { checkMark, moment, short } from '../parts/pieces.ts';
import { signer } from './commit-line.ts';
import { crumbs, revisionMenu } from './tree.ts';
import { defaultRevision, revisionOf, type Revision } from './revision.ts';

const PER_PAGE = 30;

/** The commits before a branch, tag or commit, newest first; of one path where the address names it. */
export function commitsPage(c: PageContext): Html {
  const page = c.get('page');
  const repository = repositoryOf(c);
  const tail = decodeURIComponent(c.req.path).split('/').slice(4).join('/');
  const revision = tail === '' ? defaultRevision(page, repository) : revisionOf(page, repository, tail);
  if (revision === undefined) throw notHere();
  const skip = Math.max(0, Number(page.url.searchParams.get('after') ?? 0) || 0);
  const ids = take(page, repository, revision, skip + PER_PAGE + 1).slice(skip);
  const more = ids.length > PER_PAGE;
  return document(page, {
    title: `Commits · ${home(page, repository).slice(1)}`,
    repository,
    tab: 'code',
    body: html`<div class="row title-row">
        <h1>Commits</h1>
        ${revisionMenu(page, repository, revision)} ${crumbs(page, repository, revision)}
      </div>
      ${commitList(page, repository, ids.slice(0, PER_PAGE))}
      <nav class="pager" aria-label="Pages">
        ${when(skip > 0, () => html`<a href="?after=${Math.max(0, skip - PER_PAGE)}" rel="prev">Newer</a>`)}
        ${when(more, () => html`<a href="?after=${skip + PER_PAGE}" rel="next">Older</a>`)}
      </nav>`,
  });
}

function take(page: Page, repository: Repository, { oid, path }: Revision, count: number): string[] {
  const ids: string[] = [];
  const options = path === '' ? {} : { path };
  for (const id of log(page.core.objects(repository), oid, options)) {
    ids.push(id);
    if (ids.length >= count) break;
  }
  return ids;
}

/** Commits, each on a line of its own. */
export function commitList(page: Page, repository: Repository, ids: readonly string[]): Html {
  const store = page.core.objects(repository);
  const at = home(page, repository);
  return html`<div class="box">
    <ul class="list">
      ${each(ids, (oid) => {
        const commit = readCommit(store, oid);
        return html`<li>
          ${icon('commit', undefined, 'dim')}
          <div class="main">
            <a class="title" href="${at}/commit/${oid}">${subjectOf(commit)}</a>
            ${checkMark(page, repository, oid)}
            <p class="dim">${signer(page, commit.author)} committed ${moment(isoTime(commit.committer))}</p>
          </div>
          <a class="mono" href="${at}/commit/${oid}">${short(oid)}</a>
        </li>`;
      })}
    </ul>
  </div>`;
}

/** One commit with what it changed. */
export function commitPage(c: PageContext): Html {
  const page = c.get('page');
  const repository = repositoryOf(c);
  const { kind, oid } = revisionOf(page, repository, c.req.param('sha') ?? '');
  if (kind !== 'commit') throw notHere();
  const store = page.core.objects(repository);
  const commit = readCommit(store, oid);
  const at = home(page, repository);
  const [parent] = commit.parents;
  const before = parent === undefined ? undefined : readCommit(store, parent).tree;
  const body = bodyOf(commit);
  return document(page, {
    title: `${subjectOf(commit)} · ${at.slice(1)}@${short(oid)}`,
    repository,
    tab: 'code',
    wide: true,
    body: html`<section class="box">
        <header class="row between">
          <h1>${subjectOf(commit)} ${checkMark(page, repository, oid)}</h1>
          <a class="button" href="${at}/tree/${oid}">Browse files</a>
        </header>
        <div class="inside">
          ${when(body !== '', () => html`<pre class="prose">${body}</pre>`)}
          <div class="row between">
            <p>${signer(page, commit.author)} committed ${moment(isoTime(commit.committer))}</p>
            <p class="dim">
              ${each(
                pullsOfCommit(page.core, repository, oid),
                ({ number }) => html`<a href="${at}/pull/${number}">#${number}</a> `,
              )}
              ${
                commit.parents.length === 0
                  ? 'no parent'
                  : each(
                      commit.parents,
                      (id) => html`parent <a class="mono" href="${at}/commit/${id}">${short(id)}</a> `,
                    )
              }
              commit <span class="mono">${oid}</span>
            </p>
          </div>
        </div>
      </section>
      ${diffOf(page, repository, { before, after: commit.tree, at: encodePath(oid) })}`,
  });
}
