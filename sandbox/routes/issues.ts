import '../issues/connect.ts';

import { actorOf } from '../issues/actor.ts';
import { createIssue } from '../issues/create.ts';
import { editIssue, type IssueChanges } from '../issues/edit.ts';
import { issueOfPath, refuseDisabled } from '../issues/find.ts';
import { listIssues } from '../issues/list.ts';
import { listIssuesOf } from '../issues/list-of-user.ts';
import { lockIssue, unlockIssue } from '../issues/locks.ts';
import { actsAs } from '../issues/rights.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';
import { forbidden, notFound } from '../kernel/errors.ts';
import { issueScope, type Issue, type LockReason, type StateReason } from '../state/issues.ts';
import { fullIssueView, issueView } from '../views/issues.ts';
import { repositoryView } from '../views/repositories.ts';
import { inForm } from './body-forms.ts';
import {
  assigneesNamed,
  labelsNamed,
  milestoneNumbered,
  type NamedAssignee,
  type NamedLabel,
} from './issue-input.ts';

interface IssueInput {
  readonly title?: string | number | null;
  readonly body?: string | null;
  readonly state?: 'open' | 'closed';
  readonly state_reason?: StateReason | null;
  readonly labels?: readonly NamedLabel[];
  readonly assignee?: string | null;
  readonly assignees?: readonly NamedAssignee[];
  readonly milestone?: string | number | null;
}

/** Issues, and pull requests as issues: https://docs.github.com/rest/issues/issues */
export const issueRoutes: Routes = {
  'issues/list-for-repo': (c) => {
    // Without issues there are still the pull requests.
    if (c.tables.issues.count('scope', issueScope(c.repo.id, undefined, true)) === 0) refuseDisabled(c);
    return c.page(listIssues(c), (issue) => inForm(c, issueView(c, issue), c.repo));
  },
  'issues/list': (c) => listAcross(c, listIssuesOf(c)),
  'issues/list-for-authenticated-user': (c) => listAcross(c, listIssuesOf(c)),
  'issues/list-for-org': (c) => {
    const organization = c.tables.accounts.find('login', c.text('org').toLowerCase());
    if (organization?.type !== 'Organization') throw notFound();
    return listAcross(
      c,
      listIssuesOf(c, (repository) => repository.ownerId === organization.id),
    );
  },
  'issues/get': (c) => c.ok(inForm(c, fullIssueView(c, issueOfPath(c)), c.repo)),
  'issues/create': create,
  'issues/update': update,
  'issues/lock': (c) => {
    const { lock_reason: reason } = c.input<{ readonly lock_reason?: LockReason }>();
    lockIssue(c.core, actorOf(c), issueOfPath(c), reason ?? null);
    return c.noContent();
  },
  'issues/unlock': (c) => {
    unlockIssue(c.core, actorOf(c), issueOfPath(c));
    return c.noContent();
  },
};

function listAcross(c: Context, issues: readonly Issue[]): Reply {
  return c.page(issues, (issue) => {
    const repository = c.tables.repositories.require(issue.repositoryId);
    const view = inForm(c, issueView(c, issue), repository);
    return { ...view, repository: repositoryView(c, repository) };
  });
}

/** Labels, assignees and milestone are ignored where the caller may not set them, as GitHub documents. */
function create(c: Context): Reply {
  refuseDisabled(c);
  const input = c.input<IssueInput>();
  const issue = createIssue(c.core, actorOf(c), c.repo.id, {
    title: String(input.title ?? ''),
    body: input.body ?? null,
    ...(actsAs(c.core, c.viewer, c.repo, 'triage') ? sorting(c, input) : {}),
  });
  return c.created(inForm(c, fullIssueView(c, issue), c.repo));
}

/** https://docs.github.com/rest/issues/issues#update-an-issue: the author, and whoever may triage; words take write. */
function update(c: Context): Reply {
  const issue = issueOfPath(c);
  const input = c.input<IssueInput>();
  const triages = actsAs(c.core, c.viewer, c.repo, 'triage');
  if (!triages && issue.authorId !== c.actor.id) throw forbidden();
  const rewrites = input.title != null || input.body !== undefined;
  if (rewrites && issue.authorId !== c.actor.id && !actsAs(c.core, c.viewer, c.repo, 'write'))
    throw forbidden();
  // Authors open again what they closed themselves.
  const reopens = input.state === 'open' && issue.state === 'closed';
  if (!triages && reopens && issue.closedById !== issue.authorId) throw forbidden();
  const changes: IssueChanges = {
    ...(input.title == null ? {} : { title: String(input.title) }),
    ...(input.body === undefined ? {} : { body: input.body }),
    ...(input.state === undefined ? {} : { state: input.state }),
    ...(input.state_reason === undefined ? {} : { stateReason: input.state_reason }),
    ...(triages ? sorting(c, input, issue) : {}),
  };
  const edited = editIssue(c.core, actorOf(c), issue, changes);
  return c.ok(inForm(c, fullIssueView(c, edited), c.repo));
}

/** Labels, assignees and milestone of a request, as far as it names them. */
function sorting(
  c: Context,
  input: IssueInput,
  issue?: Issue,
): Pick<IssueChanges, 'labels' | 'assignees' | 'milestone'> {
  const one = input.assignee === null || input.assignee === '' ? [] : [input.assignee ?? ''];
  return {
    ...(input.assignees !== undefined
      ? { assignees: assigneesNamed(c, input.assignees, 'assignees', issue) }
      : input.assignee === undefined
        ? {}
        : { assignees: assigneesNamed(c, one, 'assignee', issue) }),
    ...(input.milestone === undefined ? {} : { milestone: milestoneNumbered(c, input.milestone) }),
    ...(input.labels === undefined ? {} : { labels: labelsNamed(c, input.labels) }),
  };
}
