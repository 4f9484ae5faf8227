import type { TimelineEvent } from '../../state/issues.ts';
import type { TimelineData } from '../../state/timeline.ts';
import { nodeId } from '../../kernel/node-id.ts';
import type { Asking } from '../asking.ts';
import { connectionOf, type PageArguments } from '../connection.ts';
import { fields, type Arguments, type Fields } from '../fields.ts';
import { teamNode } from './actors.ts';
import { issuePath } from './paths.ts';
import {
  accountNode,
  issueNode,
  rowNode,
  upper,
  type IssueNode,
  type LabelNode,
  type PullNode,
} from './nodes.ts';
import { objectOf } from './objects.ts';
import { refNode } from './repository-content.ts';

type DataOf<Kind extends TimelineData['kind']> = Extract<TimelineData, { readonly kind: Kind }>;

interface EventNode<Kind extends TimelineData['kind']> {
  readonly __typename: string;
  readonly row: TimelineEvent;
  readonly data: DataOf<Kind>;
  readonly issue: IssueNode;
}

type Named<Kind extends TimelineData['kind']> = Fields<EventNode<Kind>>;

/** Lines that have another name than their kind says. */
const NAMES: Partial<Record<TimelineData['kind'], string>> = {
  commented: 'IssueComment',
  committed: 'PullRequestCommit',
  reviewed: 'PullRequestReview',
  renamed: 'RenamedTitleEvent',
};

function typeOf({ kind }: TimelineData): string {
  return (
    NAMES[kind] ??
    `${kind.replaceAll(/(?:^|[_-])([a-z])/g, (_, letter: string) => letter.toUpperCase())}Event`
  );
}

/** `LabeledEvent` is `LABELED_EVENT` among the types that can be asked for. */
function itemType(name: string): string {
  return name.replaceAll(/(?<=[a-z])([A-Z])/g, '_$1').toUpperCase();
}

/** The conversation of an issue or pull request, of the kinds that are asked for, oldest first. */
export function timelineItems(issue: IssueNode, args: Arguments, asking: Asking) {
  asking.allow('issues/list-events-for-timeline', issue.repository);
  const wanted = args['itemTypes'] as readonly string[] | null | undefined;
  const since = typeof args['since'] === 'string' ? Date.parse(args['since']) : -Infinity;
  const items = asking.tables.timeline
    .where('issue', issue.row.id)
    .filter(({ data }) => wanted == null || wanted.includes(itemType(typeOf(data))))
    .filter(({ createdAt }) => Date.parse(createdAt) >= since)
    .map((row) => itemOf(asking, issue, row))
    .filter((item) => item !== null)
    .slice(Number(args['skip'] ?? 0));
  const connection = connectionOf('timelineItems', items, args as PageArguments, true);
  return {
    ...connection,
    filteredCount: items.length,
    pageCount: connection.nodes.length,
    updatedAt: issue.row.updatedAt,
  };
}

function itemOf(
  asking: Asking,
  issue: IssueNode,
  row: TimelineEvent,
): { readonly __typename: string } | null {
  const { data } = row;
  const { tables } = asking;
  switch (data.kind) {
    case 'commented': {
      const comment = tables.issueComments.get(data.commentId);
      return comment === undefined ? null : rowNode(asking, 'IssueComment', comment);
    }
    case 'reviewed': {
      const review = tables.reviews.get(data.reviewId);
      return review === undefined ? null : rowNode(asking, 'PullRequestReview', review);
    }
    case 'committed':
      return { __typename: 'PullRequestCommit', oid: data.oid, pull: issue as PullNode } as {
        __typename: string;
      };
    default:
      return { __typename: typeOf(data), row, data, issue } as { __typename: string };
  }
}

const event: Fields<EventNode<TimelineData['kind']>> = {
  id: ({ row }) => nodeId('EV', row.id),
  databaseId: ({ row }) => row.id,
  createdAt: ({ row }) => row.createdAt,
  actor: ({ row }, _, asking) => accountNode(asking.tables.accounts.get(row.actorId ?? 0)),
  pullRequest: ({ issue }) => issue,
  url: ({ row, issue }, _, asking) => `${asking.urls.web}${issuePath(asking, issue)}#event-${row.id}`,
  resourcePath: ({ row, issue }, _, asking) => `${issuePath(asking, issue)}#event-${row.id}`,
};

function labelOf({ row, data, issue }: EventNode<'labeled' | 'unlabeled'>, asking: Asking): LabelNode {
  const { id: repositoryId } = issue.repository;
  const known = asking.tables.labels.find('name', `${repositoryId}/${data.name.toLowerCase()}`);
  // A label that is gone is shown as it was.
  const gone = {
    id: row.id,
    repositoryId,
    name: data.name,
    color: data.color,
    description: null,
    default: false,
  };
  return rowNode(asking, 'Label', known ?? gone);
}

