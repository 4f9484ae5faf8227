import { fileDiff } from '../../git/diff.ts';
import { closingIssues } from '../../issues/linking.ts';
import { nodeId } from '../../kernel/node-id.ts';
import { approvals, changeRequests, decisions } from '../../pulls/approvals.ts';
import { countsOf, filesOf, objectsOf } from '../../pulls/comparison.ts';
import { reviewDecision } from '../../pulls/decision.ts';
import { isBehind, mergeabilityOf } from '../../pulls/mergeability.ts';
import { threadsOf } from '../../pulls/threads.ts';
import { reviewsOf } from '../../pulls/reviews.ts';
import { refreshTrial } from '../../pulls/trial.ts';
import type { Pull, Review } from '../../state/pulls.ts';
import type { Asking } from '../asking.ts';
import { fields, type Fields } from '../fields.ts';
import { teamNode } from './actors.ts';
import { rollupOf } from './checks.ts';
import { pullState } from './issue-list.ts';
import { CONVERSATION } from './issues.ts';
import { issuePath } from './paths.ts';
import { accountNode, issueNode, rowNode, upper, type PullNode } from './nodes.ts';
import { objectOf } from './objects.ts';
import { permissionOf } from './repository.ts';
import { refNode } from './repository-content.ts';

interface CommitNode {
  readonly __typename: 'PullRequestCommit';
  readonly oid: string;
  readonly pull: PullNode;
}

interface RequestNode {
  readonly __typename: 'ReviewRequest';
  readonly pull: PullNode;
  readonly userId?: number;
  readonly teamId?: number;
}

const CHANGE = {
  added: 'ADDED',
  removed: 'DELETED',
  modified: 'MODIFIED',
  renamed: 'RENAMED',
  changed: 'CHANGED',
};
const WRITERS = new Set(['ADMIN', 'MAINTAIN', 'WRITE']);

/** Never so here: there is no auto-merge and no merge queue. */
const absent: Fields<PullNode> = {
  autoMergeRequest: () => null,
  isInMergeQueue: () => false,
  isMergeQueueEnabled: () => false,
  mergeQueue: () => null,
  mergeQueueEntry: () => null,
  viewerCanEnableAutoMerge: () => false,
  viewerCanDisableAutoMerge: () => false,
};

const ends: Fields<PullNode> = {
  baseRefName: ({ pull }) => pull.base.ref,
  baseRefOid: ({ pull }) => pull.base.oid,
  baseRef: ({ pull, repository }, _, asking) => refNode(asking, repository, `refs/heads/${pull.base.ref}`),
  baseRepository: ({ repository }) => ({ __typename: 'Repository', row: repository }),
  headRefName: ({ pull }) => pull.head.ref,
  headRefOid: ({ pull }) => pull.head.oid,
  headRef: ({ pull }, _, asking) => {
    const repository = headRepository(asking, pull);
    return repository === undefined ? null : refNode(asking, repository, `refs/heads/${pull.head.ref}`);
  },
  headRepository: ({ pull }, _, asking) => {
    const row = headRepository(asking, pull);
    return row === undefined ? null : { __typename: 'Repository', row };
  },
  headRepositoryOwner: ({ pull }, _, asking) => {
    const row = headRepository(asking, pull);
    return row === undefined ? null : accountNode(asking.tables.accounts.require(row.ownerId));
  },
  isCrossRepository: ({ pull }) => pull.head.repositoryId !== pull.repositoryId,
  maintainerCanModify: ({ pull }) => pull.maintainerCanModify,
};

const merging: Fields<PullNode> = {
  merged: ({ pull }) => pull.merged !== null,
  mergedAt: ({ pull }) => pull.merged?.at ?? null,
  mergedBy: ({ pull }, _, asking) =>
    pull.merged === null ? null : accountNode(asking.tables.accounts.require(pull.merged.byId)),
  mergeCommit: ({ pull, repository }, _, asking) =>
    pull.merged === null ? null : objectOf(asking, repository, pull.merged.oid),
  mergeable: ({ pull }, _, asking) => {
    const { mergeable } = mergeability(asking, pull);
    return mergeable === null ? 'UNKNOWN' : mergeable ? 'MERGEABLE' : 'CONFLICTING';
  },
  mergeStateStatus: ({ pull }, _, asking) => upper(mergeability(asking, pull).state),
  potentialMergeCommit: ({ pull, repository }, _, asking) => {
    const { trial } = asking.core.store.transaction(() => refreshTrial(asking.core, pull));
    return trial?.merge == null ? null : objectOf(asking, repository, trial.merge);
  },
  viewerCanMergeAsAdmin: ({ repository }, _, asking) => permissionOf(asking, repository) === 'ADMIN',
  viewerCanUpdateBranch: ({ pull, repository }, _, asking) =>
    pull.open && isBehind(asking.core, pull) && WRITERS.has(permissionOf(asking, repository) ?? ''),
};

