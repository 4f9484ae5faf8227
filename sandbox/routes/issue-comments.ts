import { actorOf } from '../issues/actor.ts';
import { addComment, deleteComment, editComment } from '../issues/comments.ts';
import { issueOfPath } from '../issues/find.ts';
import { actsAs } from '../issues/rights.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';
import { ApiError, forbidden } from '../kernel/errors.ts';
import { newestFirst } from '../kernel/page.ts';
import type { IssueComment } from '../state/issues.ts';
import { commentView } from '../views/issue-comments.ts';
import { inForm } from './body-forms.ts';

/** Comments of issues and pull requests: https://docs.github.com/rest/issues/comments */
export const issueCommentRoutes: Routes = {
  'issues/list-comments': (c) => {
    const issue = issueOfPath(c);
    return c.page(since(c, c.tables.issueComments.where('issue', issue.id)), shown(c));
  },
  'issues/list-comments-for-repo': listForRepository,
  'issues/get-comment': (c) => c.ok(shown(c)(commentOfPath(c))),
  'issues/create-comment': (c) => {
    const issue = issueOfPath(c);
    if (issue.locked && !actsAs(c.core, c.viewer, c.repo, 'write'))
      throw new ApiError(403, 'Unable to create comment because issue is locked.');
    const { body } = c.input<{ readonly body: string }>();
    return c.created(shown(c)(addComment(c.core, actorOf(c), issue, body)));
  },
  'issues/update-comment': (c) => {
    const comment = ownComment(c);
    const { body } = c.input<{ readonly body: string }>();
    return c.ok(shown(c)(editComment(c.core, actorOf(c), comment, body)));
  },
  'issues/delete-comment': (c) => {
    deleteComment(c.core, actorOf(c), ownComment(c));
    return c.noContent();
  },
};

/** By id, oldest first, unless it is asked otherwise. */
function listForRepository(c: Context): Reply {
  const { issueComments } = c.tables;
  const index = c.ask('sort') === 'updated' ? 'updated' : 'repository';
  const descending = c.search.has('sort') && (c.ask('direction') ?? 'desc') === 'desc';
  if (c.ask('since') === undefined && descending) {
    const keys = issueComments.keys(index, c.repo.id);
    return c.page(
      newestFirst(keys, (key) => issueComments.require(key)),
      shown(c),
    );
  }
  const rows = since(c, issueComments.where(index, c.repo.id));
  return c.page(descending ? rows.reverse() : rows, shown(c));
}

function since(c: Context, rows: IssueComment[]): IssueComment[] {
  const asked = c.ask('since');
  if (asked === undefined) return rows;
  const at = Date.parse(asked);
  return rows.filter((row) => Date.parse(row.updatedAt) >= at);
}

function commentOfPath(c: Context): IssueComment {
  const comment = c.tables.issueComments.get(c.number('comment_id'));
  return c.found(comment?.repositoryId === c.repo.id ? comment : undefined);
}

/** The comment of the path, if it is the caller's own or they may write. @throws ApiError 403, 404 */
function ownComment(c: Context): IssueComment {
  const comment = commentOfPath(c);
  if (comment.authorId !== c.actor.id && !actsAs(c.core, c.viewer, c.repo, 'write')) throw forbidden();
  return comment;
}

function shown(c: Context): (comment: IssueComment) => unknown {
  return (comment) => inForm(c, commentView(c, comment), c.repo);
}
