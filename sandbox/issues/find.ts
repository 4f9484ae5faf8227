import type { Context } from '../kernel/context.ts';
import { ApiError, notFound } from '../kernel/errors.ts';
import { numberKey, type Issue } from '../state/issues.ts';

/**
 * The issue or pull request of the path.
 * @throws ApiError 404 where there is none, 410 where it was deleted or issues are switched off (pull requests stay)
 */
export function issueOfPath(c: Context): Issue {
  const key = numberKey(c.repo.id, c.number('issue_number'));
  const issue = c.tables.issues.find('number', key);
  if (issue === undefined) {
    if (c.tables.deletedIssues.get(key) !== undefined) throw new ApiError(410, 'This issue was deleted');
    throw notFound();
  }
  if (!issue.pull) refuseDisabled(c);
  return issue;
}

/** @throws ApiError 410 where the repository has no issues */
export function refuseDisabled(c: Context): void {
  if (!c.repo.hasIssues) throw new ApiError(410, 'Issues are disabled for this repo');
}
