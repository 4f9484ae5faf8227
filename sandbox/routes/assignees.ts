import { actorOf } from '../issues/actor.ts';
import { addAssignees, assignableTo, isAssignable, removeAssignees } from '../issues/assignees.ts';
import { issueOfPath } from '../issues/find.ts';
import type { Context, Routes } from '../kernel/context.ts';
import { notFound } from '../kernel/errors.ts';
import type { Account } from '../state/accounts.ts';
import { accountView } from '../views/accounts.ts';
import { fullIssueView } from '../views/issues.ts';

function people(c: Context): Account[] {
  const { assignees = [] } = c.input<{ readonly assignees?: readonly string[] }>();
  return assignees.flatMap((login) => c.tables.accounts.find('login', login.toLowerCase()) ?? []);
}

function assignable(c: Context): Account {
  const account = c.tables.accounts.find('login', c.text('assignee').toLowerCase());
  if (account === undefined || !isAssignable(c.core, c.repo, account)) throw notFound();
  return account;
}

/** Assignees: https://docs.github.com/rest/issues/assignees */
export const assigneeRoutes: Routes = {
  'issues/list-assignees': (c) => c.page(assignableTo(c.core, c.repo), (account) => accountView(c, account)),
  'issues/check-user-can-be-assigned': (c) => {
    assignable(c);
    return c.noContent();
  },
  'issues/add-assignees': (c) => {
    const issue = issueOfPath(c);
    const able = people(c).filter((account) => isAssignable(c.core, c.repo, account, issue));
    return c.created(fullIssueView(c, addAssignees(c.core, actorOf(c), issue, able)));
  },
  'issues/remove-assignees': (c) =>
    c.ok(fullIssueView(c, removeAssignees(c.core, actorOf(c), issueOfPath(c), people(c)))),
};
