import { actorOf } from '../issues/actor.ts';
import { addAssignees, assignableTo, isAssignable, removeAssignees } from '../issues/assignees.ts';
import { issueOfPath } from '../issues/find.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';
import { notFound } from '../kernel/errors.ts';
import type { Issue } from '../state/issues.ts';
import { accountView } from '../views/accounts.ts';
import { fullIssueView } from '../views/issues.ts';
import { assignableNamed, type NamedAssignee } from './issue-input.ts';

function check(c: Context, issue?: Issue): Reply {
  const account = c.tables.accounts.find('login', c.text('assignee').toLowerCase());
  if (account === undefined || !isAssignable(c.core, c.repo, account, issue)) throw notFound();
  return c.noContent();
}

/** Assignees; who cannot be is ignored: https://docs.github.com/rest/issues/assignees */
export const assigneeRoutes: Routes = {
  'issues/list-assignees': (c) => c.page(assignableTo(c.core, c.repo), (account) => accountView(c, account)),
  'issues/check-user-can-be-assigned': (c) => check(c),
  'issues/check-user-can-be-assigned-to-issue': (c) => check(c, issueOfPath(c)),
  'issues/add-assignees': (c) => {
    const issue = issueOfPath(c);
    const { assignees = [] } = c.input<{ readonly assignees?: readonly NamedAssignee[] }>();
    const able = assignableNamed(c, assignees, issue);
    return c.created(fullIssueView(c, addAssignees(c.core, actorOf(c), issue, able)));
  },
  'issues/remove-assignees': (c) => {
    const issue = issueOfPath(c);
    const { assignees } = c.input<{ readonly assignees: readonly string[] }>();
    const accounts = assignees.flatMap((login) => c.tables.accounts.find('login', login.toLowerCase()) ?? []);
    return c.ok(fullIssueView(c, removeAssignees(c.core, actorOf(c), issue, accounts)));
  },
};
