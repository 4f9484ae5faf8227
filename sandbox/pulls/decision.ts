import type { Core } from '../kernel/core.ts';
import type { Pull } from '../state/pulls.ts';
import { approvals, changeRequests } from './approvals.ts';
import { blockers } from './mergeability.ts';
import { mergeRules } from './rules.ts';

export type ReviewDecision = 'APPROVED' | 'CHANGES_REQUESTED' | 'REVIEW_REQUIRED';

/**
 * What the reviews say, by those whose word counts: https://docs.github.com/graphql/reference/enums#pullrequestreviewdecision.
 * Null where no review is wanted and none has decided.
 */
export function reviewDecision(core: Core, pull: Pull): ReviewDecision | null {
  if (changeRequests(core, pull).some(({ counts }) => counts)) return 'CHANGES_REQUESTED';
  const rules = mergeRules(core, pull);
  const open = blockers(core, pull, { ...rules, checks: [], resolvedThreads: false });
  if (rules.reviews && open.length > 0) return 'REVIEW_REQUIRED';
  return approvals(core, pull).some(({ counts }) => counts) ? 'APPROVED' : null;
}
