import { html } from 'hono/html';

import { newestFirst, type PageWindow } from '../../kernel/page.ts';
import { branchTip } from '../../pulls/comparison.ts';
import { refKey, type Repository } from '../../state/repositories.ts';
import { tagKey, type Asset, type Release } from '../../state/releases.ts';
import { icon } from '../icons.ts';
import { document, home, person } from '../layout.ts';
import {
  each,
  encodePath,
  mayHere,
  notHere,
  repositoryOf,
  when,
  type Html,
  type Page,
  type PageContext,
} from '../page.ts';
import { bytes, empty, hidden, listed, moment, short } from '../parts/pieces.ts';
import { prose } from '../parts/prose.ts';

/** Releases, newest first; drafts for those who may write. */
export function releasesPage(c: PageContext): Html {
  const page = c.get('page');
  const repository = repositoryOf(c);
  const { releases } = page.core.tables;
  const writer = mayHere(page, repository, 'write');
  const keys = releases.keys(writer ? 'repository' : 'published', repository.id);
  const all: PageWindow<Release> = newestFirst(keys, (key) => releases.require(key));
  const { rows, pager } = listed(page, all, 10);
  const at = home(page, repository);
  return document(page, {
    title: `Releases · ${at.slice(1)}`,
    repository,
    tab: 'releases',
    body: html`<div class="row between title-row">
        <h1>Releases</h1>
        <span class="row">
          <a class="button" href="${at}/tags">Tags</a>
          ${when(writer, () => html`<a class="button primary" href="${at}/releases/new">New release</a>`)}
        </span>
      </div>
      ${rows.length === 0 ? html`<div class="box">${empty('There are no releases yet.')}</div>` : ''}
      ${each(rows, (release) => releaseBox(page, repository, release))} ${pager}`,
  });
}

/** The release of a tag, or of a draft by the name that stands for its tag. */
export function releasePage(c: PageContext): Html {
  const page = c.get('page');
  const repository = repositoryOf(c);
  const tag = decodeURIComponent(c.req.path).split('/').slice(5).join('/');
  const { releases, refs } = page.core.tables;
  const key = tagKey(repository.id, tag);
  const draft = mayHere(page, repository, 'write') ? releases.find('slug', key) : undefined;
  const release = releases.find('publishedTag', key) ?? draft;
  const at = home(page, repository);
  const ref = refs.get(refKey(repository.id, `refs/tags/${tag}`));
  if (release === undefined && ref === undefined) throw notHere();
  return document(page, {
    title: `${release?.name ?? tag} · ${at.slice(1)}`,
    repository,
    tab: 'releases',
    body:
      release === undefined
        ? html`<h1>${icon('tag')} ${tag}</h1>
            <p class="dim">
              A tag without a release, at
              <a class="mono" href="${at}/tree/${encodePath(tag)}">${short(ref!.oid)}</a>.
            </p>`
        : releaseBox(page, repository, release),
  });
}

function releaseBox(page: Page, repository: Repository, release: Release): Html {
  const { accounts, assets } = page.core.tables;
  const at = home(page, repository);
  const files = assets.where('release', release.id);
  const to = `${at}/releases/tag/${encodePath(release.draft ? release.slug : release.tag)}`;
  return html`<article class="box" aria-labelledby="release-${release.id}">
    <header class="row between">
      <h2 id="release-${release.id}"><a href="${to}">${release.name ?? release.tag}</a></h2>
      <span class="row">
        ${when(release.draft, () => html`<span class="badge">draft</span>`)}
        ${when(release.prerelease, () => html`<span class="badge">pre-release</span>`)}
        ${when(release.latest, () => html`<span class="badge good">latest</span>`)}
        ${when(release.immutable, () => html`<span class="badge">${icon('lock')} immutable</span>`)}
        ${controls(page, repository, release)}
      </span>
    </header>
    <div class="inside">
      <p class="dim row">
        ${person(accounts.get(release.authorId))}
        ${release.publishedAt === null ? 'drafted this' : html`published this ${moment(release.publishedAt)}`}
        ${release.draft ? html`<span>${icon('tag')} ${release.tag}</span>` : html`<a href="${at}/tree/${encodePath(release.tag)}">${icon('tag')} ${release.tag}</a>`}
      </p>
      ${release.body === null ? '' : prose(page, repository, release.body)}
      ${when(files.length > 0, () => assetTable(at, release, files))}
    </div>
  </article>`;
}

function controls(page: Page, repository: Repository, release: Release): Html | string {
  if (!mayHere(page, repository, 'write')) return '';
  const at = home(page, repository);
  return html`${when(
      release.draft,
      () =>
        html`<form method="post" action="${at}/releases/${release.id}/publish">
          ${hidden({ back: `${at}/releases` })}<button>Publish</button>
        </form>`,
    )}
    <form method="post" action="${at}/releases/${release.id}/delete">
      ${hidden({ back: `${at}/releases` })}<button
        class="danger"
        aria-label="Delete ${release.name ?? release.tag}"
      >
        Delete
      </button>
    </form>`;
}

function assetTable(at: string, release: Release, files: readonly Asset[]): Html {
  return html`<table class="plain" aria-label="Files">
    <tbody>
      ${each(
        files,
        (asset) =>
          html`<tr>
            <td>
              ${icon('package')}
              ${
                asset.state === 'uploaded' && !release.draft
                  ? html`<a
                      href="${at}/releases/download/${encodePath(release.tag)}/${encodePath(asset.name)}"
                      >${asset.label ?? asset.name}</a
                    >`
                  : html`${asset.name}
                    ${when(asset.state !== 'uploaded', () => html`<span class="badge">${asset.state}</span>`)}`
              }
            </td>
            <td class="dim mono">${asset.sha256 === null ? '' : `sha256:${asset.sha256.slice(0, 16)}…`}</td>
            <td class="dim">${bytes(asset.size)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

/** The form for a new release. */
export function newReleasePage(c: PageContext): Html {
  const page = c.get('page');
  const repository = repositoryOf(c);
  const at = home(page, repository);
  const unborn = branchTip(page.core, repository.id, repository.defaultBranch) === undefined;
  return document(page, {
    title: `New release · ${at.slice(1)}`,
    repository,
    tab: 'releases',
    body: html`<h1>New release</h1>
      ${unborn ? html`<p class="notice">There is no commit to release yet.</p>` : ''}
      <form class="box inside" method="post" action="${at}/releases">
        ${hidden({ back: `${at}/releases/new` })}
        <label class="field">Tag <input name="tag_name" required placeholder="v1.0.0" /></label>
        <label class="field"
          >Branch or commit of a new tag <input name="target_commitish" value="${repository.defaultBranch}"
        /></label>
        <label class="field">Title <input name="name" /></label>
        <label class="field">Text <textarea name="body" rows="8"></textarea></label>
        <fieldset>
          <label><input type="checkbox" name="prerelease" value="true" /> Pre-release</label>
          <label><input type="checkbox" name="draft" value="true" /> Draft</label>
        </fieldset>
        <button class="primary">Create release</button>
      </form>`,
  });
}
