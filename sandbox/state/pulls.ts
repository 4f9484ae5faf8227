import type { Store } from './store.ts';

/** What an issue is not and a pull request is; both rows have the same id, the issue holds title, body and state. */
export interface Pull {
  readonly id: number;
  readonly number: number;
  /** The repository it wants to change: the base's. */
  readonly repositoryId: number;
  readonly open: boolean;
  /** `ref` is a branch's short name. `repositoryId` is null once the fork is gone. */
  readonly head: { readonly repositoryId: number | null; readonly ref: string; readonly oid: string };
  /** `oid` is the branch's tip when the pull request was last opened, pushed to or retargeted, or merged. */
  readonly base: { readonly ref: string; readonly oid: string };
  /** `owner:branch`: stays when the fork goes. */
  readonly headLabel: string;
  readonly draft: boolean;
  readonly maintainerCanModify: boolean;
  readonly requestedUserIds: readonly number[];
  readonly requestedTeamIds: readonly number[];
  /** Commits that only the head has, oldest first, at most the number GitHub lists. */
  readonly commits: readonly string[];
  /** Who pushed the head last: they cannot approve where rules want somebody else to. */
  readonly headPushedById: number;
  /** The last try to merge base and head; `merge` is null where they conflict. */
  readonly trial: Trial | null;
  readonly merged: {
    readonly at: string;
    readonly byId: number;
    readonly oid: string;
    /** All commits the merge put onto the base branch, for finding the pull request of a commit. */
    readonly commits: readonly string[];
  } | null;
}

export interface Trial {
  readonly base: string;
  readonly head: string;
  readonly merge: string | null;
}

export type ReviewState = 'PENDING' | 'COMMENTED' | 'APPROVED' | 'CHANGES_REQUESTED' | 'DISMISSED';

export interface Review {
  readonly id: number;
  readonly repositoryId: number;
  readonly pullId: number;
  readonly userId: number;
  readonly body: string;
  readonly state: ReviewState;
  /** What was looked at: stays when the head moves on. */
  readonly commitOid: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly submittedAt: string | null;
}

export type Side = 'LEFT' | 'RIGHT';

/** Where a review comment stands: a line, several lines, or (line null) the whole file. */
export interface Place {
  readonly path: string;
  readonly side: Side;
  readonly line: number | null;
  readonly startSide: Side | null;
  readonly startLine: number | null;
}

/** A comment on the changes. What it stands on now is worked out from where it stood when it was made. */
export interface ReviewComment {
  readonly id: number;
  readonly repositoryId: number;
  readonly pullId: number;
  readonly reviewId: number;
  readonly userId: number;
  readonly body: string;
  readonly place: Place;
  /** Lines below the first `@@` of the file's patch, as the older form of the API counts; 1 for a whole file. */
  readonly originalPosition: number;
  readonly originalCommit: string;
  /** The commit the changes were counted from. */
  readonly originalBase: string;
  readonly diffHunk: string;
  /** The first comment of its thread; null where it is that itself. */
  readonly replyTo: number | null;
  /** Of the first comment: who resolved the thread. */
  readonly resolvedById: number | null;
  readonly pending: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Which pull requests want to change a branch of a repository. */
export function baseScope(
  { repositoryId }: Pick<Pull, 'repositoryId'>,
  branch: string,
  open?: boolean,
): string {
  return `${open === undefined ? 'all' : open ? 'open' : 'closed'}/${repositoryId}:${branch}`;
}

const openOnly = (row: Pull, value: string): string | undefined => (row.open ? value : undefined);

/** Tables of pull requests, reviews and review comments. */
export function pullTables(store: Store) {
  return {
    pulls: store.table<Pull>()('pulls', {
      key: (row) => row.id,
      indexes: {
        repository: (row) => row.repositoryId,
        number: (row) => `${row.repositoryId}/${row.number}`,
        /** By `baseScope`: all that want to change a branch, or the open or closed ones. */
        base: (row) => [baseScope(row, row.base.ref), baseScope(row, row.base.ref, row.open)],
        label: (row) => `${row.repositoryId}/${row.headLabel.toLowerCase()}`,
        head: (row) =>
          row.head.repositoryId === null ? undefined : `${row.head.repositoryId}:${row.head.ref}`,
        /** By the fork whose branch maintainers may push to. */
        lent: (row) =>
          row.open && row.maintainerCanModify ? (row.head.repositoryId ?? undefined) : undefined,
        openHeadOid: (row) => openOnly(row, `${row.repositoryId}:${row.head.oid}`),
        openCommit: (row) => (row.open ? row.commits.map((oid) => `${row.repositoryId}:${oid}`) : undefined),
        mergedCommit: (row) => row.merged?.commits.map((oid) => `${row.repositoryId}:${oid}`),
      },
    }),
    reviews: store.table<Review>()('reviews', {
      key: (row) => row.id,
      indexes: {
        pull: (row) => row.pullId,
        user: (row) => `${row.pullId}/${row.userId}`,
        pending: (row) => (row.state === 'PENDING' ? `${row.pullId}/${row.userId}` : undefined),
      },
    }),
    reviewComments: store.table<ReviewComment>()('review_comments', {
      key: (row) => row.id,
      indexes: {
        repository: (row) => (row.pending ? undefined : row.repositoryId),
        pull: (row) => (row.pending ? undefined : row.pullId),
        review: (row) => row.reviewId,
        thread: (row) => row.replyTo ?? row.id,
      },
    }),
  };
}
