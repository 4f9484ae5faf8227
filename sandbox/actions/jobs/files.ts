import { readCommit, peel } from '../../git/commit-object.ts';
import { boundedCache, type Cache } from '../../git/lru.ts';
import { isObjectId, readBody, type ObjectStore } from '../../git/objects.ts';
import { DIRECTORY } from '../../git/tree-object.ts';
import { findEntry, listTree } from '../../git/tree.ts';
import type { Core } from '../../kernel/core.ts';
import type { FileOrigin } from '../../state/action-jobs.ts';
import { refKey, type Repository } from '../../state/repositories.ts';
import type { Workflow } from '../workflow/model.ts';
import { parseWorkflow, type Parsed, type WorkflowLimits } from '../workflow/parse.ts';

const FOLDER = '.github/workflows';

/** A workflow file of a commit. */
interface Listed {
  readonly path: string;
  readonly blob: string;
}

/** Files read and folders listed lately: a blob's id and a commit's say all about them. */
const parsedFiles = boundedCache<Parsed>(1_000);
const listedFolders = new WeakMap<ObjectStore, Cache<readonly Listed[]>>();

/** Paths of the workflow files of a commit, in the order of the tree. */
export function workflowPaths(core: Core, repository: Repository, sha: string): readonly string[] {
  return listed(core.objects(repository), sha).map(({ path }) => path);
}

function listed(objects: ObjectStore, sha: string): readonly Listed[] {
  let cache = listedFolders.get(objects);
  if (cache === undefined) listedFolders.set(objects, (cache = boundedCache<readonly Listed[]>(10_000)));
  const known = cache.get(sha);
  if (known !== undefined) return known;
  if (!isObjectId(sha) || !objects.has(sha)) return [];
  const files = listFolder(objects, sha);
  cache.set(sha, files, 1 + files.length);
  return files;
}

function listFolder(objects: ObjectStore, sha: string): Listed[] {
  const folder = findEntry(objects, readCommit(objects, sha).tree, FOLDER);
  if (folder?.mode !== DIRECTORY) return [];
  return listTree(objects, folder.id, FOLDER)
    .filter((entry) => entry.mode.startsWith('100') && /\.ya?ml$/.test(entry.path))
    .map(({ path, id }) => ({ path, blob: id }));
}

/** Reads the workflow file of a commit; undefined where there is none. */
export function parsedAt(core: Core, repository: Repository, sha: string, path: string): Parsed | undefined {
  const objects = core.objects(repository);
  const file = listed(objects, sha).find((one) => one.path === path);
  if (file === undefined) return undefined;
  const limits = limitsOf(core);
  const key = `${file.blob} ${limits.fileBytes} ${limits.matrixJobs} ${path}`;
  let parsed = parsedFiles.get(key);
  if (parsed === undefined) {
    parsed = parseWorkflow(path, readBody(objects, file.blob, 'blob').toString('utf8'), limits);
    parsedFiles.set(key, parsed, 1);
  }
  return parsed;
}

function limitsOf(core: Core): WorkflowLimits {
  return { fileBytes: core.limits.workflowBytes, matrixJobs: core.limits.matrixJobs };
}

/** The workflow of a scope. It was read when the run started, so it is there and has no problems. */
export function workflowOf(core: Core, origin: FileOrigin): Workflow {
  const repository = core.tables.repositories.require(origin.repositoryId);
  const parsed = parsedAt(core, repository, origin.sha, origin.path);
  if (parsed?.ok !== true) throw new Error(`${origin.path} at ${origin.sha} can no longer be read`);
  return parsed.workflow;
}

/** Commit of a branch, a tag (peeled) or a full SHA, with the full ref where it is one. */
export function resolveRef(
  core: Core,
  repository: Repository,
  name: string,
): { readonly sha: string; readonly ref?: string } | undefined {
  const objects = core.objects(repository);
  const candidates = name.startsWith('refs/') ? [name] : [`refs/tags/${name}`, `refs/heads/${name}`];
  for (const ref of candidates) {
    const row = core.tables.refs.get(refKey(repository.id, ref));
    const peeled = row === undefined ? undefined : peel(objects, row.oid);
    if (peeled?.type === 'commit') return { sha: peeled.id, ref };
  }
  return isObjectId(name) && objects.has(name) ? { sha: name } : undefined;
}
