import { may } from '../access/index.ts';
import { actorOf } from '../issues/actor.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';
import { forbidden, notFound } from '../kernel/errors.ts';
import { mergePull, updateBranch, type MergeInput } from '../pulls/merge.ts';
import { pullUrl } from '../views/pulls.ts';
import { pullOf } from './pulls.ts';

/** Who may write to the head: its own people, or those of the base where the author lends it to them. */
function bringUpToDate(c: Context): Reply {
  const pull = pullOf(c);
  const head =
    pull.head.repositoryId === null ? undefined : c.tables.repositories.get(pull.head.repositoryId);
  const own = head !== undefined && may(c.core, c.viewer, head, 'write', 'contents');
  const lent = pull.maintainerCanModify && may(c.core, c.viewer, c.repo, 'write', 'pull_requests');
  if (!own && !lent) throw forbidden('Must have push access to repository');
  updateBranch(c.core, actorOf(c), pull, c.input<{ expected_head_sha?: string }>().expected_head_sha);
  return c.accepted({ message: 'Updating pull request branch.', url: pullUrl(c, pull) });
}

/** Merging: https://docs.github.com/rest/pulls/pulls#merge-a-pull-request */
export const mergeRoutes: Routes = {
  'pulls/merge': (c) => {
    const merged = mergePull(c.core, actorOf(c), pullOf(c), c.input<MergeInput>());
    return c.ok({ sha: merged.merged!.oid, merged: true, message: 'Pull Request successfully merged' });
  },
  'pulls/check-if-merged': (c) => {
    if (pullOf(c).merged === null) throw notFound();
    return c.noContent();
  },
  'pulls/update-branch': bringUpToDate,
};
