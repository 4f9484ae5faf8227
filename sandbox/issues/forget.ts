import type { Core } from '../kernel/core.ts';
import { removeReactions } from './reactions.ts';

/**
 * Before a repository's rows go: removes what hangs on its conversations by other ids, reactions, and the lines in other
 * repositories that tell of its issues.
 */
export function forgetIssues(core: Core, repositoryId: number): void {
  const { tables } = core;
  for (const { id } of tables.issues.where('scope', String(repositoryId))) {
    removeReactions(core, 'issue', id);
    for (const line of tables.timeline.where('subject', `source/${id}`)) tables.timeline.remove(line.id);
  }
  for (const { id } of tables.issueComments.where('repository', repositoryId))
    removeReactions(core, 'issue-comment', id);
  for (const { id } of tables.reviewComments.where('repository', repositoryId))
    removeReactions(core, 'review-comment', id);
  for (const { id } of tables.commitComments.where('repository', repositoryId))
    removeReactions(core, 'commit-comment', id);
}
