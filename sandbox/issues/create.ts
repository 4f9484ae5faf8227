import { newId, newNumber, now, type Core } from '../kernel/core.ts';
import type { Account } from '../state/accounts.ts';
import type { Issue, Label, Milestone } from '../state/issues.ts';
import { viaApp, type Actor } from './actor.ts';
import { addAssignees } from './assignees.ts';
import { tellIssue } from './change.ts';
import { addLabels } from './labelling.ts';
import { noteText } from './linking.ts';
import { setMilestone } from './milestones.ts';
import { checkedBody, checkedTitle } from './wording.ts';

export interface NewIssue {
  readonly title: string;
  readonly body?: string | null;
  readonly labels?: readonly Label[];
  readonly assignees?: readonly Account[];
  readonly milestone?: Milestone | null;
}

/**
 * Opens an issue. It is told as `issues.opened` with everything it was opened with, then each label, assignee and
 * milestone by its own event.
 * @throws ApiError 422 where title or body are not as they must be
 */
export function createIssue(core: Core, actor: Actor, repositoryId: number, input: NewIssue): Issue {
  const issue = plantIssue(core, actor, repositoryId, input, false);
  tellIssue(core, actor, issue, 'opened');
  noteText(core, actor, issue, issue.body);
  addLabels(core, actor, issue, input.labels ?? []);
  addAssignees(core, actor, issue, input.assignees ?? []);
  setMilestone(core, actor, issue, input.milestone ?? null);
  return core.tables.issues.require(issue.id);
}

/**
 * The issue side of a new pull request: the row only. Its family adds its own row, tells `pull_request.opened` and then
 * calls `noteText`.
 */
export function createPullIssue(
  core: Core,
  actor: Actor,
  repositoryId: number,
  input: Pick<NewIssue, 'title' | 'body'>,
): Issue {
  return plantIssue(core, actor, repositoryId, input, true);
}

function plantIssue(
  core: Core,
  actor: Actor,
  repositoryId: number,
  input: Pick<NewIssue, 'title' | 'body'>,
  pull: boolean,
): Issue {
  const resource = pull ? 'PullRequest' : 'Issue';
  const title = checkedTitle(input.title, resource);
  const body = checkedBody(core, input.body ?? null, resource);
  const at = now(core);
  return core.tables.issues.put({
    id: newId(core),
    repositoryId,
    number: newNumber(core, repositoryId),
    pull,
    title,
    body,
    authorId: actor.account.id,
    performedViaAppId: viaApp(core, actor),
    state: 'open',
    stateReason: null,
    locked: false,
    activeLockReason: null,
    labelIds: [],
    assigneeIds: [],
    milestoneId: null,
    mentionedIds: [],
    comments: 0,
    createdAt: at,
    updatedAt: at,
    closedAt: null,
    closedById: null,
  });
}
