import { peel, readCommit } from '../../git/commit-object.ts';
import { isObjectId, readBody } from '../../git/objects.ts';
import { SUBMODULE, SYMLINK, DIRECTORY, type TreeMode } from '../../git/tree-object.ts';
import { walkTree } from '../../git/tree.ts';
import type { Core } from '../../kernel/core.ts';
import { refKey, type Repository } from '../../state/repositories.ts';
import type { ActionFile, FindAction } from '../runner/action-source.ts';

/** Finds actions among the repositories of the sandbox: a tag before a branch, or a full commit id. */
export function actionsHere(core: Core): FindAction {
  return (owner, name, ref) => {
    const account = core.tables.accounts.find('login', owner.toLowerCase());
    const repository =
      account && core.tables.repositories.find('name', `${account.id}/${name.toLowerCase()}`);
    if (repository === undefined) return { kind: 'no-repository' };
    const sha = commitOf(core, repository, ref);
    return sha === undefined
      ? { kind: 'no-version' }
      : { kind: 'found', sha, files: () => filesOf(core, repository, sha) };
  };
}

function commitOf(core: Core, repository: Repository, ref: string): string | undefined {
  const store = core.objects(repository);
  for (const name of [`refs/tags/${ref}`, `refs/heads/${ref}`]) {
    const row = core.tables.refs.get(refKey(repository.id, name));
    const found = row === undefined ? undefined : peel(store, row.oid);
    if (found?.type === 'commit') return found.id;
  }
  return isObjectId(ref) && store.read(ref)?.type === 'commit' ? ref : undefined;
}

function* filesOf(core: Core, repository: Repository, sha: string): Generator<ActionFile> {
  const store = core.objects(repository);
  for (const { path, mode, id } of walkTree(store, readCommit(store, sha).tree)) {
    if (mode === DIRECTORY || mode === SUBMODULE) continue;
    yield { path, mode: kindOf(mode), content: readBody(store, id, 'blob') };
  }
}

function kindOf(mode: TreeMode): ActionFile['mode'] {
  if (mode === SYMLINK) return 'link';
  return mode === '100755' ? 'executable' : 'file';
}
