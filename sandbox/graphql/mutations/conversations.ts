import { deleteIssue } from '../../issues/edit.ts';
import { may } from '../../access/index.ts';
import { forbidden } from '../../kernel/errors.ts';
import { unsupported } from '../errors.ts';
import { conversationById, issueById, nodeOf, repositoryById, rowById } from '../types/node-ids.ts';
import { minimizedKey } from '../types/minimized.ts';
import { accountNode, rowNode, type IssueNode } from '../types/nodes.ts';
import { REACTIONS, reactionGroups, reactionNode } from '../types/reactions.ts';
import type { Asking } from '../asking.ts';
import { actorOf, given, mutations, type Input } from './mutation.ts';
import { labelNames, logins, milestoneNumber, refreshed, REACTABLE, type Reactable } from './subjects.ts';

interface IssueInput {
  repositoryId: string;
  title: string;
  body?: string | null;
  assigneeIds?: readonly string[] | null;
  labelIds?: readonly string[] | null;
  milestoneId?: string | null;
  projectIds?: readonly string[] | null;
}

/** What can be changed of an issue and of a pull request alike. */
interface Changes {
  readonly title?: string | null;
  readonly body?: string | null;
  readonly state?: 'OPEN' | 'CLOSED' | null;
  readonly assigneeIds?: readonly string[] | null;
  readonly labelIds?: readonly string[] | null;
  readonly milestoneId?: string | null;
}

interface IssueUpdate extends Changes {
  id: string;
  projectIds?: readonly string[] | null;
}

