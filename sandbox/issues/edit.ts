import type { Core } from '../kernel/core.ts';
import type { Account } from '../state/accounts.ts';
import { numberKey, type Issue, type Label, type Milestone, type StateReason } from '../state/issues.ts';
import type { Actor } from './actor.ts';
import { setAssignees } from './assignees.ts';
import { changeIssue, tellIssue } from './change.ts';
import { setLabels } from './labelling.ts';
import { noteText } from './linking.ts';
import { setMilestone } from './milestones.ts';
import { removeReactions } from './reactions.ts';
import { closeIssue, reopenIssue } from './state.ts';
import { addTimeline } from './timeline.ts';
import { checkedBody, checkedTitle } from './wording.ts';

export interface IssueChanges {
  readonly title?: string;
  readonly body?: string | null;
  readonly state?: 'open' | 'closed';
  readonly stateReason?: StateReason | null;
  readonly labels?: readonly Label[];
  readonly assignees?: readonly Account[];
  readonly milestone?: Milestone | null;
}

/**
 * Changes what is named and leaves the rest; labels and assignees are replaced. Every change is told by its own event.
 * @throws ApiError 422 where title or body are not as they must be, or a pull request cannot be reopened
 */
export function editIssue(core: Core, actor: Actor, issue: Issue, changes: IssueChanges): Issue {
  editText(core, actor, issue, changes);
  if (changes.labels !== undefined) setLabels(core, actor, issue, changes.labels);
  if (changes.assignees !== undefined) setAssignees(core, actor, issue, changes.assignees);
  if (changes.milestone !== undefined) setMilestone(core, actor, issue, changes.milestone);
  const current = core.tables.issues.require(issue.id);
  if (changes.state === 'closed')
    closeIssue(core, actor, current, changes.stateReason == null ? {} : { reason: changes.stateReason });
  if (changes.state === 'open') reopenIssue(core, actor, current);
  return core.tables.issues.require(issue.id);
}

function editText(core: Core, actor: Actor, issue: Issue, changes: IssueChanges): void {
  const resource = issue.pull ? 'PullRequest' : 'Issue';
  const title = changes.title === undefined ? issue.title : checkedTitle(changes.title, resource);
  const body = changes.body === undefined ? issue.body : checkedBody(core, changes.body, resource);
  if (title === issue.title && body === issue.body) return;
  const edited = changeIssue(core, issue.id, { title, body });
  if (title !== issue.title)
    addTimeline(core, actor, edited, { kind: 'renamed', from: issue.title, to: title });
  tellIssue(core, actor, edited, 'edited', () => ({
    changes: {
      ...(title === issue.title ? {} : { title: { from: issue.title } }),
      ...(body === issue.body ? {} : { body: { from: issue.body ?? '' } }),
    },
  }));
  if (body !== issue.body) noteText(core, actor, edited, body);
}

/** Deletes an issue with all that hangs on it; its number answers 410 from then on. */
export function deleteIssue(core: Core, actor: Actor, issue: Issue): void {
  const { tables } = core;
  for (const { id } of tables.issueComments.where('issue', issue.id)) {
    removeReactions(core, 'issue-comment', id);
    tables.issueComments.remove(id);
  }
  const lines = [...tables.timeline.where('issue', issue.id)];
  lines.push(...tables.timeline.where('subject', `source/${issue.id}`));
  for (const { id } of lines) tables.timeline.remove(id);
  removeReactions(core, 'issue', issue.id);
  tables.issues.remove(issue.id);
  const { repositoryId, number } = issue;
  tables.deletedIssues.put({ key: numberKey(repositoryId, number), repositoryId });
  tellIssue(core, actor, issue, 'deleted');
}
