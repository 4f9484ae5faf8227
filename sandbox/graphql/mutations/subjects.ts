import type { ReactionSubject } from '../../state/issues.ts';
import type { Repository } from '../../state/repositories.ts';
import type { Asking } from '../asking.ts';
import { accountById, rowById } from '../types/node-ids.ts';
import { issueNode, type IssueNode } from '../types/nodes.ts';

/** What can be reacted to. */
export interface Reactable {
  readonly __typename: string;
  readonly row: { readonly id: number; readonly number?: number };
  readonly repository: Repository;
}

interface ReactionKind {
  readonly subject: ReactionSubject;
  readonly add: string;
  readonly remove: string;
  /** Name of the path parameter, and its value. */
  readonly parameter: string;
  number(node: Reactable): number;
}

function kind(subject: ReactionSubject, name: string, remove: string, parameter: string): ReactionKind {
  return {
    subject,
    add: `reactions/create-for-${name}`,
    remove: `reactions/delete-for-${remove}`,
    parameter,
    number: ({ row }) => (parameter === 'issue_number' ? row.number! : row.id),
  };
}

/** The operations of the REST API that react, by the type of the subject. */
export const REACTABLE: Readonly<Record<string, ReactionKind>> = {
  Issue: kind('issue', 'issue', 'issue', 'issue_number'),
  PullRequest: kind('issue', 'issue', 'issue', 'issue_number'),
  IssueComment: kind('issue-comment', 'issue-comment', 'issue-comment', 'comment_id'),
  PullRequestReviewComment: kind(
    'review-comment',
    'pull-request-review-comment',
    'pull-request-comment',
    'comment_id',
  ),
};

/** Logins of accounts by their node ids. */
export function logins(asking: Asking, ids: readonly string[]): string[] {
  return ids.map((id) => accountById(asking, id).login);
}

/** Names of labels by their node ids. */
export function labelNames(asking: Asking, ids: readonly string[]): string[] {
  return ids.map((id) => rowById(asking, id, 'Label').row.name);
}

/** Number of a milestone by its node id. */
export function milestoneNumber(asking: Asking, id: string | null | undefined): number | undefined {
  return id === null || id === undefined ? undefined : rowById(asking, id, 'Milestone').row.number;
}

/** An issue or pull request as it is now. */
export function refreshed(asking: Asking, node: IssueNode): IssueNode {
  return issueNode(asking, asking.tables.issues.require(node.row.id));
}