const content: Fields<PullNode> = {
  additions: ({ pull }, _, asking) => countsOf(asking.core, pull).additions,
  deletions: ({ pull }, _, asking) => countsOf(asking.core, pull).deletions,
  changedFiles: ({ pull }, _, asking) => countsOf(asking.core, pull).files,
  files: ({ pull }, _, asking) =>
    filesOf(asking.core, pull).map((change) => {
      const { filename, additions, deletions, status } = fileDiff(objectsOf(asking.core, pull), change);
      return {
        __typename: 'PullRequestChangedFile',
        path: filename,
        additions,
        deletions,
        changeType: CHANGE[status],
      };
    }),
  commits: (pull) =>
    pull.pull.commits.map((oid): CommitNode => ({ __typename: 'PullRequestCommit', oid, pull })),
  statusCheckRollup: ({ pull, repository }, _, asking) => rollupOf(asking, repository, pull.head.oid),
  checksUrl: (pull, _, asking) => `${asking.urls.web}${issuePath(asking, pull)}/checks`,
  closingIssuesReferences: ({ row, repository }, _, asking) => {
    const account = asking.account;
    if (account === null) return [];
    return closingIssues(asking.core, { account, by: asking.viewer }, repository, row.body).map((one) =>
      issueNode(asking, one),
    );
  },
};

const reviewing: Fields<PullNode> = {
  reviewDecision: ({ pull }, _, asking) => reviewDecision(asking.core, pull),
  reviews: ({ pull }, args, asking) => {
    const author = typeof args['author'] === 'string' ? args['author'].toLowerCase() : undefined;
    const states = args['states'] as readonly string[] | null | undefined;
    return reviewsOf(asking.core, pull, asking.account?.id ?? null)
      .filter(({ state }) => states == null || states.includes(state))
      .filter(
        ({ userId }) =>
          author === undefined || asking.tables.accounts.require(userId).login.toLowerCase() === author,
      )
      .map((review) => rowNode(asking, 'PullRequestReview', review));
  },
  latestReviews: ({ pull }, _, asking) => {
    const last = new Map<number, Review>();
    for (const review of reviewsOf(asking.core, pull, null)) last.set(review.userId, review);
    return [...last.values()].map((review) => rowNode(asking, 'PullRequestReview', review));
  },
  latestOpinionatedReviews: ({ pull }, args, asking) =>
    decisions(asking.core, pull)
      .filter((review) => args['writersOnly'] !== true || counts(asking, pull, review))
      .map((review) => rowNode(asking, 'PullRequestReview', review)),
  reviewThreads: ({ pull }, _, asking) =>
    threadsOf(asking.core, pull).map((first) => rowNode(asking, 'PullRequestReviewThread', first)),
  reviewRequests: (pull) => [
    ...pull.pull.requestedUserIds.map((userId): RequestNode => ({
      __typename: 'ReviewRequest',
      pull,
      userId,
    })),
    ...pull.pull.requestedTeamIds.map((teamId): RequestNode => ({
      __typename: 'ReviewRequest',
      pull,
      teamId,
    })),
  ],
  viewerLatestReview: ({ pull }, _, asking) => {
    const mine = reviewsOf(asking.core, pull, asking.account?.id ?? null).filter(
      ({ userId }) => userId === asking.account?.id,
    );
    const last = mine.at(-1);
    return last === undefined ? null : rowNode(asking, 'PullRequestReview', last);
  },
};

/** Types of pull requests. */
export const PULLS: Readonly<Record<string, Fields<never>>> = {
  PullRequest: fields<PullNode>({
    ...(CONVERSATION as Fields<PullNode>),
    ...absent,
    ...ends,
    ...merging,
    ...content,
    ...reviewing,
    id: ({ row }) => nodeId('PR', row.id),
    state: ({ row }, _, asking) => pullState(asking, row),
    isDraft: ({ pull }) => pull.draft,
    permalink: (pull, _, asking) => `${asking.urls.web}${issuePath(asking, pull)}`,
    totalCommentsCount: ({ row, pull }, _, asking) =>
      row.comments + asking.tables.reviewComments.count('pull', pull.id),
  }),
  PullRequestChangedFile: fields<Readonly<Record<string, unknown>>>({
    path: ({ path }) => path,
    additions: ({ additions }) => additions,
    deletions: ({ deletions }) => deletions,
    changeType: ({ changeType }) => changeType,
  }),
  PullRequestCommit: fields<CommitNode>({
    id: ({ oid, pull }) => nodeId('PRC', `${pull.row.id}:${oid}`),
    commit: ({ oid, pull }, _, asking) => objectOf(asking, pull.repository, oid),
    pullRequest: ({ pull }) => pull,
    url: ({ oid, pull }, _, asking) => `${asking.urls.web}${issuePath(asking, pull)}/commits/${oid}`,
    resourcePath: ({ oid, pull }, _, asking) => `${issuePath(asking, pull)}/commits/${oid}`,
  }),
  ReviewRequest: fields<RequestNode>({
    id: ({ pull, userId, teamId }) => nodeId('RR', `${pull.row.id}:${userId ?? ''}:${teamId ?? ''}`),
    pullRequest: ({ pull }) => pull,
    requestedReviewer: ({ userId, teamId }, _, asking) =>
      userId === undefined
        ? teamNode(asking.tables.teams.get(teamId ?? 0))
        : accountNode(asking.tables.accounts.require(userId)),
  }),
};

function headRepository(asking: Asking, { head }: Pull) {
  return head.repositoryId === null ? undefined : asking.tables.repositories.get(head.repositoryId);
}

function mergeability(asking: Asking, pull: Pull) {
  return asking.core.store.transaction(() =>
    mergeabilityOf(asking.core, asking.tables.pulls.require(pull.id)),
  );
}

/** Was it given by somebody with write access? */
function counts(asking: Asking, pull: Pull, review: Review): boolean {
  return [...approvals(asking.core, pull), ...changeRequests(asking.core, pull)].some(
    (one) => one.review.id === review.id && one.counts,
  );
}