/** Mutations of issues, comments, labels, assignees, reactions. */
export const CONVERSATION_MUTATIONS = mutations({
  createIssue: (input: Input<IssueInput>, asking) => {
    const repository = repositoryById(asking, input.repositoryId);
    refuseProjects(input.projectIds);
    const { body: made } = asking.run('issues/create', repository, {
      body: given({
        title: input.title,
        body: input.body,
        assignees: input.assigneeIds && logins(asking, input.assigneeIds),
        labels: input.labelIds && labelNames(asking, input.labelIds),
        milestone: milestoneNumber(asking, input.milestoneId),
      }),
    });
    return { issue: issueNodeOf(asking, made) };
  },
  updateIssue: (input: Input<IssueUpdate>, asking) => {
    refuseProjects(input.projectIds);
    const issue = conversationById(asking, input.id);
    updateConversation(asking, issue, input);
    return { issue: refreshed(asking, issue), actor: accountNode(asking.account) };
  },
  closeIssue: (input: Input<{ issueId: string; stateReason?: string | null }>, asking) => {
    const issue = issueById(asking, input.issueId);
    const body = given({ state: 'closed', state_reason: input.stateReason?.toLowerCase() });
    asking.run('issues/update', issue.repository, { params: { issue_number: issue.row.number }, body });
    return { issue: refreshed(asking, issue) };
  },
  reopenIssue: (input: Input<{ issueId: string }>, asking) => {
    const issue = issueById(asking, input.issueId);
    asking.run('issues/update', issue.repository, {
      params: { issue_number: issue.row.number },
      body: { state: 'open' },
    });
    return { issue: refreshed(asking, issue) };
  },
  deleteIssue: (input: Input<{ issueId: string }>, asking) => {
    const { row, repository } = issueById(asking, input.issueId);
    // https://docs.github.com/issues/tracking-your-work-with-issues/administering-issues/deleting-an-issue
    if (!may(asking.core, asking.viewer, repository, 'admin', 'issues')) throw forbidden();
    deleteIssue(asking.core, actorOf(asking), row);
    return { repository: { __typename: 'Repository', row: repository } };
  },
  lockLockable: (input: Input<{ lockableId: string; lockReason?: string | null }>, asking) => {
    const issue = conversationById(asking, input.lockableId);
    const reason = input.lockReason
      ?.toLowerCase()
      .replace('off_topic', 'off-topic')
      .replace('too_heated', 'too heated');
    asking.run('issues/lock', issue.repository, {
      params: { issue_number: issue.row.number },
      body: given({ lock_reason: reason }),
    });
    return { lockedRecord: refreshed(asking, issue), actor: accountNode(asking.account) };
  },
  unlockLockable: (input: Input<{ lockableId: string }>, asking) => {
    const issue = conversationById(asking, input.lockableId);
    asking.run('issues/unlock', issue.repository, { params: { issue_number: issue.row.number } });
    return { unlockedRecord: refreshed(asking, issue), actor: accountNode(asking.account) };
  },
  addComment: (input: Input<{ subjectId: string; body: string }>, asking) => {
    const issue = conversationById(asking, input.subjectId);
    const { body: made } = asking.run('issues/create-comment', issue.repository, {
      params: { issue_number: issue.row.number },
      body: { body: input.body },
    });
    const row = asking.tables.issueComments.require((made as { id: number }).id);
    const node = rowNode(asking, 'IssueComment', row);
    return { commentEdge: { node, cursor: '' }, subject: refreshed(asking, issue) };
  },
  updateIssueComment: (input: Input<{ id: string; body: string }>, asking) => {
    const { row, repository } = rowById(asking, input.id, 'IssueComment');
    asking.run('issues/update-comment', repository, {
      params: { comment_id: row.id },
      body: { body: input.body },
    });
    return { issueComment: rowNode(asking, 'IssueComment', asking.tables.issueComments.require(row.id)) };
  },
  deleteIssueComment: (input: Input<{ id: string }>, asking) => {
    const { row, repository } = rowById(asking, input.id, 'IssueComment');
    asking.run('issues/delete-comment', repository, { params: { comment_id: row.id } });
    return {};
  },
  minimizeComment: (input: Input<{ subjectId: string; classifier: string }>, asking) => {
    const node = hideable(asking, input.subjectId);
    asking.tables.minimizedComments.put({ key: minimizedKey(node), classifier: input.classifier });
    return { minimizedComment: node };
  },
  unminimizeComment: (input: Input<{ subjectId: string }>, asking) => {
    const node = hideable(asking, input.subjectId);
    asking.tables.minimizedComments.remove(minimizedKey(node));
    return { unminimizedComment: node };
  },
  addLabelsToLabelable: (input: Input<{ labelableId: string; labelIds: readonly string[] }>, asking) => {
    const issue = conversationById(asking, input.labelableId);
    asking.run('issues/add-labels', issue.repository, {
      params: { issue_number: issue.row.number },
      body: { labels: labelNames(asking, input.labelIds) },
    });
    return { labelable: refreshed(asking, issue) };
  },
  removeLabelsFromLabelable: (input: Input<{ labelableId: string; labelIds: readonly string[] }>, asking) => {
    const issue = conversationById(asking, input.labelableId);
    for (const name of labelNames(asking, input.labelIds))
      asking.run('issues/remove-label', issue.repository, {
        params: { issue_number: issue.row.number, name },
      });
    return { labelable: refreshed(asking, issue) };
  },
  clearLabelsFromLabelable: (input: Input<{ labelableId: string }>, asking) => {
    const issue = conversationById(asking, input.labelableId);
    asking.run('issues/remove-all-labels', issue.repository, { params: { issue_number: issue.row.number } });
    return { labelable: refreshed(asking, issue) };
  },
  addAssigneesToAssignable: (
    input: Input<{ assignableId: string; assigneeIds: readonly string[] }>,
    asking,
  ) => {
    const issue = conversationById(asking, input.assignableId);
    asking.run('issues/add-assignees', issue.repository, {
      params: { issue_number: issue.row.number },
      body: { assignees: logins(asking, input.assigneeIds) },
    });
    return { assignable: refreshed(asking, issue) };
  },
  removeAssigneesFromAssignable: (
    input: Input<{ assignableId: string; assigneeIds: readonly string[] }>,
    asking,
  ) => {
    const issue = conversationById(asking, input.assignableId);
    asking.run('issues/remove-assignees', issue.repository, {
      params: { issue_number: issue.row.number },
      body: { assignees: logins(asking, input.assigneeIds) },
    });
    return { assignable: refreshed(asking, issue) };
  },
  addReaction: (input: Input<{ subjectId: string; content: string }>, asking) => {
    const node = nodeOf(asking, input.subjectId) as Reactable;
    const kind = reactable(node);
    const { body } = asking.run(kind.add, node.repository, {
      params: { [kind.parameter]: kind.number(node) },
      body: { content: REACTIONS[input.content] },
    });
    const row = asking.tables.reactions.require((body as { id: number }).id);
    return {
      reaction: reactionNode(row),
      subject: node,
      reactionGroups: reactionGroups(asking, kind.subject, node.row.id),
    };
  },
  removeReaction: (input: Input<{ subjectId: string; content: string }>, asking) => {
    const node = nodeOf(asking, input.subjectId) as Reactable;
    const kind = reactable(node);
    const key = `${kind.subject}/${node.row.id}/${asking.account?.id ?? 0}/${REACTIONS[input.content]!}`;
    const row = asking.tables.reactions.find('once', key);
    if (row !== undefined)
      asking.run(kind.remove, node.repository, {
        params: { [kind.parameter]: kind.number(node), reaction_id: row.id },
      });
    return {
      reaction: row === undefined ? null : reactionNode(row),
      subject: node,
      reactionGroups: reactionGroups(asking, kind.subject, node.row.id),
    };
  },
  createLabel: (
    input: Input<{ repositoryId: string; name: string; color: string; description?: string | null }>,
    asking,
  ) => {
    const repository = repositoryById(asking, input.repositoryId);
    const { name, color, description } = input;
    const { body } = asking.run('issues/create-label', repository, {
      body: given({ name, color, description }),
    });
    return { label: rowNode(asking, 'Label', asking.tables.labels.require((body as { id: number }).id)) };
  },
  updateLabel: (
    input: Input<{ id: string; name?: string | null; color?: string | null; description?: string | null }>,
    asking,
  ) => {
    const { row, repository } = rowById(asking, input.id, 'Label');
    const { name, color, description } = input;
    asking.run('issues/update-label', repository, {
      params: { name: row.name },
      body: given({ new_name: name, color, description }),
    });
    return { label: rowNode(asking, 'Label', asking.tables.labels.require(row.id)) };
  },
  deleteLabel: (input: Input<{ id: string }>, asking) => {
    const { row, repository } = rowById(asking, input.id, 'Label');
    asking.run('issues/delete-label', repository, { params: { name: row.name } });
    return {};
  },
});

