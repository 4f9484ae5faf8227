import { may } from '../access/index.ts';
import { isAssignable } from '../issues/assignees.ts';
import { actorOf } from '../issues/actor.ts';
import { labelNamed, labelOrNew } from '../issues/labels.ts';
import type { Context } from '../kernel/context.ts';
import { ApiError, validationFailed } from '../kernel/errors.ts';
import type { Account } from '../state/accounts.ts';
import { numberKey, type Issue, type Label, type Milestone } from '../state/issues.ts';

export type NamedLabel = string | { readonly name?: string; readonly id?: number };
export type NamedAssignee = string | { readonly login: string };

/**
 * The labels a request names. Those that do not exist are made, where the caller may make labels.
 * @throws ApiError 403 where they may not, 422 for an empty name
 */
export function labelsNamed(c: Context, named: readonly NamedLabel[]): Label[] {
  const actor = actorOf(c);
  return named.map((one) => {
    const byId = typeof one === 'object' && one.id !== undefined ? c.tables.labels.get(one.id) : undefined;
    if (byId?.repositoryId === c.repo.id) return byId;
    const name = (typeof one === 'string' ? one : (one.name ?? '')).trim();
    const known = labelNamed(c.core, c.repo.id, name);
    if (known !== undefined) return known;
    if (!may(c.core, c.viewer, c.repo, 'write', 'issues'))
      throw new ApiError(403, 'You do not have permission to create labels on this repository.', {
        errors: [{ resource: 'Repository', field: 'label', code: 'unauthorized' }],
      });
    return labelOrNew(c.core, actor, c.repo.id, name);
  });
}

/** The people a request names, each able to be assigned. @throws ApiError 422 for anybody else */
export function assigneesNamed(
  c: Context,
  named: readonly NamedAssignee[],
  field: 'assignee' | 'assignees',
  issue?: Issue,
): Account[] {
  return named.map((one) => {
    const login = loginOf(one);
    const account = c.tables.accounts.find('login', login.toLowerCase());
    if (account === undefined || !isAssignable(c.core, c.repo, account, issue))
      throw validationFailed({ value: login, resource: 'Issue', field, code: 'invalid' });
    return account;
  });
}

/** The people a request names as far as they can be assigned; others are ignored. */
export function assignableNamed(c: Context, named: readonly NamedAssignee[], issue: Issue): Account[] {
  return named.flatMap((one) => {
    const account = c.tables.accounts.find('login', loginOf(one).toLowerCase());
    return account !== undefined && isAssignable(c.core, c.repo, account, issue) ? [account] : [];
  });
}

function loginOf(one: NamedAssignee): string {
  return typeof one === 'string' ? one : one.login;
}

/** The milestone of a number; null takes it away. @throws ApiError 422 where there is none of that number */
export function milestoneNumbered(c: Context, number: string | number | null): Milestone | null {
  if (number === null || number === '') return null;
  const milestone = c.tables.milestones.find('number', numberKey(c.repo.id, Number(number)));
  if (milestone === undefined)
    throw validationFailed({ value: number, resource: 'Issue', field: 'milestone', code: 'invalid' });
  return milestone;
}
