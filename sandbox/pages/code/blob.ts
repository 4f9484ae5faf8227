import { html } from 'hono/html';

import { readCommit } from '../../git/commit-object.ts';
import { readBody } from '../../git/objects.ts';
import { isBinary } from '../../git/patch.ts';
import { entryType } from '../../git/tree-object.ts';
import { findEntry } from '../../git/tree.ts';
import type { Repository } from '../../state/repositories.ts';
import { document, home } from '../layout.ts';
import { each, encodePath, notHere, repositoryOf, type Html, type PageContext } from '../page.ts';
import { bytes, plural } from '../parts/pieces.ts';
import { fileProse } from '../parts/prose.ts';
import { crumbs, revisionMenu } from './tree.ts';
import { revisionOf, type Revision } from './revision.ts';

const MOST_SHOWN = 1 << 20;

/** The file an address names. @throws PageError 404 */
function fileOf(c: PageContext): { repository: Repository; revision: Revision; body: Buffer } {
  const page = c.get('page');
  const repository = repositoryOf(c);
  const tail = decodeURIComponent(c.req.path).split('/').slice(4).join('/');
  const revision = revisionOf(page, repository, tail);
  const store = page.core.objects(repository);
  const entry = findEntry(store, readCommit(store, revision.oid).tree, revision.path);
  if (entry === undefined || entryType(entry.mode) !== 'blob') throw notHere();
  return { repository, revision, body: readBody(store, entry.id, 'blob') };
}

/** One file with numbered lines; Markdown is rendered unless `?plain=1` asks for the text. */
export function blobPage(c: PageContext): Html {
  const page = c.get('page');
  const { repository, revision, body } = fileOf(c);
  const at = `${home(page, repository)}/raw/${encodePath(revision.name)}/${encodePath(revision.path)}`;
  const markdown = /\.(?:md|markdown)$/i.test(revision.path);
  const plain = page.url.searchParams.get('plain') === '1';
  const text = isBinary(body) || body.length > MOST_SHOWN ? undefined : body.toString('utf8');
  const lines = text === undefined ? [] : text.replace(/\n$/, '').split('\n');
  const content =
    text === undefined
      ? html`<p class="empty">This file is not shown. <a href="${at}">Download it</a></p>`
      : markdown && !plain
        ? html`<div class="inside">
            ${fileProse(page, repository, text, { revision: revision.name, path: revision.path })}
          </div>`
        : numbered(lines);
  return document(page, {
    title: `${revision.path} · ${home(page, repository).slice(1)}`,
    repository,
    tab: 'code',
    body: html`<div class="row title-row">
        ${revisionMenu(page, repository, revision)} ${crumbs(page, repository, revision)}
      </div>
      <section class="box" aria-label="${revision.path}">
        <header class="row between">
          <span class="dim">${plural(lines.length, 'line')} · ${bytes(body.length)}</span>
          <span class="row">
            ${markdown ? html`<a href="${plain ? '?' : '?plain=1'}">${plain ? 'Rendered' : 'Source'}</a>` : ''}
            <a href="${at}">Raw</a>
          </span>
        </header>
        ${content}
      </section>`,
  });
}

function numbered(lines: readonly string[]): Html {
  return html`<div class="scroll">
    <table class="code">
      <tbody>
        ${each(
          lines,
          (line, at) =>
            html`<tr id="L${at + 1}">
              <td class="number"><a href="#L${at + 1}">${at + 1}</a></td>
              <td>${line}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** The bytes of a file: never as a document of this server's own. */
export function rawFile(c: PageContext): Response {
  const { body } = fileOf(c);
  const type = isBinary(body) ? 'application/octet-stream' : 'text/plain; charset=utf-8';
  return new Response(new Uint8Array(body), {
    headers: { 'content-type': type, 'x-content-type-options': 'nosniff' },
  });
}
