import { preferredReadme, readmeIn } from '../contents/readme.ts';
import { writeFile, type FileWrite } from '../contents/write.ts';
import { node } from '../git/graph.ts';
import { resolveCommit } from '../git/name.ts';
import { readBody } from '../git/objects.ts';
import { DIRECTORY, SUBMODULE, SYMLINK } from '../git/tree-object.ts';
import { findEntry, type PathEntry } from '../git/tree.ts';
import { actorOf } from '../issues/actor.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';
import { ApiError, notFound } from '../kernel/errors.ts';
import { signsFor } from '../kernel/web-flow.ts';
import { WEB_FLOW } from '../pulls/identity.ts';
import { isUnborn } from '../refs/update.ts';
import {
  type ContentPlace,
  directoryObjectView,
  directoryView,
  fileContentView,
  writtenFileView,
} from '../views/contents.ts';
import { gitCommitView } from '../views/git.ts';
import { decodeContent, personOf } from './git-objects.ts';

/** A directory lists at most so many files; larger files are not read here. https://docs.github.com/rest/repos/contents */
const MOST_ENTRIES = 1000;
const LARGEST_READ = 100 * 2 ** 20;

/** The tree the request looks at. @throws ApiError 404 for an empty repository, an unknown ref */
function placeOf(c: Context): ContentPlace {
  if (isUnborn(c.core, c.repo)) throw new ApiError(404, 'This repository is empty.');
  const ref = c.ask('ref') ?? c.repo.defaultBranch;
  const commit = resolveCommit(c.core, c.repo, ref);
  if (commit === undefined) throw new ApiError(404, `No commit found for the ref ${ref}`);
  return { repository: c.repo, tree: node(c.core.objects(c.repo), commit).tree, ref };
}

/** What a symbolic link means, where that is a file of the same tree. */
function followLink(c: Context, { tree }: ContentPlace, entry: PathEntry): PathEntry {
  if (entry.mode !== SYMLINK) return entry;
  const store = c.core.objects(c.repo);
  const target = readBody(store, entry.id, 'blob').toString('utf8');
  const base = new URL(entry.path.split('/').map(encodeURIComponent).join('/'), 'http://tree/');
  const path = decodeURIComponent(
    new URL(target.split('/').map(encodeURIComponent).join('/'), base).pathname,
  );
  const found = target.startsWith('/') ? undefined : findEntry(store, tree, path);
  return found?.mode.startsWith('100') === true ? { ...found, path: entry.path } : entry;
}

function replyFile(c: Context, place: ContentPlace, entry: PathEntry): Reply {
  const meant = followLink(c, place, entry);
  if (c.media === 'html') throw new ApiError(501, 'The sandbox does not render files by the API');
  if (meant.mode === SUBMODULE) return c.ok(fileContentView(c, place, meant));
  const body = readBody(c.core.objects(c.repo), meant.id, 'blob');
  if (body.length > LARGEST_READ) {
    const message =
      'This API returns blobs up to 100 MB in size. The requested blob is too large to fetch via the API, but you can always clone the repository via Git in order to obtain the blob.';
    throw new ApiError(403, message, {
      errors: [{ resource: 'Blob', field: 'data', code: 'too_large' }],
    });
  }
  if (c.media === 'raw') return c.raw('application/vnd.github.raw+json; charset=utf-8', body);
  return c.ok(fileContentView(c, place, meant));
}

function getContent(c: Context): Reply {
  const place = placeOf(c);
  const path = c.params['path'] === undefined ? '' : c.text('path');
  const entry = findEntry(c.core.objects(c.repo), place.tree, path);
  if (entry === undefined) throw notFound();
  if (entry.mode !== DIRECTORY) return replyFile(c, place, entry);
  if (c.media === 'object') return c.ok(directoryObjectView(c, place, entry, MOST_ENTRIES));
  return c.ok(directoryView(c, place, entry, MOST_ENTRIES));
}

function readme(c: Context, find: (place: ContentPlace) => PathEntry | undefined): Reply {
  const place = placeOf(c);
  const entry = find(place);
  if (entry === undefined) throw notFound();
  return replyFile(c, place, entry);
}

interface PersonInput {
  readonly name?: string;
  readonly email?: string;
  readonly date?: string;
}

interface WriteInput {
  readonly message: string;
  readonly content?: string;
  readonly sha?: string;
  readonly branch?: string;
  readonly author?: PersonInput;
  readonly committer?: PersonInput;
}

/**
 * The committer is the caller unless named; the author is the committer unless named. What an App commits without naming
 * anybody is committed and signed by GitHub.
 */
function peopleOf(c: Context, input: WriteInput): Pick<FileWrite, 'author' | 'committer' | 'signed'> {
  const author = personOf(c, input.author ?? input.committer);
  const signed = signsFor(c.viewer, [input.author, input.committer]);
  return { author, signed, committer: signed ? { ...author, ...WEB_FLOW } : personOf(c, input.committer) };
}

function write(c: Context, content: Buffer | null): Reply {
  const input = c.input<WriteInput>();
  const branch = (input.branch ?? c.repo.defaultBranch).replace(/^refs\/heads\//, '');
  const path = c.text('path').replace(/^\/+|\/+$/g, '');
  const { sha, message } = input;
  const written = writeFile(c.core, c.repo, actorOf(c), {
    path,
    branch,
    content,
    sha,
    message,
    ...peopleOf(c, input),
  });
  const { commit, tree, created } = written;
  const entry = findEntry(c.core.objects(c.repo), tree, path);
  const place = { repository: c.repo, tree, ref: branch };
  const body = {
    content: entry === undefined ? null : writtenFileView(c, place, entry),
    commit: gitCommitView(c, c.repo, commit),
  };
  return created ? c.created(body, undefined) : c.ok(body);
}

/** Files by path: https://docs.github.com/rest/repos/contents */
export const contentRoutes: Routes = {
  'repos/get-content': getContent,
  'repos/create-or-update-file-contents': (c) =>
    write(c, decodeContent(c.input<{ content: string }>().content, 'base64')),
  'repos/delete-file': (c) => write(c, null),
  'repos/get-readme': (c) => readme(c, ({ tree }) => preferredReadme(c.core.objects(c.repo), tree)),
  'repos/get-readme-in-directory': (c) =>
    readme(c, ({ tree }) => readmeIn(c.core.objects(c.repo), tree, c.text('dir'))),
};
