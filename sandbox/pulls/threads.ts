import type { Core } from '../kernel/core.ts';
import type { Pull, ReviewComment } from '../state/pulls.ts';

/** The first comment of every thread of a pull request, oldest first. */
export function threadsOf(core: Core, pull: Pull): ReviewComment[] {
  return core.tables.reviewComments.where('pull', pull.id).filter((comment) => comment.replyTo === null);
}
