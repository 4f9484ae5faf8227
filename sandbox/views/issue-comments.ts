import { associationOf } from '../issues/association.ts';
import type { View } from '../kernel/core.ts';
import { nodeId } from '../kernel/node-id.ts';
import type { IssueComment } from '../state/issues.ts';
import { accountById } from './accounts.ts';
import { appOrNull } from './apps.ts';
import { issuePage, issueUrl } from './issues.ts';
import { reactionsView } from './reactions.ts';
import { repositoryUrl } from './repositories.ts';

/** GitHub's "issue comment". */
export function commentView(view: View, comment: IssueComment) {
  const { tables } = view;
  const issue = tables.issues.require(comment.issueId);
  const repository = tables.repositories.require(comment.repositoryId);
  const url = `${repositoryUrl(view, repository)}/issues/comments/${comment.id}`;
  return {
    url,
    html_url: `${issuePage(view, issue)}#issuecomment-${comment.id}`,
    issue_url: issueUrl(view, issue),
    id: comment.id,
    node_id: nodeId('IC', comment.id),
    user: accountById(view, comment.authorId),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    body: comment.body,
    author_association: associationOf(view, repository, comment.authorId),
    reactions: reactionsView(view, 'issue-comment', comment.id, url),
    performed_via_github_app: appOrNull(view, comment.performedViaAppId),
  };
}
