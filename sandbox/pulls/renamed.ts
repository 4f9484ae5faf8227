import type { Actor } from '../issues/actor.ts';
import { closeIssue } from '../issues/state.ts';
import type { Core } from '../kernel/core.ts';
import { baseScope } from '../state/pulls.ts';
import type { Repository } from '../state/repositories.ts';
import { issueOf } from './find.ts';

/**
 * A branch has another name now: open pull requests into it follow, those from it are closed.
 * https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-branches-in-your-repository/renaming-a-branch
 */
export function renameInPulls(
  core: Core,
  actor: Actor,
  repository: Repository,
  from: string,
  to: string,
): void {
  const { pulls } = core.tables;
  for (const pull of pulls.where('base', baseScope({ repositoryId: repository.id }, from, true)))
    pulls.put({ ...pull, base: { ...pull.base, ref: to } });
  for (const pull of pulls.where('head', `${repository.id}:${from}`))
    if (pull.open) closeIssue(core, actor, issueOf(core, pull));
}
