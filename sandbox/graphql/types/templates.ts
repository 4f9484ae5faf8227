import { findEntry, listTree } from '../../git/tree.ts';
import { readCommit } from '../../git/commit-object.ts';
import { branchTip } from '../../pulls/comparison.ts';
import type { Repository } from '../../state/repositories.ts';
import type { Asking } from '../asking.ts';

const FOLDERS = ['.github', '', 'docs'];

/**
 * Templates of pull requests on the default branch.
 * https://docs.github.com/communities/using-templates-to-encourage-useful-issues-and-pull-requests/creating-a-pull-request-template-for-your-repository
 */
export function pullTemplates(asking: Asking, repository: Repository) {
  const tip = branchTip(asking.core, repository.id, repository.defaultBranch);
  if (tip === undefined) return [];
  const store = asking.core.objects(repository);
  const { tree } = readCommit(store, tip);
  const files = FOLDERS.flatMap((folder) => {
    const found = findEntry(store, tree, folder);
    if (found?.mode !== '040000') return [];
    const here = listTree(store, found.id, folder);
    const many = here.find(({ path, mode }) => mode === '040000' && /pull_request_template$/i.test(path));
    const single = here.filter(({ path }) => /(?:^|\/)pull_request_template(?:\.\w+)?$/i.test(path));
    return [...single, ...(many === undefined ? [] : listTree(store, many.id, many.path))];
  });
  return files
    .filter(({ mode }) => mode.startsWith('100'))
    .map(({ path, id }) => ({
      filename: path,
      body: store.read(id)?.body.toString('utf8') ?? '',
      repository,
    }));
}
