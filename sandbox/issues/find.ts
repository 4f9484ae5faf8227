import type { Context } from '../kernel/context.ts';
import { ApiError, notFound } from '../kernel/errors.ts';
import { numberKey, type Issue } from '../state/issues.ts';

/** The issue or pull request of the path. @throws ApiError 404, 410 for a deleted one or where issues are switched off */
export function issueOfPath(c: Context): Issue {
  const key = numberKey(c.repo.id, c.number('issue_number'));
  if (c.tables.deletedIssues.get(key) !== undefined) throw new ApiError(410, 'This issue was deleted');
  const issue = c.tables.issues.find('number', key);
  if (issue === undefined) throw notFound();
  if (!issue.pull) refuseDisabled(c);
  return issue;
}

/** @throws ApiError 410 where the repository has no issues */
export function refuseDisabled(c: Context): void {
  if (!c.repo.hasIssues) throw new ApiError(410, 'Issues has been disabled in this repository.');
}
