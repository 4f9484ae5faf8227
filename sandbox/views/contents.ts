import { submoduleUrl } from '../contents/submodules.ts';
import { readBody } from '../git/objects.ts';
import { DIRECTORY, SUBMODULE, SYMLINK } from '../git/tree-object.ts';
import { listTree, type PathEntry } from '../git/tree.ts';
import type { View } from '../kernel/core.ts';
import type { Repository } from '../state/repositories.ts';
import { base64Lines } from './base64.ts';
import { fullName, repositoryUrl } from './repositories.ts';

/** Where an entry is looked at: the tree it is of, and the name by which the caller asked for that. */
export interface ContentPlace {
  readonly repository: Repository;
  readonly tree: string;
  readonly ref: string;
}

/** Larger files come without their content; https://docs.github.com/rest/repos/contents */
const MOST_INLINE = 2 ** 20;

function links(view: View, { repository, tree, ref }: ContentPlace, entry: PathEntry) {
  const path = entry.path.split('/').map(encodeURIComponent).join('/');
  const web = `${view.urls.web}/${fullName(view, repository)}`;
  const name = encodeURI(ref);
  const self = `${repositoryUrl(view, repository)}/contents/${path}?ref=${encodeURIComponent(ref)}`;
  if (entry.mode === SUBMODULE) {
    const source = submoduleUrl(view.core.objects(repository), tree, entry.path)?.replace(/\.git$/, '');
    const html = source === undefined ? null : `${source}/tree/${entry.id}`;
    return { url: self, html_url: html, git_url: null, download_url: null };
  }
  const directory = entry.mode === DIRECTORY;
  const api = `${repositoryUrl(view, repository)}/git/${directory ? 'trees' : 'blobs'}/${entry.id}`;
  return {
    url: self,
    html_url: `${web}/${directory ? 'tree' : 'blob'}/${name}/${path}`,
    git_url: api,
    download_url: directory ? null : `${web}/raw/${name}/${path}`,
  };
}

function common(view: View, place: ContentPlace, entry: PathEntry, size: number) {
  const linked = links(view, place, entry);
  return {
    name: entry.path.slice(entry.path.lastIndexOf('/') + 1),
    path: entry.path,
    sha: entry.id,
    size,
    ...linked,
    _links: { self: linked.url, git: linked.git_url, html: linked.html_url },
  };
}

function sizeOf(view: View, { repository }: ContentPlace, { mode, id }: PathEntry): number {
  return mode === DIRECTORY || mode === SUBMODULE
    ? 0
    : readBody(view.core.objects(repository), id, 'blob').length;
}

/** An entry of a listed directory; submodules are called files there, for old clients' sake. */
export function entryView(view: View, place: ContentPlace, entry: PathEntry) {
  const type = entry.mode === DIRECTORY ? 'dir' : entry.mode === SYMLINK ? 'symlink' : 'file';
  return { type, ...common(view, place, entry, sizeOf(view, place, entry)) };
}

/** A directory: its entries, or one object that holds them (`application/vnd.github.object+json`). */
export function directoryView(view: View, place: ContentPlace, entry: PathEntry, most: number) {
  const store = view.core.objects(place.repository);
  return listTree(store, entry.id, entry.path)
    .slice(0, most)
    .map((inner) => entryView(view, place, inner));
}

/** The directory as one object. */
export function directoryObjectView(view: View, place: ContentPlace, entry: PathEntry, most: number) {
  return { type: 'dir', ...common(view, place, entry, 0), entries: directoryView(view, place, entry, most) };
}

/** What is written to: a file without its content. */
export function writtenFileView(view: View, place: ContentPlace, entry: PathEntry) {
  return { type: 'file', ...common(view, place, entry, sizeOf(view, place, entry)) };
}

/** A file with its content, a link that leads nowhere near, a submodule. */
export function fileContentView(view: View, place: ContentPlace, entry: PathEntry) {
  const store = view.core.objects(place.repository);
  if (entry.mode === SUBMODULE) {
    const source = submoduleUrl(store, place.tree, entry.path) ?? '';
    return { type: 'submodule', submodule_git_url: source, ...common(view, place, entry, 0) };
  }
  const body = readBody(store, entry.id, 'blob');
  const base = common(view, place, entry, body.length);
  if (entry.mode === SYMLINK) return { type: 'symlink', target: body.toString('utf8'), ...base };
  const inline = body.length <= MOST_INLINE;
  return {
    type: 'file',
    ...base,
    content: inline ? base64Lines(body) : '',
    encoding: inline ? 'base64' : 'none',
  };
}
