import type { Actor } from '../issues/actor.ts';
import type { Core } from '../kernel/core.ts';
import type { Pull } from '../state/pulls.ts';
import { approvals } from './approvals.ts';
import { compareCommits, objectsOf, sameChanges } from './comparison.ts';
import { dismissReview } from './reviews.ts';
import { mergeRules } from './rules.ts';

/** A push gives no reason: the line says which commit it was. */
const MESSAGE = '';

/**
 * The head moved: where rules want it, approvals of something else end. A push that changes nothing of what the pull
 * request changes (the base merged into it) leaves them.
 * https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/about-protected-branches#require-pull-request-reviews-before-merging
 */
export function dismissStale(core: Core, actor: Actor, pull: Pull, before: string): void {
  if (!mergeRules(core, pull).dismissStale) return;
  const store = objectsOf(core, pull);
  const compare = (head: string) => compareCommits(store, pull.base.oid, head);
  if (sameChanges(store, compare(before), compare(pull.head.oid))) return;
  for (const { review } of approvals(core, pull))
    dismissReview(core, actor, pull, review, MESSAGE, pull.head.oid);
}