/** Changes what an input names of an issue or pull request; a milestone of null takes it away. */
export function updateConversation(asking: Asking, issue: IssueNode, input: Changes): void {
  const { title, body, state, assigneeIds, labelIds, milestoneId } = input;
  const changes = given({
    title,
    body,
    state: state?.toLowerCase(),
    assignees: assigneeIds && logins(asking, assigneeIds),
    labels: labelIds && labelNames(asking, labelIds),
  });
  if (milestoneId !== undefined) changes['milestone'] = milestoneNumber(asking, milestoneId) ?? null;
  if (Object.keys(changes).length === 0) return;
  asking.run('issues/update', issue.repository, {
    params: { issue_number: issue.row.number },
    body: changes,
  });
}

/** The sandbox has no projects: an issue can be put onto none. */
export function refuseProjects(ids: readonly string[] | null | undefined): void {
  if (ids !== null && ids !== undefined && ids.length > 0) throw unsupported('projects');
}

function issueNodeOf(asking: Asking, made: unknown): IssueNode {
  const row = asking.tables.issues.require((made as { id: number }).id);
  return {
    __typename: 'Issue',
    row,
    pull: undefined,
    repository: asking.tables.repositories.require(row.repositoryId),
  };
}

function hideable(asking: Asking, id: string) {
  const node = nodeOf(asking, id) as Reactable;
  if (!['IssueComment', 'PullRequestReview', 'PullRequestReviewComment'].includes(node.__typename))
    throw unsupported(`minimizing a ${node.__typename}`);
  if (!may(asking.core, asking.viewer, node.repository, 'triage', 'issues')) throw forbidden();
  return node;
}

function reactable(node: Reactable) {
  const kind = REACTABLE[node.__typename];
  if (kind === undefined) throw unsupported(`reactions to a ${node.__typename}`);
  return kind;
}
