import { may } from '../access/index.ts';
import { actorOf } from '../issues/actor.ts';
import { addComment, deleteComment, editComment } from '../issues/comments.ts';
import { issueOfPath } from '../issues/find.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';
import { ApiError, notFound, unprocessable } from '../kernel/errors.ts';
import type { IssueComment } from '../state/issues.ts';
import { commentView } from '../views/issue-comments.ts';

function commentOfPath(c: Context): IssueComment {
  const comment = c.tables.issueComments.get(c.number('comment_id'));
  if (comment?.repositoryId !== c.repo.id) throw notFound();
  return comment;
}

/** Authors change their own comments; others' take push access. @throws ApiError 403 */
function refuseForeign(c: Context, comment: IssueComment): void {
  if (comment.authorId === c.actor.id || may(c.core, c.viewer, c.repo, 'write', 'issues')) return;
  throw new ApiError(403, 'Must have admin rights to Repository.');
}

function since(c: Context): (comment: IssueComment) => boolean {
  const asked = c.ask('since');
  if (asked === undefined) return () => true;
  const from = Date.parse(asked);
  if (Number.isNaN(from)) throw unprocessable('since is not a valid timestamp');
  return (comment) => Date.parse(comment.updatedAt) >= from;
}

function create(c: Context): Reply {
  const issue = issueOfPath(c);
  if (issue.locked && !may(c.core, c.viewer, c.repo, 'write', 'issues')) {
    throw new ApiError(403, 'Unable to create comment because issue is locked.');
  }
  const { body } = c.input<{ readonly body: string }>();
  return c.created(commentView(c, addComment(c.core, actorOf(c), issue, body)));
}

function listAll(c: Context): Reply {
  const { issueComments } = c.tables;
  const sorted = issueComments.where(c.ask('sort') === 'updated' ? 'updated' : 'repository', c.repo.id);
  const rows = sorted.filter(since(c));
  if (c.search.has('sort') && c.ask('direction') !== 'asc') rows.reverse();
  return c.page(rows, (comment) => commentView(c, comment));
}

/** Comments of issues and pull requests: https://docs.github.com/rest/issues/comments */
export const issueCommentRoutes: Routes = {
  'issues/list-comments': (c) => {
    const rows = c.tables.issueComments.where('issue', issueOfPath(c).id).filter(since(c));
    return c.page(rows, (comment) => commentView(c, comment));
  },
  'issues/list-comments-for-repo': listAll,
  'issues/create-comment': create,
  'issues/get-comment': (c) => c.ok(commentView(c, commentOfPath(c))),
  'issues/update-comment': (c) => {
    const comment = commentOfPath(c);
    refuseForeign(c, comment);
    const { body } = c.input<{ readonly body: string }>();
    return c.ok(commentView(c, editComment(c.core, actorOf(c), comment, body)));
  },
  'issues/delete-comment': (c) => {
    const comment = commentOfPath(c);
    refuseForeign(c, comment);
    deleteComment(c.core, actorOf(c), comment);
    return c.noContent();
  },
};
