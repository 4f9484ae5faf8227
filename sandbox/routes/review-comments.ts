import { may } from '../access/index.ts';
import { actorOf } from '../issues/actor.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';
import { forbidden, notFound } from '../kernel/errors.ts';
import {
  createComment,
  deleteComment,
  editComment,
  replyTo,
  type CommentInput,
} from '../pulls/review-comments.ts';
import { refuseLocked } from '../pulls/locked.ts';
import type { ReviewComment } from '../state/pulls.ts';
import { reviewCommentView } from '../views/review-comments.ts';
import { pullOf } from './pulls.ts';

/** The comment of the path; pending ones are their writer's alone. @throws ApiError 404 */
function commentOf(c: Context): ReviewComment {
  const comment = c.tables.reviewComments.get(c.number('comment_id'));
  if (comment?.repositoryId !== c.repo.id) throw notFound();
  if (comment.pending && comment.userId !== c.me?.id) throw notFound();
  return comment;
}

/** Its writer and people who may write. */
function checkMine(c: Context, comment: ReviewComment): void {
  if (comment.userId === c.actor.id || may(c.core, c.viewer, c.repo, 'write', 'pull_requests')) return;
  throw forbidden('Must have push access to repository');
}

/** https://docs.github.com/rest/pulls/comments#list-review-comments-on-a-pull-request: by number, ascending, unless asked for. */
function listed(c: Context, index: 'repository' | 'pull', id: number): Reply {
  const { reviewComments } = c.tables;
  const view = (comment: ReviewComment) => reviewCommentView(c, comment);
  const sort = c.search.get('sort');
  const since = c.ask('since');
  const descending = sort !== null && c.ask('direction') === 'desc';
  if (since === undefined && sort !== 'updated') {
    const keys = reviewComments.keys(index, id);
    const row = (at: number) => reviewComments.require(keys[descending ? keys.length - 1 - at : at]!);
    const slice = (start: number, end: number) =>
      Array.from({ length: Math.max(0, Math.min(end, keys.length) - start) }, (_, at) => row(start + at));
    return c.page({ total: keys.length, slice }, view);
  }
  const rows = reviewComments.where(index, id).filter(({ updatedAt }) => updatedAt >= utc(since ?? ''));
  if (sort === 'updated')
    rows.sort((a, b) => (a.updatedAt === b.updatedAt ? a.id - b.id : a.updatedAt < b.updatedAt ? -1 : 1));
  return c.page(descending ? rows.reverse() : rows, view);
}

/** A time in the form of the rows' own. */
function utc(time: string): string {
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? time : `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

function create(c: Context): Reply {
  const pull = pullOf(c);
  refuseLocked(c, pull);
  return c.created(reviewCommentView(c, createComment(c.core, actorOf(c), pull, c.input<CommentInput>())));
}

function reply(c: Context): Reply {
  const pull = pullOf(c);
  refuseLocked(c, pull);
  const { body } = c.input<{ body: string }>();
  return c.created(reviewCommentView(c, replyTo(c.core, actorOf(c), pull, c.number('comment_id'), body)));
}

/** Review comments: https://docs.github.com/rest/pulls/comments */
export const reviewCommentRoutes: Routes = {
  'pulls/list-review-comments-for-repo': (c) => listed(c, 'repository', c.repo.id),
  'pulls/list-review-comments': (c) => listed(c, 'pull', pullOf(c).id),
  'pulls/create-review-comment': create,
  'pulls/create-reply-for-review-comment': reply,
  'pulls/get-review-comment': (c) => c.ok(reviewCommentView(c, commentOf(c))),
  'pulls/update-review-comment': (c) => {
    const comment = commentOf(c);
    checkMine(c, comment);
    const pull = c.tables.pulls.require(comment.pullId);
    const { body } = c.input<{ body: string }>();
    return c.ok(reviewCommentView(c, editComment(c.core, actorOf(c), pull, comment, body)));
  },
  'pulls/delete-review-comment': (c) => {
    const comment = commentOf(c);
    checkMine(c, comment);
    deleteComment(c.core, actorOf(c), c.tables.pulls.require(comment.pullId), comment);
    return c.noContent();
  },
};
