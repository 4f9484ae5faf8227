import type { Context } from '../kernel/context.ts';
import type { PageWindow } from '../kernel/page.ts';
import { issueScope, type Issue } from '../state/issues.ts';
import type { Key } from '../state/store.ts';
import { filtersAsked, stateAsked, type Filter } from './list-filters.ts';

/**
 * The issues and pull requests of the repository that a list asks for. Only the asked page is made where an index is the
 * list itself; else the shortest index that holds everything is gone through.
 * https://docs.github.com/rest/issues/issues#list-repository-issues
 * @throws ApiError 422 for a milestone or person that is none
 */
export function listIssues(c: Context): readonly Issue[] | PageWindow<Issue> {
  const state = stateAsked(c);
  const sort = c.ask('sort') ?? 'created';
  const ascending = c.ask('direction') === 'asc';
  const filters = filtersAsked(c, state);
  const shortest = filters
    .filter(({ keys }) => keys !== undefined)
    .sort((one, other) => one.keys!.length - other.keys!.length)[0];
  const { keys, order } = shortest ?? everything(c, sort, issueScope(c.repo.id, state));
  const others = filters.filter((filter) => filter !== shortest);
  if (others.length === 0 && order === sort) return windowOf(c, keys!, ascending);
  const rows = keys!.map((key) => c.tables.issues.require(key));
  return sorted(
    rows.filter((issue) => others.every(({ holds }) => holds(issue))),
    sort,
    ascending,
  );
}

function everything(c: Context, sort: string, scope: string): Pick<Filter, 'keys' | 'order'> {
  const order = sort === 'updated' ? 'updated' : 'created';
  return { order, keys: c.tables.issues.keys(order === 'updated' ? 'updated' : 'scope', scope) };
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

function windowOf(c: Context, keys: readonly Key[], ascending: boolean): PageWindow<Issue> {
  const total = keys.length;
  return {
    total,
    slice: (start, end) => {
      const part = ascending
        ? keys.slice(start, end)
        : keys.slice(Math.max(0, total - end), Math.max(0, total - start)).reverse();
      return part.map((key) => c.tables.issues.require(key));
    },
  };
}
