import { encodeCommit, encodeTag, parseTag, peel, readCommit } from '../git/commit-object.ts';
import { resolveName } from '../git/name.ts';
import { EMPTY_TREE, isObjectId, type ObjectType } from '../git/objects.ts';
import { personAt, type Person } from '../git/person.ts';
import { entryNameProblem, entryType, type TreeMode } from '../git/tree-object.ts';
import { editTree, listTree, walkTree, type TreeEdit } from '../git/tree.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';
import { ApiError, notFound, unprocessable } from '../kernel/errors.ts';
import { encodeSigned, signsFor } from '../kernel/web-flow.ts';
import { signatureOf, WEB_FLOW } from '../pulls/identity.ts';
import { base64Lines } from '../views/base64.ts';
import { gitCommitView, tagView, treeEntryView } from '../views/git.ts';
import { repositoryUrl } from '../views/repositories.ts';

/** A recursive listing is cut there. https://docs.github.com/rest/git/trees#get-a-tree */
const MOST_ENTRIES = 100_000;

/** Git data routes answer 409 until the first commit. https://docs.github.com/rest/git */
function refuseEmpty(c: Context): void {
  if (c.tables.refs.count('repository', c.repo.id) === 0) throw new ApiError(409, 'Git Repository is empty.');
}

function objectOf(c: Context, oid: string, type: ObjectType): Buffer {
  if (!isObjectId(oid)) {
    throw unprocessable('The sha parameter must be exactly 40 characters and contain only [0-9a-f].');
  }
  const object = c.core.objects(c.repo).read(oid);
  if (object?.type !== type) throw notFound();
  return object.body;
}

/** Bytes of `content` in the encoding the client names; base64 may hold line ends. */
export function decodeContent(content: string, encoding: string): Buffer {
  if (encoding !== 'base64') return Buffer.from(content);
  const packed = content.replaceAll(/\s/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(packed)) throw unprocessable('content is not valid Base64');
  return Buffer.from(packed, 'base64');
}

function blobUrl(c: Context, oid: string): string {
  return `${repositoryUrl(c, c.repo)}/git/blobs/${oid}`;
}

function createBlob(c: Context): Reply {
  refuseEmpty(c);
  const { content, encoding = 'utf-8' } = c.input<{ content: string; encoding?: string }>();
  const sha = c.core.objects(c.repo).write('blob', decodeContent(content, encoding));
  return c.created({ url: blobUrl(c, sha), sha });
}

function getBlob(c: Context): Reply {
  refuseEmpty(c);
  const sha = c.text('file_sha');
  const body = objectOf(c, sha, 'blob');
  if (c.media === 'raw') return c.raw('application/vnd.github.raw; charset=utf-8', body);
  return c.ok({
    sha,
    node_id: `B_${Buffer.from(`${c.repo.id}:${sha}`).toString('base64url')}`,
    size: body.length,
    url: blobUrl(c, sha),
    content: base64Lines(body),
    encoding: 'base64',
  });
}

interface EntryInput {
  readonly path?: string;
  readonly mode?: TreeMode;
  readonly type?: 'blob' | 'tree' | 'commit';
  readonly sha?: string | null;
  readonly content?: string;
}

function entryEdit(c: Context, entry: EntryInput): readonly [string, TreeEdit] {
  const { path, mode, sha, content } = entry;
  if (path === undefined || path === '') throw unprocessable('tree.path must be supplied');
  for (const part of path.split('/')) {
    const problem = entryNameProblem(part);
    if (problem !== undefined) throw unprocessable(`tree.path contains a malformed path component`);
  }
  if (sha === null) return [path, null];
  if (mode === undefined) throw unprocessable('Must supply a valid tree.mode');
  const store = c.core.objects(c.repo);
  if (sha === undefined) {
    if (content === undefined) throw unprocessable('Must supply either tree.sha or tree.content');
    return [path, { mode, id: store.write('blob', Buffer.from(content)) }];
  }
  if (content !== undefined) throw unprocessable('Must supply either tree.sha or tree.content, not both');
  const type = entryType(mode);
  if (type !== 'commit' && (!isObjectId(sha) || store.read(sha)?.type !== type)) {
    throw unprocessable(`tree.sha ${sha} is not a valid ${type}`);
  }
  return [path, { mode, id: sha }];
}

function createTree(c: Context): Reply {
  refuseEmpty(c);
  const input = c.input<{ tree: readonly EntryInput[]; base_tree?: string }>();
  const store = c.core.objects(c.repo);
  let base = EMPTY_TREE;
  if (input.base_tree !== undefined) {
    const found = isObjectId(input.base_tree) ? peel(store, input.base_tree) : undefined;
    if (found === undefined || found.type === 'blob')
      throw unprocessable('base_tree is not a valid tree oid');
    base = found.type === 'commit' ? readCommit(store, found.id).tree : found.id;
  }
  const edits = new Map(input.tree.map((entry) => entryEdit(c, entry)));
  return c.created(treeView(c, editTree(store, base, edits), false));
}

