import { isAncestor } from '../git/history.ts';
import type { Core } from '../kernel/core.ts';
import type { Pull } from '../state/pulls.ts';
import { approvals, changeRequests, type Approval } from './approvals.ts';
import { checksSentence } from '../refs/rules/required-checks.ts';
import { overallOutcome } from './checks.ts';
import { baseOf, objectsOf } from './comparison.ts';
import { codeownerGroups, readOwners } from './owners.ts';
import { threadsOf } from './threads.ts';
import { mergeRules, type MergeRules } from './rules.ts';
import { refreshTrial } from './trial.ts';

/** `mergeable` and `mergeable_state` of https://docs.github.com/rest/pulls/pulls#get-a-pull-request, by their names in GraphQL. */
export interface Mergeability {
  /** Null for what is merged: there is nothing to try. */
  readonly mergeable: boolean | null;
  readonly state: 'clean' | 'dirty' | 'blocked' | 'behind' | 'unstable' | 'draft' | 'unknown';
}

/** Can it be merged, and what stands in the way? The first try for a moved base happens here. */
export function mergeabilityOf(core: Core, pull: Pull): Mergeability {
  if (pull.merged !== null || !pull.open) return { mergeable: null, state: 'unknown' };
  const { trial } = refreshTrial(core, pull);
  if (trial === null || trial.merge === null) return { mergeable: false, state: 'dirty' };
  if (pull.draft) return { mergeable: true, state: 'draft' };
  const rules = mergeRules(core, pull);
  if (blockers(core, pull, rules).length > 0) return { mergeable: true, state: 'blocked' };
  if (rules.upToDate && isBehind(core, pull)) return { mergeable: true, state: 'behind' };
  const checks = overallOutcome(core, pull.repositoryId, pull.head.oid);
  return { mergeable: true, state: checks === 'failing' || checks === 'pending' ? 'unstable' : 'clean' };
}

/** Does the head lack commits of its base? */
export function isBehind(core: Core, pull: Pull): boolean {
  return !isAncestor(objectsOf(core, pull), baseOf(core, pull), pull.head.oid);
}

/** What rules want of a pull request and it does not have yet, in GitHub's words; being behind is not among them. */
export function blockers(core: Core, pull: Pull, rules = mergeRules(core, pull)): string[] {
  return [...reviewBlockers(core, pull, rules), ...checkBlockers(core, pull, rules)];
}

function reviewBlockers(core: Core, pull: Pull, rules: MergeRules): string[] {
  const reasons: string[] = [];
  const counted = approvals(core, pull).filter(({ counts }) => counts);
  if (counted.length < rules.approvals)
    reasons.push(
      rules.approvals === 1
        ? 'At least 1 approving review is required by reviewers with write access.'
        : `At least ${rules.approvals} approving reviews are required by reviewers with write access.`,
    );
  const against = rules.reviews ? changeRequests(core, pull).filter(({ counts }) => counts).length : 0;
  if (against > 0)
    reasons.push(
      `${against} review${against === 1 ? '' : 's'} requesting changes by reviewers with write access.`,
    );
  if (rules.codeOwners) reasons.push(...ownerBlockers(core, pull, counted));
  if (rules.lastPushApproval && !counted.some((one) => one.current && one.userId !== pull.headPushedById))
    reasons.push('New changes require approval from someone other than the last pusher.');
  if (rules.resolvedThreads && threadsOf(core, pull).some(({ resolvedById }) => resolvedById === null))
    reasons.push('A conversation must be resolved before this pull request can be merged.');
  return reasons;
}

/** For every owned file that changed one of its owners must approve; files whose owners are nobody ask nobody. */
function ownerBlockers(core: Core, pull: Pull, counted: readonly Approval[]): string[] {
  const repository = core.tables.repositories.require(pull.repositoryId);
  const waiting = new Set<string>();
  for (const group of codeownerGroups(core, pull)) {
    const { users, teams } = readOwners(core, repository, group);
    if (users.length + teams.length === 0) continue;
    const approved = counted.some(
      ({ userId }) =>
        users.some(({ id }) => id === userId) ||
        teams.some(({ id }) => core.tables.teamMembers.get(`${id}/${userId}`) !== undefined),
    );
    if (!approved) for (const owner of group) waiting.add(owner.replace(/^@/, ''));
  }
  return waiting.size === 0 ? [] : [`Waiting on code owner review from ${[...waiting].join(', ')}.`];
}

function checkBlockers(core: Core, pull: Pull, rules: MergeRules): string[] {
  const sentence = checksSentence(core, pull.repositoryId, pull.head.oid, rules.checks);
  return sentence === undefined ? [] : [sentence];
}
