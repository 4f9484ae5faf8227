import type { Store } from './store.ts';

export type CheckStatus = 'queued' | 'in_progress' | 'completed' | 'waiting' | 'requested' | 'pending';
export type CheckConclusion =
  | 'success'
  | 'failure'
  | 'neutral'
  | 'cancelled'
  | 'skipped'
  | 'timed_out'
  | 'action_required'
  | 'stale'
  | 'startup_failure';

/** What one App has to say about one commit. */
export interface CheckSuite {
  readonly id: number;
  readonly repositoryId: number;
  readonly appId: number;
  readonly headSha: string;
  readonly headBranch: string | null;
  /** What the branch was before and after the push that made it. */
  readonly before: string | null;
  readonly after: string | null;
  /** Follows the latest run of each name; `queued` and null while there is none. */
  readonly status: CheckStatus;
  readonly conclusion: CheckConclusion | null;
  /** The run of a workflow it belongs to: Actions has one suite for each. */
  readonly workflowRunId: number | null;
  readonly rerequestable: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface CheckAction {
  readonly label: string;
  readonly description: string;
  readonly identifier: string;
}

export interface CheckRun {
  readonly id: number;
  readonly repositoryId: number;
  readonly suiteId: number;
  readonly appId: number;
  readonly headSha: string;
  readonly name: string;
  readonly externalId: string;
  readonly detailsUrl: string | null;
  readonly status: CheckStatus;
  readonly conclusion: CheckConclusion | null;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
  readonly title: string | null;
  readonly summary: string | null;
  readonly text: string | null;
  readonly actions: readonly CheckAction[];
  /** The job of a workflow it stands for: its address is the job's. */
  readonly jobId: number | null;
}

export interface CheckAnnotation {
  readonly id: number;
  readonly runId: number;
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly startColumn: number | null;
  readonly endColumn: number | null;
  readonly level: 'notice' | 'warning' | 'failure';
  readonly message: string;
  readonly title: string | null;
  readonly rawDetails: string | null;
}

/** Does a push make a suite for the App by itself? Without a row it does. */
export interface SuitePreference {
  /** `repository/app` */
  readonly key: string;
  readonly repositoryId: number;
  readonly appId: number;
  readonly automatic: boolean;
}

export type StatusState = 'error' | 'failure' | 'pending' | 'success';

/** One report on a commit; the newest of a context is the one that counts. */
export interface CommitStatus {
  readonly id: number;
  readonly repositoryId: number;
  readonly sha: string;
  readonly state: StatusState;
  readonly context: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creatorId: number;
  /** The App whose token wrote it, for rules that name one. */
  readonly appId: number | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Key of a commit of a repository. */
export function commitKey(repositoryId: number, sha: string): string {
  return `${repositoryId}/${sha}`;
}

/** Tables of check suites, check runs and commit statuses. */
export function checkTables(store: Store) {
  return {
    checkSuites: store.table<CheckSuite>()('check_suites', {
      key: (row) => row.id,
      indexes: {
        repository: (row) => row.repositoryId,
        commit: (row) => commitKey(row.repositoryId, row.headSha),
        /** The suite an App writes to of its own accord; those of workflow runs are found by their run. */
        app: (row) =>
          row.workflowRunId === null ? `${commitKey(row.repositoryId, row.headSha)}/${row.appId}` : undefined,
        workflowRun: (row) => row.workflowRunId ?? undefined,
      },
    }),
    checkRuns: store.table<CheckRun>()('check_runs', {
      key: (row) => row.id,
      indexes: {
        suite: (row) => row.suiteId,
        commit: (row) => commitKey(row.repositoryId, row.headSha),
        job: (row) => row.jobId ?? undefined,
      },
    }),
    checkAnnotations: store.table<CheckAnnotation>()('check_annotations', {
      key: (row) => row.id,
      indexes: { run: (row) => row.runId },
    }),
    suitePreferences: store.table<SuitePreference>()('suite_preferences', {
      key: (row) => row.key,
      indexes: { repository: (row) => row.repositoryId },
    }),
    commitStatuses: store.table<CommitStatus>()('commit_statuses', {
      key: (row) => row.id,
      indexes: {
        repository: (row) => row.repositoryId,
        commit: (row) => commitKey(row.repositoryId, row.sha),
        context: (row) => `${commitKey(row.repositoryId, row.sha)}/${row.context.toLowerCase()}`,
      },
    }),
  };
}
