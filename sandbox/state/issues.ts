import type { Store } from './store.ts';
import type { LockReason, StateReason, TimelineData } from './timeline.ts';

export type IssueState = 'open' | 'closed';
export type { LockReason, StateReason } from './timeline.ts';

/** An issue, or the issue side of a pull request: what only pull requests have is in `state/pulls.ts` under the same id. */
export interface Issue {
  readonly id: number;
  readonly repositoryId: number;
  readonly number: number;
  readonly pull: boolean;
  readonly title: string;
  readonly body: string | null;
  readonly authorId: number;
  /** The App whose token wrote it. */
  readonly performedViaAppId: number | null;
  readonly state: IssueState;
  readonly stateReason: StateReason | null;
  readonly locked: boolean;
  readonly activeLockReason: LockReason | null;
  readonly labelIds: readonly number[];
  readonly assigneeIds: readonly number[];
  readonly milestoneId: number | null;
  /** Whom the body or a comment names with `@`. */
  readonly mentionedIds: readonly number[];
  /** How many comments there are. */
  readonly comments: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly closedAt: string | null;
  readonly closedById: number | null;
}

/** What is left of an issue that was deleted: its number answers 410. */
export interface DeletedIssue {
  /** `repository/number` */
  readonly key: string;
  readonly repositoryId: number;
}

/** Somebody of whom the default branch has a commit. */
export interface Contributor {
  /** `repository/account` */
  readonly key: string;
  readonly repositoryId: number;
  readonly accountId: number;
}