function treeView(c: Context, sha: string, recursive: boolean) {
  const store = c.core.objects(c.repo);
  const entries = [];
  let truncated = false;
  for (const entry of recursive ? walkTree(store, sha) : listTree(store, sha)) {
    truncated = entries.length === MOST_ENTRIES;
    if (truncated) break;
    entries.push(treeEntryView(c, c.repo, entry));
  }
  return { sha, url: `${repositoryUrl(c, c.repo)}/git/trees/${sha}`, tree: entries, truncated };
}

function getTree(c: Context): Reply {
  refuseEmpty(c);
  const oid = resolveName(c.core, c.repo, c.text('tree_sha'));
  const store = c.core.objects(c.repo);
  const found = oid === undefined ? undefined : peel(store, oid);
  if (found === undefined || found.type === 'blob') throw notFound();
  const tree = found.type === 'commit' ? readCommit(store, found.id).tree : found.id;
  // Any value means recursive, also 0 and false: the page says so.
  return c.ok(treeView(c, tree, c.search.has('recursive')));
}

interface PersonInput {
  readonly name?: string;
  readonly email?: string;
  readonly date?: string;
}

/** A person of the request; what is missing comes from the caller and the clock. */
export function personOf(c: Context, input: PersonInput | undefined): Person {
  const own = signatureOf(c.actor);
  try {
    return personAt(input?.name ?? own.name, input?.email ?? own.email, input?.date ?? c.now);
  } catch {
    throw unprocessable(`"${input?.date ?? ''}" is not a valid date`);
  }
}

interface CommitInput {
  readonly message: string;
  readonly tree: string;
  readonly parents?: readonly string[];
  readonly author?: PersonInput;
  readonly committer?: PersonInput;
  readonly signature?: string;
}

function createCommit(c: Context): Reply {
  refuseEmpty(c);
  const input = c.input<CommitInput>();
  const store = c.core.objects(c.repo);
  const has = (oid: string, type: ObjectType) => isObjectId(oid) && store.read(oid)?.type === type;
  if (!has(input.tree, 'tree')) throw unprocessable('Tree SHA does not exist');
  const parents = input.parents ?? [];
  if (!parents.every((oid) => has(oid, 'commit'))) {
    throw unprocessable('Parent SHA does not exist or is not a commit object');
  }
  const { tree, message, signature } = input;
  const author = personOf(c, input.author);
  const sha = store.write(
    'commit',
    signsFor(c.viewer, [input.author, input.committer, signature])
      ? encodeSigned(c.core, { tree, parents, author, committer: { ...author, ...WEB_FLOW }, message })
      : encodeCommit({
          tree,
          parents,
          author,
          committer: input.committer === undefined ? author : personOf(c, input.committer),
          ...(signature === undefined ? {} : { headers: [{ name: 'gpgsig', value: signature }] }),
          message,
        }),
  );
  return c.created(gitCommitView(c, c.repo, sha));
}

interface TagInput {
  readonly tag: string;
  readonly message: string;
  readonly object: string;
  readonly type: 'commit' | 'tree' | 'blob';
  readonly tagger?: PersonInput;
}

function createTag(c: Context): Reply {
  refuseEmpty(c);
  const input = c.input<TagInput>();
  const store = c.core.objects(c.repo);
  if (!isObjectId(input.object) || store.read(input.object)?.type !== input.type) {
    throw unprocessable(`object ${input.object} does not exist or is not a ${input.type}`);
  }
  const tag = {
    object: input.object,
    type: input.type,
    tag: input.tag,
    tagger: personOf(c, input.tagger),
    message: input.message.endsWith('\n') ? input.message : `${input.message}\n`,
  };
  const sha = store.write('tag', encodeTag(tag));
  return c.created(tagView(c, c.repo, sha, tag));
}

/** Blobs, trees, commits and tag objects: https://docs.github.com/rest/git. Refs are elsewhere: they have rules. */
export const gitObjectRoutes: Routes = {
  'git/create-blob': createBlob,
  'git/get-blob': getBlob,
  'git/create-tree': createTree,
  'git/get-tree': getTree,
  'git/create-commit': createCommit,
  'git/get-commit': (c) => {
    objectOf(c, c.text('commit_sha'), 'commit');
    return c.ok(gitCommitView(c, c.repo, c.text('commit_sha')));
  },
  'git/create-tag': createTag,
  'git/get-tag': (c) => {
    const tag = parseTag(objectOf(c, c.text('tag_sha'), 'tag'));
    return c.ok(tagView(c, c.repo, c.text('tag_sha'), tag));
  },
};
