import { fullName } from '../../views/repositories.ts';
import type { Asking } from '../asking.ts';
import type { IssueNode, LabelNode } from './nodes.ts';

/** Address of a label's page. */
export function labelUrl(asking: Asking, { row, repository }: LabelNode): string {
  return `${asking.urls.web}/${fullName(asking, repository)}/labels/${encodeURIComponent(row.name)}`;
}

/** Path of an issue's or pull request's page. */
export function issuePath(asking: Asking, { row, repository }: IssueNode): string {
  return `/${fullName(asking, repository)}/${row.pull ? 'pull' : 'issues'}/${row.number}`;
}
