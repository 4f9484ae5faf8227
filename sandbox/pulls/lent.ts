import { may } from '../access/index.ts';
import type { Core } from '../kernel/core.ts';
import type { Identity } from '../kernel/identity.ts';
import type { Repository } from '../state/repositories.ts';

/**
 * Branches of somebody's fork that the viewer may push to, because the author of a pull request lets those who may write
 * to its base. https://docs.github.com/pull-requests/collaborating-with-pull-requests/working-with-forks/allowing-changes-to-a-pull-request-branch-created-from-a-fork
 */
export function lentBranches(core: Core, viewer: Identity, repository: Repository): ReadonlySet<string> {
  const lent = new Set<string>();
  for (const { head, repositoryId } of core.tables.pulls.where('lent', repository.id)) {
    const base = core.tables.repositories.require(repositoryId);
    if (!lent.has(head.ref) && may(core, viewer, base, 'write', 'contents')) lent.add(head.ref);
  }
  return lent;
}
