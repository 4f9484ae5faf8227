import { issueOfPath } from '../issues/find.ts';
import { addReaction, reactionsTo } from '../issues/reactions.ts';
import { actsAs } from '../issues/rights.ts';
import type { Context, Handler, Routes } from '../kernel/context.ts';
import { forbidden, notFound } from '../kernel/errors.ts';
import type { ReactionContent, ReactionSubject } from '../state/issues.ts';
import { reactionView } from '../views/reactions.ts';

/** Where a subject stands in the path, and its row id. @throws ApiError 404 */
type SubjectId = (c: Context) => number;

function rowOf(c: Context, row: { readonly id: number; readonly repositoryId: number } | undefined): number {
  if (row?.repositoryId !== c.repo.id) throw notFound();
  return row.id;
}

const SUBJECTS: Readonly<Record<ReactionSubject, SubjectId>> = {
  issue: (c) => issueOfPath(c).id,
  'issue-comment': (c) => rowOf(c, c.tables.issueComments.get(c.number('comment_id'))),
  'review-comment': (c) => rowOf(c, c.tables.reviewComments.get(c.number('comment_id'))),
  'commit-comment': (c) => rowOf(c, c.tables.commitComments.get(c.number('comment_id'))),
  release: (c) => rowOf(c, c.tables.releases.get(c.number('release_id'))),
};

function list(subject: ReactionSubject, idOf: SubjectId): Handler {
  return (c) => {
    const content = c.ask('content');
    const rows = reactionsTo(c.core, subject, idOf(c));
    return c.page(
      rows.filter((row) => content === undefined || row.content === content),
      (row) => reactionView(c, row),
    );
  };
}

function create(subject: ReactionSubject, idOf: SubjectId): Handler {
  return (c) => {
    const { content } = c.input<{ readonly content: ReactionContent }>();
    const { reaction, fresh } = addReaction(c.core, c.actor.id, subject, idOf(c), content);
    return fresh ? c.created(reactionView(c, reaction), undefined) : c.ok(reactionView(c, reaction));
  };
}

function remove(subject: ReactionSubject, idOf: SubjectId): Handler {
  return (c) => {
    const reaction = c.tables.reactions.get(c.number('reaction_id'));
    if (reaction?.subject !== subject || reaction.subjectId !== idOf(c)) throw notFound();
    if (reaction.userId !== c.actor.id && !actsAs(c.core, c.viewer, c.repo, 'write')) {
      throw forbidden();
    }
    c.tables.reactions.remove(reaction.id);
    return c.noContent();
  };
}

/** Reactions: https://docs.github.com/rest/reactions/reactions */
export const reactionRoutes: Routes = {
  'reactions/list-for-issue': list('issue', SUBJECTS.issue),
  'reactions/create-for-issue': create('issue', SUBJECTS.issue),
  'reactions/delete-for-issue': remove('issue', SUBJECTS.issue),
  'reactions/list-for-issue-comment': list('issue-comment', SUBJECTS['issue-comment']),
  'reactions/create-for-issue-comment': create('issue-comment', SUBJECTS['issue-comment']),
  'reactions/delete-for-issue-comment': remove('issue-comment', SUBJECTS['issue-comment']),
  'reactions/list-for-pull-request-review-comment': list('review-comment', SUBJECTS['review-comment']),
  'reactions/create-for-pull-request-review-comment': create('review-comment', SUBJECTS['review-comment']),
  'reactions/delete-for-pull-request-comment': remove('review-comment', SUBJECTS['review-comment']),
  'reactions/list-for-commit-comment': list('commit-comment', SUBJECTS['commit-comment']),
  'reactions/create-for-commit-comment': create('commit-comment', SUBJECTS['commit-comment']),
  'reactions/delete-for-commit-comment': remove('commit-comment', SUBJECTS['commit-comment']),
  'reactions/list-for-release': list('release', SUBJECTS.release),
  'reactions/create-for-release': create('release', SUBJECTS.release),
  'reactions/delete-for-release': remove('release', SUBJECTS.release),
};
