import type { Context } from '../kernel/context.ts';
import { validationFailed } from '../kernel/errors.ts';
import type { PageWindow } from '../kernel/page.ts';
import { issueScope, numberKey, type Issue, type IssueState } from '../state/issues.ts';
import type { Key } from '../state/store.ts';
import { labelNamed } from './labels.ts';

type Condition = (issue: Issue) => boolean;

/**
 * The issues and pull requests of the repository that a list asks for.
 * https://docs.github.com/rest/issues/issues#list-repository-issues. Without filters only the asked page is made.
 * @throws ApiError 422 for a milestone or person that is none
 */
export function listIssues(c: Context): readonly Issue[] | PageWindow<Issue> {
  const state = stateAsked(c);
  const { keys, conditions } = narrowed(c, state);
  const sort = c.ask('sort') ?? 'created';
  const ascending = c.ask('direction') === 'asc';
  if (keys === undefined) {
    const scope = issueScope(c.repo.id, state);
    const index = sort === 'updated' ? 'updated' : 'scope';
    const all = c.tables.issues.keys(index, scope);
    if (conditions.length === 0 && sort !== 'comments') return windowOf(c, all, ascending);
    return sorted(rowsOf(c, all).filter(holds(conditions)), sort, ascending);
  }
  if (state !== undefined) conditions.push((issue) => issue.state === state);
  conditions.push((issue) => issue.repositoryId === c.repo.id);
  return sorted(rowsOf(c, keys).filter(holds(conditions)), sort, ascending);
}

/** `open` or `closed`; undefined for all. */
export function stateAsked(c: Context): IssueState | undefined {
  const state = c.ask('state') ?? 'open';
  return state === 'open' || state === 'closed' ? state : undefined;
}

/** In the order asked for; equal ones by age in the same direction. */
export function sorted(issues: Issue[], sort: string, ascending: boolean): Issue[] {
  const rank = (issue: Issue): string | number =>
    sort === 'updated' ? issue.updatedAt : sort === 'comments' ? issue.comments : issue.id;
  const sign = ascending ? 1 : -1;
  return issues.sort((one, other) => {
    const [a, b] = [rank(one), rank(other)];
    return (a === b ? one.id - other.id : a < b ? -1 : 1) * sign;
  });
}

/** Names of labels separated by commas. */
export function labelNames(c: Context): string[] {
  return (c.ask('labels') ?? '').split(',').filter((name) => name !== '');
}

/** The condition of `since`, if it was given. */
export function sinceCondition(c: Context): Condition[] {
  const since = c.ask('since');
  if (since === undefined) return [];
  const at = Date.parse(since);
  return [(issue) => Date.parse(issue.updatedAt) >= at];
}

function rowsOf(c: Context, keys: readonly Key[]): Issue[] {
  return keys.map((key) => c.tables.issues.require(key));
}

function holds(conditions: readonly Condition[]): Condition {
  return (issue) => conditions.every((condition) => condition(issue));
}

function windowOf(c: Context, keys: readonly Key[], ascending: boolean): PageWindow<Issue> {
  const total = keys.length;
  return {
    total,
    slice: (start, end) => {
      const part = ascending
        ? keys.slice(start, end)
        : keys.slice(Math.max(0, total - end), Math.max(0, total - start)).reverse();
      return rowsOf(c, part);
    },
  };
}

/** The shortest list that holds everything a filter lets through, and what is still to be asked of each row. */
function narrowed(
  c: Context,
  state: IssueState | undefined,
): { keys: readonly Key[] | undefined; conditions: Condition[] } {
  const { issues } = c.tables;
  const lists: (readonly Key[])[] = [];
  const conditions = sinceCondition(c);
  for (const name of labelNames(c)) {
    const id = labelNamed(c.core, c.repo.id, name)?.id;
    lists.push(id === undefined ? [] : issues.keys('label', state === undefined ? id : `${id}/${state}`));
    conditions.push((issue) => id !== undefined && issue.labelIds.includes(id));
  }
  const by = (
    field: string,
    index: 'author' | 'assignee' | 'mentioned',
    of: (issue: Issue) => readonly number[],
  ) => {
    const login = c.ask(field);
    if (login === undefined) return;
    if (field === 'assignee' && login === 'none') conditions.push((issue) => of(issue).length === 0);
    else if (field === 'assignee' && login === '*') conditions.push((issue) => of(issue).length > 0);
    else {
      const id = personAsked(c, field, login);
      lists.push(issues.keys(index, id));
      conditions.push((issue) => of(issue).includes(id));
    }
  };
  by('creator', 'author', (issue) => [issue.authorId]);
  by('assignee', 'assignee', (issue) => issue.assigneeIds);
  by('mentioned', 'mentioned', (issue) => issue.mentionedIds);
  milestoneConditions(c, state, lists, conditions);
  const type = c.ask('type');
  if (type !== undefined && type !== 'none') conditions.push(() => false);
  lists.sort((one, other) => one.length - other.length);
  return { keys: lists[0], conditions };
}

function milestoneConditions(
  c: Context,
  state: IssueState | undefined,
  lists: (readonly Key[])[],
  conditions: Condition[],
): void {
  const asked = c.ask('milestone');
  if (asked === undefined) return;
  if (asked === '*') conditions.push((issue) => issue.milestoneId !== null);
  else if (asked === 'none') conditions.push((issue) => issue.milestoneId === null);
  else {
    const id = c.tables.milestones.find('number', numberKey(c.repo.id, Number(asked)))?.id;
    if (id === undefined)
      throw validationFailed({ value: asked, resource: 'Issue', field: 'milestone', code: 'invalid' });
    lists.push(c.tables.issues.keys('milestone', state === undefined ? id : `${id}/${state}`));
    conditions.push((issue) => issue.milestoneId === id);
  }
}

function personAsked(c: Context, field: string, login: string): number {
  const account = c.tables.accounts.find('login', login.toLowerCase());
  if (account === undefined)
    throw validationFailed({ value: login, resource: 'Issue', field, code: 'invalid' });
  return account.id;
}
