import { html } from 'hono/html';

import { readCommit } from '../../git/commit-object.ts';
import { log } from '../../git/history.ts';
import { readBody } from '../../git/objects.ts';
import { entryType } from '../../git/tree-object.ts';
import { findEntry, listTree, type PathEntry } from '../../git/tree.ts';
import { isoTime } from '../../git/person.ts';
import type { Repository } from '../../state/repositories.ts';
import { subjectOf } from '../../pulls/messages.ts';
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
import { moment } from '../parts/pieces.ts';
import { fileProse } from '../parts/prose.ts';
import { commitLine } from './commit-line.ts';
import { defaultRevision, refNames, revisionOf, type Revision } from './revision.ts';

/** The files of a branch, tag or commit with the README below. */
export function treePage(c: PageContext): Html {
  const page = c.get('page');
  const repository = repositoryOf(c);
  const at = home(page, repository);
  const tail = decodeURIComponent(c.req.path).split('/').slice(4).join('/');
  const revision = tail === '' ? defaultRevision(page, repository) : revisionOf(page, repository, tail);
  const title = at.slice(1);
  if (revision === undefined)
    return document(page, { title, repository, tab: 'code', body: unborn(page, repository) });
  return document(page, { title, repository, tab: 'code', body: filesOf(page, repository, revision) });
}

function filesOf(page: Page, repository: Repository, revision: Revision): Html {
  const store = page.core.objects(repository);
  const { tree } = readCommit(store, revision.oid);
  const entry = findEntry(store, tree, revision.path);
  if (entry === undefined || entryType(entry.mode) !== 'tree') throw notHere();
  const entries = listTree(store, entry.id, revision.path).sort(byKind);
  const changes = lastChanges(page, repository, revision.oid, entries);
  return html`<div class="row between title-row">
      <div class="row">${revisionMenu(page, repository, revision)} ${crumbs(page, repository, revision)}</div>
      ${countLinks(page, repository, revision)}
    </div>
    <section class="box" aria-label="Files">
      <header>${commitLine(page, repository, revision.oid)}</header>
      <table class="plain files">
        <tbody>
          ${when(revision.path !== '', () => parentRow(page, repository, revision))}
          ${each(entries, (one) => entryRow(page, repository, revision, one, changes.get(one.path)))}
        </tbody>
      </table>
    </section>
    ${readme(page, repository, revision, entries)}`;
}

/** Directories first, each by name. */
function byKind(a: PathEntry, b: PathEntry): number {
  const rank = ({ mode }: PathEntry) => (entryType(mode) === 'tree' ? 0 : 1);
  return rank(a) - rank(b) || (a.path < b.path ? -1 : 1);
}

const MOST_LOOKED = 300;

/** The commit that last changed each entry, as far as it is found in the newest commits. */
function lastChanges(
  page: Page,
  repository: Repository,
  oid: string,
  entries: readonly PathEntry[],
): ReadonlyMap<string, string> {
  const store = page.core.objects(repository);
  const wanted = new Map(entries.map(({ path, id }) => [path, id]));
  const found = new Map<string, string>();
  let looked = 0;
  for (const commit of log(store, oid, { firstParent: true })) {
    if (wanted.size === 0 || looked++ > MOST_LOOKED) break;
    const { parents } = readCommit(store, commit);
    const before = parents[0] === undefined ? undefined : readCommit(store, parents[0]).tree;
    for (const [path, id] of wanted) {
      if (before !== undefined && findEntry(store, before, path)?.id === id) continue;
      found.set(path, commit);
      wanted.delete(path);
    }
  }
  return found;
}

function entryRow(
  page: Page,
  repository: Repository,
  revision: Revision,
  entry: PathEntry,
  changed: string | undefined,
): Html {
  const at = home(page, repository);
  const type = entryType(entry.mode);
  const name = entry.path.slice(entry.path.lastIndexOf('/') + 1);
  const kind = type === 'tree' ? 'tree' : 'blob';
  const commit = changed === undefined ? undefined : readCommit(page.core.objects(repository), changed);
  return html`<tr>
    <td class="name">
      ${icon(type === 'tree' ? 'folder' : 'file', type === 'tree' ? 'Directory' : 'File', 'dim')}
      ${
        type === 'commit'
          ? name
          : html`<a href="${at}/${kind}/${encodePath(revision.name)}/${encodePath(entry.path)}">${name}</a>`
      }
    </td>
    <td class="message">
      ${commit === undefined ? '' : html`<a class="dim" href="${at}/commit/${changed!}">${subjectOf(commit)}</a>`}
    </td>
    <td class="when">${commit === undefined ? '' : moment(isoTime(commit.committer))}</td>
  </tr>`;
}