const labelled: Named<'labeled' | 'unlabeled'> = {
  label: (node, _, asking) => labelOf(node, asking),
  labelable: ({ issue }) => issue,
};
const assigned: Named<'assigned' | 'unassigned'> = {
  assignee: ({ data }, _, asking) => accountNode(asking.tables.accounts.get(data.assigneeId)),
  assignable: ({ issue }) => issue,
};
const milestoned: Named<'milestoned' | 'demilestoned'> = {
  milestoneTitle: ({ data }) => data.title,
  subject: ({ issue }) => issue,
};
const requested: Named<'review_requested' | 'review_request_removed'> = {
  requestedReviewer: ({ data }, _, asking) =>
    data.teamId === undefined
      ? accountNode(asking.tables.accounts.get(data.reviewerId ?? 0))
      : teamNode(asking.tables.teams.get(data.teamId)),
};
const pushed: Named<'head_ref_force_pushed' | 'base_ref_force_pushed'> = {
  beforeCommit: ({ data, issue }, _, asking) => objectOf(asking, issue.repository, data.before),
  afterCommit: ({ data, issue }, _, asking) => objectOf(asking, issue.repository, data.commitOid),
};

function lines<Kind extends TimelineData['kind']>(own: Named<Kind> = {}): Fields<never> {
  return fields<EventNode<Kind>>({ ...(event as unknown as Named<Kind>), ...own });
}

/** Types of the lines of a conversation. */
export const TIMELINES: Readonly<Record<string, Fields<never>>> = {
  LabeledEvent: lines(labelled),
  UnlabeledEvent: lines(labelled),
  AssignedEvent: lines(assigned),
  UnassignedEvent: lines(assigned),
  MilestonedEvent: lines(milestoned),
  DemilestonedEvent: lines(milestoned),
  RenamedTitleEvent: lines<'renamed'>({
    previousTitle: ({ data }) => data.from,
    currentTitle: ({ data }) => data.to,
    subject: ({ issue }) => issue,
  }),
  ClosedEvent: lines<'closed'>({
    closable: ({ issue }) => issue,
    stateReason: ({ data }) => upper(data.reason),
    closer: ({ data, issue }, _, asking) =>
      data.commitOid === null ? null : objectOf(asking, issue.repository, data.commitOid),
  }),
  ReopenedEvent: lines<'reopened'>({ closable: ({ issue }) => issue, stateReason: () => null }),
  LockedEvent: lines<'locked'>({
    lockable: ({ issue }) => issue,
    lockReason: ({ data }) => upper(data.reason),
  }),
  UnlockedEvent: lines<'unlocked'>({ lockable: ({ issue }) => issue }),
  MentionedEvent: lines<'mentioned'>(),
  SubscribedEvent: lines<'subscribed'>(),
  UnsubscribedEvent: lines<'unsubscribed'>(),
  ReferencedEvent: lines<'referenced'>({
    subject: ({ issue }) => issue,
    commit: ({ data }, _, asking) => {
      const repository = asking.tables.repositories.get(data.commitRepositoryId);
      return repository === undefined ? null : objectOf(asking, repository, data.commitOid);
    },
    isCrossRepository: ({ data, issue }) => data.commitRepositoryId !== issue.repository.id,
    isDirectReference: () => true,
  }),
  CrossReferencedEvent: lines<'cross-referenced'>({
    source: ({ data }, _, asking) => issueNode(asking, asking.tables.issues.require(data.sourceId)),
    target: ({ issue }) => issue,
    referencedAt: ({ row }) => row.createdAt,
    isCrossRepository: ({ data, issue }, _, asking) =>
      asking.tables.issues.require(data.sourceId).repositoryId !== issue.repository.id,
  }),
  ReviewRequestedEvent: lines(requested),
  ReviewRequestRemovedEvent: lines(requested),
  ReviewDismissedEvent: lines<'review_dismissed'>({
    dismissalMessage: ({ data }) => data.message,
    previousReviewState: ({ data }) => upper(data.state),
    review: ({ data }, _, asking) => {
      const review = asking.tables.reviews.get(data.reviewId);
      return review === undefined ? null : rowNode(asking, 'PullRequestReview', review);
    },
  }),
  MergedEvent: lines<'merged'>({
    commit: ({ data, issue }, _, asking) => objectOf(asking, issue.repository, data.commitOid),
    mergeRefName: ({ issue }) => issue.pull?.base.ref,
    mergeRef: ({ issue }, _, asking) =>
      refNode(asking, issue.repository, `refs/heads/${issue.pull?.base.ref ?? ''}`),
  }),
  ConvertToDraftEvent: lines<'convert_to_draft'>(),
  ReadyForReviewEvent: lines<'ready_for_review'>(),
  HeadRefDeletedEvent: lines<'head_ref_deleted' | 'head_ref_restored'>({
    headRefName: ({ data }) => data.ref,
  }),
  HeadRefRestoredEvent: lines<'head_ref_restored'>(),
  HeadRefForcePushedEvent: lines(pushed),
  BaseRefForcePushedEvent: lines(pushed),
  BaseRefChangedEvent: lines<'base_ref_changed'>({
    previousRefName: ({ data }) => data.from,
    currentRefName: ({ data }) => data.to,
  }),
};
