import { canSee, roleOf } from '../access/index.ts';
import type { Core } from '../kernel/core.ts';
import { atLeast } from '../kernel/identity.ts';
import type { Account } from '../state/accounts.ts';
import type { Issue } from '../state/issues.ts';
import type { Repository } from '../state/repositories.ts';
import { accountView } from '../views/accounts.ts';
import type { Actor } from './actor.ts';
import { changeIssue, tellIssue } from './change.ts';
import { addTimeline } from './timeline.ts';

/** https://docs.github.com/issues/tracking-your-work-with-issues/using-issues/assigning-issues-and-pull-requests-to-other-github-users */
const MOST_ASSIGNEES = 10;

/** Everybody who can be assigned to any issue of a repository, by login: who may write, and members who may read. */
export function assignableTo(core: Core, repository: Repository): Account[] {
  const { accounts, collaborators, memberships, teamRepositories, teamMembers } = core.tables;
  const ids = new Set<number>([repository.ownerId]);
  for (const row of collaborators.where('repository', repository.id)) ids.add(row.userId);
  for (const row of memberships.where('organization', repository.ownerId)) ids.add(row.userId);
  for (const { teamId } of teamRepositories.where('repository', repository.id))
    for (const { userId } of teamMembers.where('team', teamId)) ids.add(userId);
  return [...ids]
    .map((id) => accounts.require(id))
    .filter((account) => isAssignable(core, repository, account))
    .sort((one, other) => (one.login.toLowerCase() < other.login.toLowerCase() ? -1 : 1));
}

/** Can this account be assigned to any issue of the repository? With `issue` also who wrote or commented there. */
export function isAssignable(core: Core, repository: Repository, account: Account, issue?: Issue): boolean {
  if (account.type !== 'User') return false;
  const role = roleOf(core, account.id, repository);
  if (atLeast(role, 'write')) return true;
  const member = core.tables.memberships.get(`${repository.ownerId}/${account.id}`) !== undefined;
  if (member && atLeast(role, 'read')) return true;
  if (issue === undefined) return false;
  const reader = { kind: 'user', userId: account.id, tokenId: 0, scopes: ['repo'] } as const;
  if (!canSee(core, reader, repository)) return false;
  if (issue.authorId === account.id) return true;
  return core.tables.issueComments.where('issue', issue.id).some((row) => row.authorId === account.id);
}

/** Assigns people, at most ten in all; who is assigned already stays. One event and one line each. */
export function addAssignees(core: Core, actor: Actor, issue: Issue, accounts: readonly Account[]): Issue {
  let current = core.tables.issues.require(issue.id);
  for (const account of accounts) {
    if (current.assigneeIds.includes(account.id) || current.assigneeIds.length >= MOST_ASSIGNEES) continue;
    current = changeIssue(core, issue.id, { assigneeIds: [...current.assigneeIds, account.id] });
    note(core, actor, current, account, 'assigned');
  }
  return current;
}

/** Takes people off; who is not assigned is ignored. */
export function removeAssignees(core: Core, actor: Actor, issue: Issue, accounts: readonly Account[]): Issue {
  let current = core.tables.issues.require(issue.id);
  for (const account of accounts) {
    if (!current.assigneeIds.includes(account.id)) continue;
    const assigneeIds = current.assigneeIds.filter((id) => id !== account.id);
    current = changeIssue(core, issue.id, { assigneeIds });
    note(core, actor, current, account, 'unassigned');
  }
  return current;
}

/** Assigns exactly these people. */
export function setAssignees(core: Core, actor: Actor, issue: Issue, accounts: readonly Account[]): Issue {
  const { assigneeIds } = core.tables.issues.require(issue.id);
  const gone = assigneeIds.filter((id) => !accounts.some((account) => account.id === id));
  removeAssignees(
    core,
    actor,
    issue,
    gone.map((id) => core.tables.accounts.require(id)),
  );
  return addAssignees(core, actor, issue, accounts);
}

function note(
  core: Core,
  actor: Actor,
  issue: Issue,
  account: Account,
  kind: 'assigned' | 'unassigned',
): void {
  addTimeline(core, actor, issue, { kind, assigneeId: account.id, assignerId: actor.account.id });
  tellIssue(core, actor, issue, kind, (view) => ({ assignee: accountView(view, account) }));
}
