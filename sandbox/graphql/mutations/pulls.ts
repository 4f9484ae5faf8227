import { setDraft } from '../../pulls/edit.ts';
import { resolveThread } from '../../pulls/review-comments.ts';
import { may } from '../../access/index.ts';
import { forbidden } from '../../kernel/errors.ts';
import type { Team } from '../../state/accounts.ts';
import type { Asking } from '../asking.ts';
import { failure, unsupported } from '../errors.ts';
import { nodeOf, pullById, repositoryById, rowById } from '../types/node-ids.ts';
import { accountNode, rowNode, type PullNode } from '../types/nodes.ts';
import { refuseProjects, updateConversation } from './conversations.ts';
import { actorOf, given, mutations, type Input } from './mutation.ts';
import { logins, refreshed } from './subjects.ts';

interface NewPull {
  repositoryId: string;
  baseRefName: string;
  headRefName: string;
  headRepositoryId?: string | null;
  title: string;
  body?: string | null;
  draft: boolean;
  maintainerCanModify: boolean;
}

interface PullUpdate {
  pullRequestId: string;
  title?: string | null;
  body?: string | null;
  baseRefName?: string | null;
  state?: 'OPEN' | 'CLOSED' | null;
  maintainerCanModify?: boolean | null;
  assigneeIds?: readonly string[] | null;
  labelIds?: readonly string[] | null;
  milestoneId?: string | null;
  projectIds?: readonly string[] | null;
}

interface Merge {
  pullRequestId: string;
  mergeMethod: string;
  commitHeadline?: string | null;
  commitBody?: string | null;
  expectedHeadOid?: string | null;
  authorEmail?: string | null;
}

/** Mutations of pull requests as a whole. */
export const PULL_MUTATIONS = mutations({
  createPullRequest: (input: Input<NewPull>, asking) => {
    const repository = repositoryById(asking, input.repositoryId);
    const head = input.headRepositoryId == null ? undefined : repositoryById(asking, input.headRepositoryId);
    const owner = head === undefined ? undefined : asking.tables.accounts.require(head.ownerId).login;
    const { title, body, draft, maintainerCanModify, baseRefName, headRefName } = input;
    const cross = head !== undefined && head.id !== repository.id;
    const made = asking.run('pulls/create', repository, {
      body: given({
        title,
        body,
        draft,
        base: baseRefName,
        head: owner === undefined || headRefName.includes(':') ? headRefName : `${owner}:${headRefName}`,
        head_repo: cross ? head.name : undefined,
        // GraphQL says true where nothing is said; REST refuses it from those who cannot grant it.
        maintainer_can_modify: maintainerCanModify ? undefined : false,
      }),
    });
    const row = asking.tables.issues.require(
      asking.tables.pulls.find('number', `${repository.id}/${(made.body as { number: number }).number}`)!.id,
    );
    return {
      pullRequest: { __typename: 'PullRequest', row, pull: asking.tables.pulls.require(row.id), repository },
    };
  },
  updatePullRequest: (input: Input<PullUpdate>, asking) => {
    refuseProjects(input.projectIds);
    const pull = pullById(asking, input.pullRequestId);
    const { title, body, state, baseRefName, maintainerCanModify, ...conversation } = input;
    const changes = given({
      title,
      body,
      state: state?.toLowerCase(),
      base: baseRefName,
      maintainer_can_modify: maintainerCanModify,
    });
    if (Object.keys(changes).length > 0) updatePull(asking, pull, changes);
    updateConversation(asking, pull, conversation);
    return { pullRequest: refreshed(asking, pull), actor: accountNode(asking.account) };
  },
  closePullRequest: (input: Input<{ pullRequestId: string }>, asking) => {
    const pull = pullById(asking, input.pullRequestId);
    updatePull(asking, pull, { state: 'closed' });
    return { pullRequest: refreshed(asking, pull) };
  },
  reopenPullRequest: (input: Input<{ pullRequestId: string }>, asking) => {
    const pull = pullById(asking, input.pullRequestId);
    updatePull(asking, pull, { state: 'open' });
    return { pullRequest: refreshed(asking, pull) };
  },
  markPullRequestReadyForReview: (input: Input<{ pullRequestId: string }>, asking) =>
    drafted(asking, pullById(asking, input.pullRequestId), false),
  convertPullRequestToDraft: (input: Input<{ pullRequestId: string }>, asking) =>
    drafted(asking, pullById(asking, input.pullRequestId), true),
  mergePullRequest: (input: Input<Merge>, asking) => {
    const pull = pullById(asking, input.pullRequestId);
    if (input.authorEmail != null) throw unsupported('MergePullRequestInput.authorEmail');
    asking.run('pulls/merge', pull.repository, {
      params: { pull_number: pull.row.number },
      body: given({
        merge_method: input.mergeMethod.toLowerCase(),
        commit_title: input.commitHeadline,
        commit_message: input.commitBody,
        sha: input.expectedHeadOid,
      }),
    });
    return { pullRequest: refreshed(asking, pull), actor: accountNode(asking.account) };
  },
  enablePullRequestAutoMerge: (input: Input<{ pullRequestId: string }>, asking) => {
    const { repository } = pullById(asking, input.pullRequestId);
    if (!repository.allowAutoMerge)
      throw failure('UNPROCESSABLE', 'Auto merge is not allowed for this repository');
    throw unsupported('Mutation.enablePullRequestAutoMerge');
  },
  disablePullRequestAutoMerge: (input: Input<{ pullRequestId: string }>, asking) => {
    pullById(asking, input.pullRequestId);
    throw failure('UNPROCESSABLE', "Can't disable auto-merge for this pull request.");
  },
  updatePullRequestBranch: (
    input: Input<{ pullRequestId: string; expectedHeadOid?: string | null; updateMethod?: string | null }>,
    asking,
  ) => {
    const pull = pullById(asking, input.pullRequestId);
    if (input.updateMethod === 'REBASE')
      throw unsupported('UpdatePullRequestBranchInput.updateMethod: REBASE');
    asking.run('pulls/update-branch', pull.repository, {
      params: { pull_number: pull.row.number },
      body: given({ expected_head_sha: input.expectedHeadOid }),
    });
    return { pullRequest: refreshed(asking, pull) };
  },
  requestReviews: (
    input: Input<{
      pullRequestId: string;
      userIds?: readonly string[] | null;
      teamIds?: readonly string[] | null;
      union: boolean;
    }>,
    asking,
  ) => {
    const pull = pullById(asking, input.pullRequestId);
    const users = logins(asking, input.userIds ?? []);
    const teams = (input.teamIds ?? []).map(
      (id) => (nodeOf(asking, id) as unknown as { row: Team }).row.slug,
    );
    if (!input.union) withdrawOthers(asking, pull, users, teams);
    if (users.length + teams.length > 0)
      asking.run('pulls/request-reviewers', pull.repository, {
        params: { pull_number: pull.row.number },
        body: { reviewers: users, team_reviewers: teams },
      });
    return { pullRequest: refreshed(asking, pull), actor: accountNode(asking.account) };
  },
  resolveReviewThread: (input: Input<{ threadId: string }>, asking) => resolved(asking, input.threadId, true),
  unresolveReviewThread: (input: Input<{ threadId: string }>, asking) =>
    resolved(asking, input.threadId, false),
  dismissPullRequestReview: (input: Input<{ pullRequestReviewId: string; message: string }>, asking) => {
    const { row, repository } = rowById(asking, input.pullRequestReviewId, 'PullRequestReview');
    const { number } = asking.tables.issues.require(row.pullId);
    asking.run('pulls/dismiss-review', repository, {
      params: { pull_number: number, review_id: row.id },
      body: { message: input.message, event: 'DISMISS' },
    });
    return { pullRequestReview: rowNode(asking, 'PullRequestReview', asking.tables.reviews.require(row.id)) };
  },
});

