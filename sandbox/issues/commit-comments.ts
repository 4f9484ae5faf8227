import { newId, now, type Core } from '../kernel/core.ts';
import { emit } from '../kernel/events.ts';
import type { CommitComment } from '../state/issues.ts';
import { commitCommentView } from '../views/commit-comments.ts';
import type { Actor } from './actor.ts';
import { removeReactions } from './reactions.ts';
import { checkedNewComment } from './wording.ts';

export interface CommitCommentInput {
  readonly body: string;
  readonly path?: string;
  readonly position?: number;
  readonly line?: number;
}

/** Comments on a commit and tells `commit_comment.created`. @throws ApiError 422 where the text is blank or too long */
export function addCommitComment(
  core: Core,
  actor: Actor,
  repositoryId: number,
  commitOid: string,
  input: CommitCommentInput,
): CommitComment {
  const at = now(core);
  const comment = core.tables.commitComments.put({
    id: newId(core),
    repositoryId,
    commitOid,
    authorId: actor.account.id,
    body: checkedNewComment(core, input.body, 'CommitComment'),
    path: input.path ?? null,
    position: input.position ?? null,
    line: input.line ?? null,
    createdAt: at,
    updatedAt: at,
  });
  emit(core, {
    name: 'commit_comment',
    action: 'created',
    repositoryId,
    sender: actor.account,
    by: actor.by,
    payload: (view) => ({ comment: commitCommentView(view, comment) }),
    facts: { sha: commitOid },
  });
  return comment;
}

/** GitHub tells nobody of a changed or deleted one. @throws ApiError 422 where the text is blank or too long */
export function editCommitComment(core: Core, comment: CommitComment, body: string): CommitComment {
  return core.tables.commitComments.put({
    ...comment,
    body: checkedNewComment(core, body, 'CommitComment'),
    updatedAt: now(core),
  });
}

/** Deletes a comment with its reactions. */
export function deleteCommitComment(core: Core, comment: CommitComment): void {
  removeReactions(core, 'commit-comment', comment.id);
  core.tables.commitComments.remove(comment.id);
}
