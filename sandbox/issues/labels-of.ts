import type { Core } from '../kernel/core.ts';
import type { Issue, Label } from '../state/issues.ts';

/** Labels of an issue, in the order they were put on. */
export function labelsOf({ tables }: Pick<Core, 'tables'>, issue: Issue): Label[] {
  return issue.labelIds.map((id) => tables.labels.require(id));
}
