/** One file written or removed as one commit on a branch. https://docs.github.com/rest/repos/contents */
import { encodeCommit } from '../git/commit-object.ts';
import { node } from '../git/graph.ts';
import { EMPTY_TREE, type ObjectStore } from '../git/objects.ts';
import type { Person } from '../git/person.ts';
import { editTree, findEntry, type TreeEdit } from '../git/tree.ts';
import { DIRECTORY, entryNameProblem, SUBMODULE } from '../git/tree-object.ts';
import type { Core } from '../kernel/core.ts';
import { ApiError, notFound, unprocessable } from '../kernel/errors.ts';
import { encodeSigned } from '../kernel/web-flow.ts';
import { isUnborn, type RefActor, requireRefUpdate } from '../refs/update.ts';
import { refKey, type Repository } from '../state/repositories.ts';

export interface FileWrite {
  readonly path: string;
  readonly branch: string;
  /** New content; null removes the file. */
  readonly content: Buffer | null;
  /** Blob the caller believes to be there. */
  readonly sha: string | undefined;
  readonly message: string;
  readonly author: Person;
  readonly committer: Person;
  /** GitHub signs the commit. */
  readonly signed: boolean;
}

export interface FileWritten {
  readonly commit: string;
  readonly tree: string;
  readonly created: boolean;
}

function checkPath(store: ObjectStore, tree: string, path: string): void {
  const parts = path.split('/');
  if (path === '' || parts.some((part) => entryNameProblem(part) !== undefined))
    throw unprocessable('path contains a malformed path component');
  for (let count = 1; count < parts.length; count++) {
    const above = findEntry(store, tree, parts.slice(0, count).join('/'));
    if (above !== undefined && above.mode !== DIRECTORY)
      throw unprocessable(`path "${path}" goes through "${above.path}", which is a file`);
  }
}

/** The entry that will stand at the path. */
function editFor(store: ObjectStore, tree: string, { path, content, sha }: FileWrite): TreeEdit {
  const old = findEntry(store, tree, path);
  if (content === null) {
    if (old === undefined || old.mode === DIRECTORY) throw notFound();
    if (old.id !== sha) throw new ApiError(409, `${path} does not match ${sha ?? ''}`);
    return null;
  }
  if (old?.mode === DIRECTORY || old?.mode === SUBMODULE) throw unprocessable(`path "${path}" is not a file`);
  if (old !== undefined && sha === undefined)
    throw unprocessable('Invalid request.\n\n"sha" wasn\'t supplied.');
  if (sha !== undefined && sha !== old?.id) throw new ApiError(409, `${path} does not match ${sha}`);
  return { mode: old?.mode ?? '100644', id: store.write('blob', content) };
}

/**
 * Writes a commit with the file and moves the branch to it. An empty repository gets its first branch so.
 * @throws ApiError 404 no such branch or file, 409 a file that is not what the caller believes, rules; 422 a bad path
 */
export function writeFile(
  core: Core,
  repository: Repository,
  actor: RefActor,
  write: FileWrite,
): FileWritten {
  const ref = `refs/heads/${write.branch}`;
  const tip = core.tables.refs.get(refKey(repository.id, ref))?.oid;
  if (tip === undefined && !isUnborn(core, repository))
    throw new ApiError(404, `Branch ${write.branch} not found`);
  const store = core.objects(repository);
  const before = tip === undefined ? EMPTY_TREE : node(store, tip).tree;
  checkPath(store, before, write.path);
  const created = findEntry(store, before, write.path) === undefined;
  const edit = editFor(store, before, write);
  const tree = editTree(store, before, new Map([[write.path, edit]]));
  const { author, committer, message } = write;
  const parents = tip === undefined ? [] : [tip];
  const object = { tree, parents, author, committer, message };
  const commit = store.write('commit', write.signed ? encodeSigned(core, object) : encodeCommit(object));
  requireRefUpdate(
    core,
    repository,
    actor,
    { ref, before: tip ?? null, after: commit },
    { kind: 'api' },
    409,
  );
  return { commit, tree, created };
}
