import { associationOf } from '../issues/association.ts';
import type { View } from '../kernel/core.ts';
import { nodeId } from '../kernel/node-id.ts';
import type { CommitComment } from '../state/issues.ts';
import { accountById } from './accounts.ts';
import { commitPage } from './git.ts';
import { reactionsView } from './reactions.ts';
import { repositoryUrl } from './repositories.ts';

/** GitHub's "commit comment". */
export function commitCommentView(view: View, comment: CommitComment) {
  const repository = view.tables.repositories.require(comment.repositoryId);
  const url = `${repositoryUrl(view, repository)}/comments/${comment.id}`;
  return {
    url,
    html_url: `${commitPage(view, repository, comment.commitOid)}#commitcomment-${comment.id}`,
    id: comment.id,
    node_id: nodeId('CC', comment.id),
    user: accountById(view, comment.authorId),
    position: comment.position,
    line: comment.line,
    path: comment.path,
    commit_id: comment.commitOid,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: associationOf(view, repository, comment.authorId),
    body: comment.body,
    reactions: reactionsView(view, 'commit-comment', comment.id, url),
  };
}