export interface IssueComment {
  readonly id: number;
  readonly repositoryId: number;
  readonly issueId: number;
  readonly authorId: number;
  readonly performedViaAppId: number | null;
  readonly body: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A comment on a commit, or on a line of a file as the commit has it. */
export interface CommitComment {
  readonly id: number;
  readonly repositoryId: number;
  readonly commitOid: string;
  readonly authorId: number;
  readonly body: string;
  readonly path: string | null;
  /** Lines below the first `@@` of the file's patch. */
  readonly position: number | null;
  readonly line: number | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface Label {
  readonly id: number;
  readonly repositoryId: number;
  readonly name: string;
  /** Six hexadecimal digits in lower case. */
  readonly color: string;
  readonly description: string | null;
  /** One of the labels a new repository has. */
  readonly default: boolean;
}

export interface Milestone {
  readonly id: number;
  readonly repositoryId: number;
  readonly number: number;
  readonly title: string;
  readonly description: string | null;
  readonly state: IssueState;
  readonly creatorId: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly closedAt: string | null;
  readonly dueOn: string | null;
}

export type ReactionSubject = 'issue' | 'issue-comment' | 'review-comment' | 'commit-comment' | 'release';
export type ReactionContent = '+1' | '-1' | 'laugh' | 'confused' | 'heart' | 'hooray' | 'rocket' | 'eyes';

export interface Reaction {
  readonly id: number;
  readonly subject: ReactionSubject;
  readonly subjectId: number;
  readonly userId: number;
  readonly content: ReactionContent;
  readonly createdAt: string;
}

/** One line of an issue's conversation, in the order in which it happened. */
export interface TimelineEvent {
  readonly id: number;
  readonly repositoryId: number;
  readonly issueId: number;
  readonly actorId: number | null;
  readonly performedViaAppId: number | null;
  readonly createdAt: string;
  readonly data: TimelineData;
}

/** Which issues of a repository: all, or of one kind, of one state, of both. */
export function issueScope(repositoryId: number, state?: IssueState, pull?: boolean): string {
  const kind = pull === undefined ? '' : pull ? '/pull' : '/issue';
  return `${repositoryId}${kind}${state === undefined ? '' : `/${state}`}`;
}

/** Key of `number` of a repository. */
export function numberKey(repositoryId: number, number: number): string {
  return `${repositoryId}/${number}`;
}

function scopesOf({ repositoryId, state, pull }: Issue): readonly string[] {
  return [
    issueScope(repositoryId),
    issueScope(repositoryId, state),
    issueScope(repositoryId, undefined, pull),
    issueScope(repositoryId, state, pull),
  ];
}

/** By person, and by `person@` and `issueScope` of all states or one. */
function ofPerson({ repositoryId, state }: Issue, id: number): readonly (number | string)[] {
  return [id, `${id}@${issueScope(repositoryId)}`, `${id}@${issueScope(repositoryId, state)}`];
}

/** What GitHub calls an issue event; the other lines of a timeline have lists of their own. */
export function isIssueEvent({ data: { kind } }: TimelineEvent): boolean {
  return !['commented', 'committed', 'reviewed', 'line-commented', 'cross-referenced'].includes(kind);
}

/** Tables of issues, comments, labels, milestones, reactions and timelines. */
export function issueTables(store: Store) {
  return { ...ownTables(store), ...writtenTables(store), ...sortingTables(store) };
}

function ownTables(store: Store) {
  return {
    issues: store.table<Issue>()('issues', {
      key: (row) => row.id,
      indexes: {
        number: (row) => numberKey(row.repositoryId, row.number),
        /** By `issueScope`, oldest first. */
        scope: scopesOf,
        /** By `issueScope`, least recently updated first. */
        updated: { of: scopesOf, order: (row) => row.updatedAt },
        /** By label, and by `label/state`. */
        label: (row) => row.labelIds.flatMap((id) => [id, `${id}/${row.state}`]),
        milestone: (row) =>
          row.milestoneId === null ? undefined : [row.milestoneId, `${row.milestoneId}/${row.state}`],
        assignee: (row) => row.assigneeIds.flatMap((id) => ofPerson(row, id)),
        author: (row) => ofPerson(row, row.authorId),
        mentioned: (row) => row.mentionedIds.flatMap((id) => ofPerson(row, id)),
      },
    }),
    deletedIssues: store.table<DeletedIssue>()('deleted_issues', { key: (row) => row.key, indexes: {} }),
    contributors: store.table<Contributor>()('contributors', {
      key: (row) => row.key,
      indexes: { repository: (row) => row.repositoryId },
    }),
  };
}

function writtenTables(store: Store) {
  return {
    issueComments: store.table<IssueComment>()('issue_comments', {
      key: (row) => row.id,
      indexes: {
        issue: (row) => row.issueId,
        author: (row) => row.authorId,
        repository: (row) => row.repositoryId,
        updated: { of: (row) => row.repositoryId, order: (row) => row.updatedAt },
      },
    }),
    commitComments: store.table<CommitComment>()('commit_comments', {
      key: (row) => row.id,
      indexes: {
        repository: (row) => row.repositoryId,
        commit: (row) => `${row.repositoryId}/${row.commitOid}`,
      },
    }),
    reactions: store.table<Reaction>()('reactions', {
      key: (row) => row.id,
      indexes: {
        subject: (row) => `${row.subject}/${row.subjectId}`,
        once: (row) => `${row.subject}/${row.subjectId}/${row.userId}/${row.content}`,
      },
    }),
    timeline: store.table<TimelineEvent>()('timeline', {
      key: (row) => row.id,
      indexes: {
        issue: (row) => row.issueId,
        /** Issue events only, by issue (`i12`) and by repository (`r3`). */
        event: (row) => (isIssueEvent(row) ? [`i${row.issueId}`, `r${row.repositoryId}`] : undefined),
        /** The lines of a comment or a review, and those that tell of an issue (`source/12`). */
        subject: (row) => subjectOf(row.data),
      },
    }),
  };
}

function sortingTables(store: Store) {
  return {
    labels: store.table<Label>()('labels', {
      key: (row) => row.id,
      indexes: {
        repository: (row) => row.repositoryId,
        name: (row) => `${row.repositoryId}/${row.name.toLowerCase()}`,
      },
    }),
    milestones: store.table<Milestone>()('milestones', {
      key: (row) => row.id,
      indexes: {
        repository: (row) => row.repositoryId,
        number: (row) => numberKey(row.repositoryId, row.number),
        title: (row) => `${row.repositoryId}/${row.title}`,
      },
    }),
  };
}

function subjectOf(data: TimelineData): string | undefined {
  switch (data.kind) {
    case 'commented':
      return `comment/${data.commentId}`;
    case 'reviewed':
      return `review/${data.reviewId}`;
    case 'cross-referenced':
      return `source/${data.sourceId}`;
    default:
      return undefined;
  }
}