function parentRow(page: Page, repository: Repository, revision: Revision): Html {
  const parent = revision.path.split('/').slice(0, -1).join('/');
  const tail = parent === '' ? '' : `/${encodePath(parent)}`;
  return html`<tr>
    <td colspan="3">
      <a
        href="${home(page, repository)}/tree/${encodePath(revision.name)}${tail}"
        aria-label="Parent directory"
        >..</a
      >
    </td>
  </tr>`;
}

function readme(
  page: Page,
  repository: Repository,
  revision: Revision,
  entries: readonly PathEntry[],
): Html | string {
  const entry = entries.find(({ path }) => /(?:^|\/)readme(?:\.(?:md|markdown|txt))?$/i.test(path));
  if (entry === undefined || entryType(entry.mode) !== 'blob') return '';
  const text = readBody(page.core.objects(repository), entry.id, 'blob').toString('utf8');
  const rendered = /\.txt$|readme$/i.test(entry.path)
    ? html`<pre class="prose">${text}</pre>`
    : fileProse(page, repository, text, { revision: revision.name, path: entry.path });
  return html`<section class="box" aria-label="README">
    <header><h2>${entry.path.slice(entry.path.lastIndexOf('/') + 1)}</h2></header>
    <div class="inside">${rendered}</div>
  </section>`;
}

/** Where one is in the tree, each directory a link. */
export function crumbs(page: Page, repository: Repository, revision: Revision): Html {
  const at = `${home(page, repository)}/tree/${encodePath(revision.name)}`;
  const parts = revision.path === '' ? [] : revision.path.split('/');
  return html`<nav aria-label="Path">
    <a href="${at}"><strong>${repository.name}</strong></a
    >${each(parts, (part, index) => {
      const to = `${at}/${encodePath(parts.slice(0, index + 1).join('/'))}`;
      return html` / ${index === parts.length - 1 ? part : html`<a href="${to}">${part}</a>`}`;
    })}
  </nav>`;
}

/** Which branch, tag or commit is shown, and the others. */
export function revisionMenu(page: Page, repository: Repository, revision: Revision): Html {
  const at = home(page, repository);
  const link = (name: string) =>
    html`<li>
      <a href="${at}/tree/${encodePath(name)}" ${name === revision.name ? html`aria-current="true"` : ''}
        >${name}</a
      >
    </li>`;
  const shown = revision.kind === 'commit' ? revision.name.slice(0, 10) : revision.name;
  const tags = refNames(page, repository, 'tags');
  return html`<details class="menu left">
    <summary class="button" aria-label="Switch branch or tag, now ${shown}">
      ${icon(revision.kind === 'tag' ? 'tag' : revision.kind === 'commit' ? 'commit' : 'branch')} ${shown}
    </summary>
    <div class="sheet">
      <p class="hint">Branches</p>
      <ul class="side-list">
        ${each(refNames(page, repository, 'heads'), link)}
      </ul>
      ${when(
        tags.length > 0,
        () =>
          html`<p class="hint">Tags</p>
            <ul class="side-list">
              ${each(tags.toReversed().slice(0, 50), link)}
            </ul>`,
      )}
    </div>
  </details>`;
}

function countLinks(page: Page, repository: Repository, revision: Revision): Html {
  const at = home(page, repository);
  const branches = refNames(page, repository, 'heads').length;
  const tags = refNames(page, repository, 'tags').length;
  return html`<div class="row">
    <a href="${at}/commits/${encodePath(revision.name)}">${icon('commit')} Commits</a>
    <a href="${at}/branches">${icon('branch')} ${branches} ${branches === 1 ? 'branch' : 'branches'}</a>
    <a href="${at}/tags">${icon('tag')} ${tags} ${tags === 1 ? 'tag' : 'tags'}</a>
  </div>`;
}

function unborn(page: Page, repository: Repository): Html {
  const address = `${page.view.urls.web}${home(page, repository)}.git`;
  return html`<h1>An empty repository</h1>
    <p>Nothing has been pushed yet. To begin:</p>
    <pre class="payload">
git clone ${address}
cd ${repository.name}
echo "# ${repository.name}" > README.md
git add README.md && git commit -m "First commit" && git push origin HEAD:${repository.defaultBranch}</pre>`;
}
