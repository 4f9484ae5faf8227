/**
 * Files under `.github/workflows` take a permission of their own: tokens of jobs never have it.
 * https://docs.github.com/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps (scope `workflow`),
 * https://docs.github.com/rest/authentication/permissions-required-for-github-apps (permission `workflows`)
 */
import { peel } from '../git/commit-object.ts';
import { node } from '../git/graph.ts';
import type { ObjectStore } from '../git/objects.ts';
import { findEntry, walkTree } from '../git/tree.ts';
import { DIRECTORY } from '../git/tree-object.ts';
import type { Core } from '../kernel/core.ts';
import type { Identity } from '../kernel/identity.ts';
import type { Repository } from '../state/repositories.ts';
import type { JudgedChange } from './change.ts';
import { refsWithPrefix } from './prefix.ts';
import { refusal, type Refusal } from './refusal.ts';

const FOLDER = '.github/workflows';

/** May this token write workflow files? Who is signed in on the pages has no scopes and needs none. */
export function mayWriteWorkflows(by: Identity): boolean {
  switch (by.kind) {
    case 'user':
      return by.permissions === undefined
        ? by.scopes === undefined || by.scopes.includes('workflow')
        : by.permissions['workflows'] === 'write';
    case 'installation':
      return by.permissions['workflows'] === 'write';
    case 'anonymous':
    case 'app':
    case 'job':
      return false;
  }
}

/** Workflow files of a commit: `path\0id`, and the id of their folder to compare quickly. */
function workflowFiles(store: ObjectStore, commit: string): { folder: string | undefined; files: string[] } {
  const folder = findEntry(store, node(store, commit).tree, FOLDER);
  if (folder?.mode !== DIRECTORY) return { folder: undefined, files: [] };
  const files: string[] = [];
  for (const { path, mode, id } of walkTree(store, folder.id, FOLDER))
    if (mode !== DIRECTORY) files.push(`${path}\0${id}`);
  return { folder: folder.id, files };
}

/** The first workflow file of the commit that stands on no branch of the repository with these contents. */
function newWorkflow(core: Core, repository: Repository, commit: string): string | undefined {
  const store = core.objects(repository);
  const { folder, files } = workflowFiles(store, commit);
  if (folder === undefined) return undefined;
  const wanted = new Set(files);
  const folders = new Set<string>();
  for (const ref of refsWithPrefix(core, repository, 'refs/heads/')) {
    const here = workflowFiles(store, ref.oid);
    if (here.folder === folder) return undefined;
    if (here.folder === undefined || folders.has(here.folder)) continue;
    folders.add(here.folder);
    for (const file of here.files) wanted.delete(file);
    if (wanted.size === 0) return undefined;
  }
  const [first] = wanted;
  return first?.split('\0')[0];
}

function words(by: Identity, path: string): string {
  const file = `to create or update workflow \`${path}\` without`;
  if (by.kind !== 'user') return `refusing to allow a GitHub App ${file} \`workflows\` permission`;
  if (by.permissions !== undefined)
    return `refusing to allow a fine-grained personal access token ${file} \`workflows\` permission`;
  return `refusing to allow a Personal Access Token ${file} \`workflow\` scope`;
}

/**
 * Refuses a change that brings a workflow file by a token that may not. Files that stand on another branch with the same
 * path and contents may move freely. REST answers as for any permission that is missing: 403, for classic tokens 404.
 */
export function workflowRefusal(core: Core, change: JudgedChange): Refusal | undefined {
  const { actor, after, repository } = change;
  if (after === null || mayWriteWorkflows(actor.by)) return undefined;
  const store = core.objects(repository);
  const target = peel(store, after);
  if (target?.type !== 'commit') return undefined;
  const path = newWorkflow(core, repository, target.id);
  if (path === undefined) return undefined;
  const classic = actor.by.kind === 'user' && actor.by.permissions === undefined;
  const answer =
    actor.by.kind === 'user'
      ? 'Resource not accessible by personal access token'
      : 'Resource not accessible by integration';
  return refusal('workflows', words(actor.by, path), classic ? 'Not Found' : answer, {
    status: classic ? 404 : 403,
  });
}
