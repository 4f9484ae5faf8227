import { may } from '../access/index.ts';
import { actorOf } from '../issues/actor.ts';
import { isAssignable } from '../issues/assignees.ts';
import { createIssue } from '../issues/create.ts';
import { editIssue, type IssueChanges } from '../issues/edit.ts';
import { issueOfPath, refuseDisabled } from '../issues/find.ts';
import { lockIssue, unlockIssue } from '../issues/locks.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';
import { ApiError, unprocessable, validationFailed } from '../kernel/errors.ts';
import { newestFirst, type PageWindow } from '../kernel/page.ts';
import type { Account } from '../state/accounts.ts';
import {
  issueScope,
  numberKey,
  type Issue,
  type LockReason,
  type Milestone,
  type StateReason,
} from '../state/issues.ts';
import { fullIssueView, issueView } from '../views/issues.ts';
import { labelsByName } from './labels.ts';

interface IssueInput {
  readonly title?: string | number;
  readonly body?: string | null;
  readonly assignee?: string | null;
  readonly assignees?: readonly string[];
  readonly labels?: readonly (string | { readonly name?: string })[];
  readonly milestone?: number | string | null;
  readonly state?: 'open' | 'closed';
  readonly state_reason?: StateReason | null;
}

/** "Only users with push access can set …; it is silently dropped otherwise": triage is enough for what exists. */
function mayTriage(c: Context): boolean {
  return may(c.core, c.viewer, c.repo, 'triage', 'issues');
}

function assigneesIn(c: Context, input: IssueInput, issue?: Issue): Account[] | undefined {
  const logins = input.assignees ?? (input.assignee === undefined ? undefined : [input.assignee ?? '']);
  return logins
    ?.filter((login) => login !== '')
    .map((login) => {
      const account = c.tables.accounts.find('login', login.toLowerCase());
      if (account === undefined || !isAssignable(c.core, c.repo, account, issue)) {
        throw validationFailed({ resource: 'Issue', field: 'assignees', code: 'invalid', value: login });
      }
      return account;
    });
}

function milestoneIn(c: Context, given: number | string | null | undefined): Milestone | null | undefined {
  if (given === undefined || given === null) return given;
  const milestone = c.tables.milestones.find('number', numberKey(c.repo.id, Number(given)));
  if (milestone === undefined) {
    throw validationFailed({ resource: 'Issue', field: 'milestone', code: 'invalid', value: given });
  }
  return milestone;
}

/** What only people with the triage role may set; nothing of it for others. */
function triaged(
  c: Context,
  input: IssueInput,
  issue?: Issue,
): Pick<IssueChanges, 'labels' | 'assignees' | 'milestone'> {
  if (!mayTriage(c)) return {};
  const names = input.labels?.map((label) => (typeof label === 'string' ? label : (label.name ?? '')));
  const assignees = assigneesIn(c, input, issue);
  const milestone = milestoneIn(c, input.milestone);
  return {
    ...(names === undefined ? {} : { labels: labelsByName(c, names) }),
    ...(assignees === undefined ? {} : { assignees }),
    ...(milestone === undefined ? {} : { milestone }),
  };
}

function create(c: Context): Reply {
  refuseDisabled(c);
  const input = c.input<IssueInput>();
  const issue = createIssue(c.core, actorOf(c), c.repo.id, {
    title: String(input.title),
    body: input.body ?? null,
    ...triaged(c, input),
  });
  return c.created(fullIssueView(c, issue));
}

function update(c: Context): Reply {
  const issue = issueOfPath(c);
  const input = c.input<IssueInput>();
  const author = issue.authorId === c.actor.id;
  if (!author && !mayTriage(c)) throw new ApiError(403, 'Must have admin rights to Repository.');
  const changed = editIssue(c.core, actorOf(c), issue, {
    ...(input.title === undefined ? {} : { title: String(input.title) }),
    ...(input.body === undefined ? {} : { body: input.body }),
    ...(input.state === undefined ? {} : { state: input.state }),
    ...(input.state_reason === undefined ? {} : { stateReason: input.state_reason }),
    ...triaged(c, input, issue),
  });
  return c.ok(fullIssueView(c, changed));
}

