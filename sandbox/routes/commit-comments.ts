import { resolveCommit } from '../git/name.ts';
import { actorOf } from '../issues/actor.ts';
import {
  addCommitComment,
  deleteCommitComment,
  editCommitComment,
  type CommitCommentInput,
} from '../issues/commit-comments.ts';
import { actsAs } from '../issues/rights.ts';
import type { Context, Routes } from '../kernel/context.ts';
import { forbidden, unprocessable } from '../kernel/errors.ts';
import type { CommitComment } from '../state/issues.ts';
import { commitCommentView } from '../views/commit-comments.ts';
import { inForm } from './body-forms.ts';

/** Comments on commits: https://docs.github.com/rest/commits/comments */
export const commitCommentRoutes: Routes = {
  'repos/list-commit-comments-for-repo': (c) =>
    c.page(c.tables.commitComments.where('repository', c.repo.id), shown(c)),
  'repos/list-comments-for-commit': (c) =>
    c.page(c.tables.commitComments.where('commit', `${c.repo.id}/${commitOfPath(c)}`), shown(c)),
  'repos/create-commit-comment': (c) => {
    const input = c.input<CommitCommentInput>();
    return c.created(shown(c)(addCommitComment(c.core, actorOf(c), c.repo.id, commitOfPath(c), input)));
  },
  'repos/get-commit-comment': (c) => c.ok(shown(c)(commentOfPath(c))),
  'repos/update-commit-comment': (c) => {
    const { body } = c.input<{ readonly body: string }>();
    return c.ok(shown(c)(editCommitComment(c.core, ownComment(c), body)));
  },
  'repos/delete-commit-comment': (c) => {
    deleteCommitComment(c.core, ownComment(c));
    return c.noContent();
  },
};

function shown(c: Context): (comment: CommitComment) => unknown {
  return (comment) => inForm(c, commitCommentView(c, comment), c.repo);
}

/** @throws ApiError 422 where there is no such commit */
function commitOfPath(c: Context): string {
  const name = c.text('commit_sha');
  const oid = resolveCommit(c.core, c.repo, name);
  if (oid === undefined) throw unprocessable(`No commit found for SHA: ${name}`);
  return oid;
}

function commentOfPath(c: Context): CommitComment {
  const comment = c.tables.commitComments.get(c.number('comment_id'));
  return c.found(comment?.repositoryId === c.repo.id ? comment : undefined);
}

/** The comment of the path, if it is the caller's own or they may write. @throws ApiError 403, 404 */
function ownComment(c: Context): CommitComment {
  const comment = commentOfPath(c);
  if (comment.authorId !== c.actor.id && !actsAs(c.core, c.viewer, c.repo, 'write')) throw forbidden();
  return comment;
}
