import type { Actor } from '../issues/actor.ts';
import { closeByPull } from '../issues/linking.ts';
import { closeIssue } from '../issues/state.ts';
import { addTimeline } from '../issues/timeline.ts';
import { now, type Core } from '../kernel/core.ts';
import type { Pull } from '../state/pulls.ts';
import { issueOf, touchPull } from './find.ts';
import { setPullRef } from './refs.ts';

/**
 * Notes that a pull request was merged: its rows, its line, `pull_request.closed`, and on the default branch the issues
 * it closes. `oid` is the merge commit, `commits` are all that the merge brought onto the branch.
 */
export function markMerged(
  core: Core,
  actor: Actor,
  pull: Pull,
  oid: string,
  commits: readonly string[],
): Pull {
  const merged = core.tables.pulls.put({
    ...pull,
    trial: null,
    merged: {
      at: now(core),
      byId: actor.account.id,
      oid,
      commits: [...new Set([...commits, oid])],
    },
  });
  // GitHub keeps refs/pull/N/head for ever and drops the trial once there is nothing to try.
  setPullRef(core, merged, 'merge', null);
  addTimeline(core, actor, merged, { kind: 'merged', commitOid: oid });
  closeIssue(core, actor, issueOf(core, touchPull(core, merged)));
  const repository = core.tables.repositories.require(pull.repositoryId);
  if (pull.base.ref === repository.defaultBranch) closeByPull(core, actor, issueOf(core, merged));
  return core.tables.pulls.require(pull.id);
}
