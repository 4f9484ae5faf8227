/** Who moved which branch: kept of every change, whatever the commits themselves claim. https://docs.github.com/rest/repos/repos#list-repository-activities */
import { isAncestor } from '../git/history.ts';
import { type Core, now } from '../kernel/core.ts';
import type { Activity, Repository } from '../state/repositories.ts';
import type { RefActor, RefChange, Via } from './change.ts';

export type ActivityType = 'push' | 'force_push' | 'branch_creation' | 'branch_deletion' | 'pr_merge';

/** Writes down changes of branches, in their order. GitHub keeps none of tags. */
export function noteActivities(
  core: Core,
  repository: Repository,
  actor: RefActor,
  changes: readonly RefChange[],
  via: Via,
): void {
  for (const { ref, before, after } of changes) {
    if (!ref.startsWith('refs/heads/')) continue;
    core.tables.activities.put({
      id: core.store.next('activity'),
      repositoryId: repository.id,
      actorId: actor.account.id,
      ref,
      before,
      after,
      merge: via.kind === 'merge',
      at: now(core),
    });
  }
}

/** What a change was. */
export function activityType(core: Core, repository: Repository, activity: Activity): ActivityType {
  const { before, after } = activity;
  if (before === null) return 'branch_creation';
  if (after === null) return 'branch_deletion';
  if (activity.merge) return 'pr_merge';
  return isAncestor(core.objects(repository), before, after) ? 'push' : 'force_push';
}
