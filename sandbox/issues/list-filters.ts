import type { Context } from '../kernel/context.ts';
import { isoTime } from '../kernel/environment.ts';
import { validationFailed } from '../kernel/errors.ts';
import { issueScope, numberKey, type Issue, type IssueState } from '../state/issues.ts';
import type { Key } from '../state/store.ts';
import { labelNamed } from './labels.ts';

/** One condition of a list; `keys` are exactly the issues of the repository and state that fulfil it, where an index knows. */
export interface Filter {
  readonly holds: (issue: Issue) => boolean;
  readonly keys?: readonly Key[];
  /** The order of the keys, least first. */
  readonly order?: 'created' | 'updated';
}

/** `open` or `closed`; undefined for all. */
export function stateAsked(c: Context): IssueState | undefined {
  const state = c.ask('state') ?? 'open';
  return state === 'open' || state === 'closed' ? state : undefined;
}

/** Names of labels separated by commas. */
export function labelNames(c: Context): string[] {
  return (c.ask('labels') ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** The time of `since` as rows have it, rounded up to seconds; undefined where it was not given. */
export function sinceAsked(c: Context): string | undefined {
  const since = c.ask('since');
  return since === undefined ? undefined : isoTime(Math.ceil(Date.parse(since) / 1000) * 1000);
}

/** Everything a list of a repository's issues asks for beside state and order. @throws ApiError 422 */
export function filtersAsked(c: Context, state: IssueState | undefined): Filter[] {
  const type = c.ask('type');
  return [
    ...labelFilters(c, state),
    ...personFilter(c, state, 'creator', 'author', (issue) => [issue.authorId]),
    ...personFilter(c, state, 'assignee', 'assignee', (issue) => issue.assigneeIds),
    ...personFilter(c, state, 'mentioned', 'mentioned', (issue) => issue.mentionedIds),
    ...milestoneFilter(c, state),
    ...sinceFilter(c, state),
    // The sandbox has no issue types.
    ...(type === undefined || type === 'none' ? [] : [{ holds: () => false, keys: [] }]),
  ];
}

function labelFilters(c: Context, state: IssueState | undefined): Filter[] {
  return labelNames(c).map((name): Filter => {
    const id = labelNamed(c.core, c.repo.id, name)?.id;
    if (id === undefined) return { holds: () => false, keys: [] };
    return {
      holds: (issue) => issue.labelIds.includes(id),
      keys: c.tables.issues.keys('label', state === undefined ? id : `${id}/${state}`),
      order: 'created',
    };
  });
}

function personFilter(
  c: Context,
  state: IssueState | undefined,
  field: 'creator' | 'assignee' | 'mentioned',
  index: 'author' | 'assignee' | 'mentioned',
  of: (issue: Issue) => readonly number[],
): Filter[] {
  const login = c.ask(field);
  if (login === undefined) return [];
  if (field === 'assignee' && login === 'none') return [{ holds: (issue) => of(issue).length === 0 }];
  if (field === 'assignee' && login === '*') return [{ holds: (issue) => of(issue).length > 0 }];
  const id = c.tables.accounts.find('login', login.toLowerCase())?.id;
  if (id === undefined) throw validationFailed({ value: login, resource: 'Issue', field, code: 'invalid' });
  const keys = c.tables.issues.keys(index, `${id}@${issueScope(c.repo.id, state)}`);
  return [{ holds: (issue) => of(issue).includes(id), keys, order: 'created' }];
}

function milestoneFilter(c: Context, state: IssueState | undefined): Filter[] {
  const asked = c.ask('milestone');
  if (asked === undefined) return [];
  if (asked === '*') return [{ holds: (issue) => issue.milestoneId !== null }];
  if (asked === 'none') return [{ holds: (issue) => issue.milestoneId === null }];
  const id = c.tables.milestones.find('number', numberKey(c.repo.id, Number(asked)))?.id;
  if (id === undefined)
    throw validationFailed({ value: asked, resource: 'Issue', field: 'milestone', code: 'invalid' });
  const keys = c.tables.issues.keys('milestone', state === undefined ? id : `${id}/${state}`);
  return [{ holds: (issue) => issue.milestoneId === id, keys, order: 'created' }];
}

/** Found in the order of the last change. */
function sinceFilter(c: Context, state: IssueState | undefined): Filter[] {
  const since = sinceAsked(c);
  if (since === undefined) return [];
  const all = c.tables.issues.keys('updated', issueScope(c.repo.id, state));
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (c.tables.issues.require(all[middle]!).updatedAt < since) low = middle + 1;
    else high = middle;
  }
  return [{ holds: (issue) => issue.updatedAt >= since, keys: all.slice(low), order: 'updated' }];
}
