import { newId, now, type Core, type View } from '../kernel/core.ts';
import { emit, type Payload } from '../kernel/events.ts';
import type { Issue, IssueComment } from '../state/issues.ts';
import { commentView } from '../views/issue-comments.ts';
import { issueView } from '../views/issues.ts';
import { viaApp, type Actor } from './actor.ts';
import { changeIssue } from './change.ts';
import { noteText } from './linking.ts';
import { removeReactions } from './reactions.ts';
import { addTimeline } from './timeline.ts';
import { checkedEditedComment, checkedNewComment } from './wording.ts';

/**
 * Comments on an issue or pull request. Whether it is locked for the actor is the caller's question.
 * @throws ApiError 422 where the text is blank or too long
 */
export function addComment(core: Core, actor: Actor, issue: Issue, text: string): IssueComment {
  const body = checkedNewComment(core, text);
  const at = now(core);
  const comment = core.tables.issueComments.put({
    id: newId(core),
    repositoryId: issue.repositoryId,
    issueId: issue.id,
    authorId: actor.account.id,
    performedViaAppId: viaApp(core, actor),
    body,
    createdAt: at,
    updatedAt: at,
  });
  const current = core.tables.issues.require(issue.id);
  const commented = changeIssue(core, issue.id, { comments: current.comments + 1 });
  addTimeline(core, actor, commented, { kind: 'commented', commentId: comment.id });
  noteText(core, actor, commented, body);
  tell(core, actor, comment, 'created');
  return comment;
}

/** @throws ApiError 422 where the text is blank or too long */
export function editComment(core: Core, actor: Actor, comment: IssueComment, text: string): IssueComment {
  const body = checkedEditedComment(core, text);
  const edited = core.tables.issueComments.put({ ...comment, body, updatedAt: now(core) });
  const issue = changeIssue(core, comment.issueId, {});
  noteText(core, actor, issue, body);
  tell(core, actor, edited, 'edited', () => ({
    changes: body === comment.body ? {} : { body: { from: comment.body } },
  }));
  return edited;
}

/** Deletes a comment with its reactions and its line in the conversation. */
export function deleteComment(core: Core, actor: Actor, comment: IssueComment): void {
  const { comments } = core.tables.issues.require(comment.issueId);
  core.tables.issueComments.remove(comment.id);
  removeReactions(core, 'issue-comment', comment.id);
  const line = core.tables.timeline.find('subject', `comment/${comment.id}`);
  if (line !== undefined) core.tables.timeline.remove(line.id);
  changeIssue(core, comment.issueId, { comments: comments - 1 });
  tell(core, actor, comment, 'deleted');
}

function tell(
  core: Core,
  actor: Actor,
  comment: IssueComment,
  action: string,
  more: (view: View) => Payload = () => ({}),
): void {
  const issue = core.tables.issues.require(comment.issueId);
  emit(core, {
    name: 'issue_comment',
    action,
    repositoryId: comment.repositoryId,
    sender: actor.account,
    by: actor.by,
    payload: (view) => ({
      issue: issueView(view, issue),
      comment: commentView(view, comment),
      ...more(view),
    }),
    facts: { issueId: issue.id, ...(issue.pull ? { pullId: issue.id } : {}) },
  });
}