/** Does the list ask for more than state and order? Then every issue is looked at. */
function filters(c: Context): ((issue: Issue) => boolean)[] {
  const { accounts, labels, milestones } = c.tables;
  const accountId = (login: string) => accounts.find('login', login.toLowerCase())?.id ?? -1;
  const found: ((issue: Issue) => boolean)[] = [];
  const [milestone, assignee, creator, mentioned, names, since] = [
    c.ask('milestone'),
    c.ask('assignee'),
    c.ask('creator'),
    c.ask('mentioned'),
    c.ask('labels'),
    c.ask('since'),
  ];
  if (milestone === '*') found.push((issue) => issue.milestoneId !== null);
  else if (milestone === 'none') found.push((issue) => issue.milestoneId === null);
  else if (milestone !== undefined) {
    const id = milestones.find('number', `${c.repo.id}/${milestone}`)?.id;
    if (id === undefined)
      throw validationFailed({ resource: 'Issue', field: 'milestone', code: 'invalid', value: milestone });
    found.push((issue) => issue.milestoneId === id);
  }
  if (assignee === 'none') found.push((issue) => issue.assigneeIds.length === 0);
  else if (assignee === '*') found.push((issue) => issue.assigneeIds.length > 0);
  else if (assignee !== undefined) {
    const id = accountId(assignee);
    found.push((issue) => issue.assigneeIds.includes(id));
  }
  if (creator !== undefined) {
    const id = accountId(creator);
    found.push((issue) => issue.authorId === id);
  }
  if (mentioned !== undefined) {
    const id = accountId(mentioned);
    found.push((issue) => issue.mentionedIds.includes(id));
  }
  for (const name of (names ?? '').split(',').filter((one) => one.trim() !== '')) {
    const id = labels.find('name', `${c.repo.id}/${name.trim().toLowerCase()}`)?.id ?? -1;
    found.push((issue) => issue.labelIds.includes(id));
  }
  if (since !== undefined) {
    const from = Date.parse(since);
    if (Number.isNaN(from)) throw unprocessable('since is not a valid timestamp');
    found.push((issue) => Date.parse(issue.updatedAt) >= from);
  }
  return found;
}

function list(c: Context): Reply {
  refuseDisabled(c);
  const state = c.ask('state') ?? 'open';
  const scope = issueScope(c.repo.id, state === 'all' ? undefined : (state as Issue['state']));
  const sort = c.ask('sort') ?? 'created';
  const { issues } = c.tables;
  const keys = issues.keys(sort === 'updated' ? 'updated' : 'scope', scope);
  const asked = filters(c);
  const row = (key: string | number) => issues.require(key);
  let rows: PageWindow<Issue> | readonly Issue[];
  const ascending = c.ask('direction') === 'asc';
  if (asked.length === 0 && sort !== 'comments' && !ascending) rows = newestFirst(keys, row);
  else {
    const all = keys.map(row).filter((issue) => asked.every((passes) => passes(issue)));
    if (sort === 'comments') all.sort((a, b) => a.comments - b.comments || a.id - b.id);
    rows = ascending ? all : all.reverse();
  }
  return c.page(rows, (issue) => issueView(c, issue));
}

/** Issues: https://docs.github.com/rest/issues/issues */
export const issueRoutes: Routes = {
  'issues/list-for-repo': list,
  'issues/create': create,
  'issues/get': (c) => c.ok(fullIssueView(c, issueOfPath(c))),
  'issues/update': update,
  'issues/lock': (c) => {
    const { lock_reason: reason = null } = c.input<{ readonly lock_reason?: LockReason }>();
    lockIssue(c.core, actorOf(c), issueOfPath(c), reason);
    return c.noContent();
  },
  'issues/unlock': (c) => {
    unlockIssue(c.core, actorOf(c), issueOfPath(c));
    return c.noContent();
  },
};
