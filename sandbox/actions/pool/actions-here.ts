import { readCommit } from '../../git/commit-object.ts';
import { readBody } from '../../git/objects.ts';
import { SUBMODULE, SYMLINK, DIRECTORY, type TreeMode } from '../../git/tree-object.ts';
import { walkTree } from '../../git/tree.ts';
import type { Core } from '../../kernel/core.ts';
import type { Repository } from '../../state/repositories.ts';
import { resolveRef } from '../jobs/files.ts';
import type { ActionFile, FindAction } from '../runner/action-source.ts';

/** Finds actions among the repositories of the sandbox: a tag before a branch, or a full commit id. */
export function actionsHere(core: Core): FindAction {
  return (owner, name, ref) => {
    const account = core.tables.accounts.find('login', owner.toLowerCase());
    const repository =
      account && core.tables.repositories.find('name', `${account.id}/${name.toLowerCase()}`);
    if (repository === undefined) return { kind: 'no-repository' };
    const sha = resolveRef(core, repository, ref)?.sha;
    return sha === undefined || core.objects(repository).read(sha)?.type !== 'commit'
      ? { kind: 'no-version' }
      : { kind: 'found', sha, files: () => filesOf(core, repository, sha) };
  };
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
