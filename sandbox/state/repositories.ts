import type { Role } from '../kernel/identity.ts';
import type { Store } from './store.ts';

export interface Repository {
  readonly id: number;
  readonly ownerId: number;
  readonly name: string;
  readonly private: boolean;
  readonly description: string | null;
  readonly homepage: string | null;
  readonly topics: readonly string[];
  readonly defaultBranch: string;
  readonly archived: boolean;
  readonly isTemplate: boolean;
  readonly hasIssues: boolean;
  readonly hasProjects: boolean;
  readonly hasWiki: boolean;
  readonly hasDiscussions: boolean;
  /** The repository this one was forked from, and the root of its network; objects belong to the network. */
  readonly forkOf: number | null;
  readonly networkId: number;
  readonly allowMergeCommit: boolean;
  readonly allowSquashMerge: boolean;
  readonly allowRebaseMerge: boolean;
  readonly allowAutoMerge: boolean;
  readonly allowUpdateBranch: boolean;
  readonly deleteBranchOnMerge: boolean;
  readonly allowForking: boolean;
  readonly webCommitSignoffRequired: boolean;
  readonly squashTitle: 'PR_TITLE' | 'COMMIT_OR_PR_TITLE';
  readonly squashMessage: 'PR_BODY' | 'COMMIT_MESSAGES' | 'BLANK';
  readonly mergeTitle: 'PR_TITLE' | 'MERGE_MESSAGE';
  readonly mergeMessage: 'PR_BODY' | 'PR_TITLE' | 'BLANK';
  /** Releases are immutable once published. */
  readonly immutableReleases: boolean;
  /** Settings of Actions: what a job's token may do by default, and who may run what. */
  readonly actions: {
    readonly enabled: boolean;
    readonly defaultToken: 'read' | 'write';
    readonly mayApprovePulls: boolean;
    readonly forkApproval:
      'first_time_contributors_new_to_github' | 'first_time_contributors' | 'all_external_contributors';
  };
  /** Last number given to an issue or pull request. */
  readonly lastNumber: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly pushedAt: string | null;
}

export interface Collaborator {
  /** `repository/user` */
  readonly key: string;
  readonly repositoryId: number;
  readonly userId: number;
  readonly role: Exclude<Role, 'none'>;
}

/** Somebody was asked to collaborate and has not answered. */
export interface Invitation {
  readonly id: number;
  readonly repositoryId: number;
  readonly inviteeId: number;
  readonly inviterId: number;
  readonly role: Exclude<Role, 'none'>;
  readonly createdAt: string;
}

/** Where a renamed or transferred repository was: requests for it are sent on. */
export interface RepositoryRedirect {
  /** `owner/name` in lower case, the owner by id. */
  readonly key: string;
  readonly repositoryId: number;
}

/** The truth about a ref. `refs/pull/N/head` and `/merge` are refs like any other, read-only to clients. */
export interface Ref {
  /** `repository:refs/heads/main` */
  readonly key: string;
  readonly repositoryId: number;
  /** Full name, `refs/heads/main`. */
  readonly name: string;
  readonly oid: string;
}

/** One change of a branch, by whoever made it. */
export interface Activity {
  readonly id: number;
  readonly repositoryId: number;
  readonly actorId: number;
  /** Full name. */
  readonly ref: string;
  readonly before: string | null;
  readonly after: string | null;
  /** It put a pull request onto its base. */
  readonly merge: boolean;
  readonly at: string;
}

/** Key of a ref's row. */
export function refKey(repositoryId: number, name: string): string {
  return `${repositoryId}:${name}`;
}

/** Tables of repositories, collaborators and refs. */
export function repositoryTables(store: Store) {
  return {
    repositories: store.table<Repository>()('repositories', {
      key: (row) => row.id,
      indexes: {
        name: (row) => `${row.ownerId}/${row.name.toLowerCase()}`,
        owner: (row) => row.ownerId,
        network: (row) => row.networkId,
        forkOf: (row) => row.forkOf ?? undefined,
      },
    }),
    collaborators: store.table<Collaborator>()('collaborators', {
      key: (row) => row.key,
      indexes: { repository: (row) => row.repositoryId, user: (row) => row.userId },
    }),
    invitations: store.table<Invitation>()('invitations', {
      key: (row) => row.id,
      indexes: {
        repository: (row) => row.repositoryId,
        invitee: (row) => row.inviteeId,
        repositoryInvitee: (row) => `${row.repositoryId}/${row.inviteeId}`,
      },
    }),
    repositoryRedirects: store.table<RepositoryRedirect>()('repository_redirects', {
      key: (row) => row.key,
      indexes: { repository: (row) => row.repositoryId },
    }),
    refs: store.table<Ref>()('refs', {
      key: (row) => row.key,
      indexes: { repository: (row) => row.repositoryId, oid: (row) => `${row.repositoryId}:${row.oid}` },
    }),
    activities: store.table<Activity>()('activities', {
      key: (row) => row.id,
      indexes: { repository: (row) => row.repositoryId },
    }),
  };
}