function updatePull(asking: Asking, pull: PullNode, body: Readonly<Record<string, unknown>>): void {
  asking.run('pulls/update', pull.repository, { params: { pull_number: pull.row.number }, body });
}

/** Authors and those who may write say whether it is a draft. */
function drafted(asking: Asking, pull: PullNode, draft: boolean) {
  asking.allow('pulls/update', pull.repository);
  const isAuthor = pull.row.authorId === asking.account?.id;
  if (!isAuthor && !may(asking.core, asking.viewer, pull.repository, 'write', 'pull_requests'))
    throw forbidden();
  setDraft(asking.core, actorOf(asking), pull.pull, draft);
  return { pullRequest: refreshed(asking, pull) };
}

function resolved(asking: Asking, threadId: string, done: boolean) {
  const { row, repository } = rowById(asking, threadId, 'PullRequestReviewThread');
  const isAuthor = asking.tables.issues.require(row.pullId).authorId === asking.account?.id;
  if (!isAuthor && !may(asking.core, asking.viewer, repository, 'write', 'pull_requests')) throw forbidden();
  const pull = asking.tables.pulls.require(row.pullId);
  const first = resolveThread(asking.core, actorOf(asking), pull, row, done);
  return { thread: rowNode(asking, 'PullRequestReviewThread', first) };
}

/** Without `union` only those who are named stay requested. */
function withdrawOthers(
  asking: Asking,
  { pull, row, repository }: PullNode,
  users: readonly string[],
  teams: readonly string[],
): void {
  const { accounts, teams: teamRows } = asking.tables;
  const reviewers = pull.requestedUserIds
    .map((id) => accounts.require(id).login)
    .filter((one) => !users.includes(one));
  const others = pull.requestedTeamIds
    .map((id) => teamRows.require(id).slug)
    .filter((one) => !teams.includes(one));
  if (reviewers.length + others.length === 0) return;
  asking.run('pulls/remove-requested-reviewers', repository, {
    params: { pull_number: row.number },
    body: { reviewers, team_reviewers: others },
  });
}
