import type { Conclusion } from '../actions/leg.ts';
import { jobTables } from './action-jobs.ts';
import type { Store } from './store.ts';

/** A workflow of a repository: a path under `.github/workflows` that was seen on the default branch or has run. */
export interface WorkflowFile {
  readonly id: number;
  readonly repositoryId: number;
  readonly path: string;
  /** `name` of the file as it was last read, the path where it has none. */
  readonly name: string;
  readonly state: 'active' | 'deleted' | 'disabled_manually' | 'disabled_inactivity' | 'disabled_fork';
  readonly lastRunNumber: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export type RunStatus = 'requested' | 'queued' | 'pending' | 'waiting' | 'in_progress' | 'completed';
export type RunConclusion = Conclusion | 'action_required' | 'startup_failure';

/** A run of a workflow. Its members follow the latest attempt; earlier ones are in `run_attempts`. */
export interface WorkflowRun {
  readonly id: number;
  readonly repositoryId: number;
  readonly workflowId: number;
  readonly number: number;
  readonly attempt: number;
  readonly event: string;
  /** Activity type of the event. */
  readonly action: string | null;
  /** Name of the workflow when the run started; the path of a file that could not be read. */
  readonly name: string;
  /** `run-name`, the head commit's message, the title of the pull request, … */
  readonly title: string;
  readonly path: string;
  /** What people see: head commit and branch (or tag) of the push or pull request. */
  readonly headSha: string;
  readonly headBranch: string | null;
  readonly headRepositoryId: number;
  /** What jobs see: `GITHUB_SHA` and the full `GITHUB_REF`. */
  readonly sha: string;
  readonly ref: string;
  /** Commit the workflow file was read from. */
  readonly workflowSha: string;
  readonly pullIds: readonly number[];
  readonly status: RunStatus;
  readonly conclusion: RunConclusion | null;
  /** Whose runs they are: restricted tokens and no secrets for forks and Dependabot. */
  readonly trust: 'full' | 'fork' | 'dependabot';
  /** How many `workflow_run` events led here. */
  readonly chain: number;
  readonly actorId: number;
  readonly triggeringActorId: number;
  readonly concurrency: RunConcurrency | null;
  readonly cancelledAt: string | null;
  /** Why it could not start; these are its annotations. */
  readonly problems: readonly string[];
  /** Reusable workflows it called. */
  readonly referenced: readonly { readonly path: string; readonly sha: string; readonly ref?: string }[];
  readonly checkSuiteId: number | null;
  readonly createdAt: string;
  /** When this attempt started. */
  readonly startedAt: string;
  readonly updatedAt: string;
}

export interface RunConcurrency {
  /** Lower case: groups ignore case. */
  readonly group: string;
  readonly queue: 'single' | 'max';
}

/** What started a run: kept apart because it never changes and can be large. */
export interface RunEvent {
  readonly runId: number;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Typed inputs of a dispatch. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** One attempt, finished or not. */
export interface RunAttempt {
  /** `run/attempt` */
  readonly key: string;
  readonly runId: number;
  readonly attempt: number;
  readonly status: RunStatus;
  readonly conclusion: RunConclusion | null;
  readonly triggeringActorId: number;
  /** Jobs of the attempt before whose results this one keeps. */
  readonly kept: readonly number[];
  readonly createdAt: string;
  readonly startedAt: string;
  readonly updatedAt: string;
}

/** A job of a run that waits for its environment. */
export interface PendingDeployment {
  readonly jobId: number;
  readonly runId: number;
  readonly repositoryId: number;
  readonly environmentId: number;
  /** End of the wait timer; null where there is none. */
  readonly waitUntil: string | null;
  readonly waitStartedAt: string;
  /** Reviews are still needed. */
  readonly needsReview: boolean;
  readonly createdAt: string;
}

/** Somebody's answer to pending deployments of a run. */
export interface RunReview {
  readonly id: number;
  readonly runId: number;
  readonly userId: number;
  readonly state: 'approved' | 'rejected';
  readonly comment: string;
  readonly environmentIds: readonly number[];
  readonly createdAt: string;
}

/** A machine that takes jobs. Hosted ones have no row. */
export interface Runner {
  readonly id: number;
  readonly repositoryId: number | null;
  readonly organizationId: number | null;
  readonly name: string;
  readonly os: 'Linux' | 'Windows' | 'macOS';
  /** With `self-hosted`, its system and its architecture. */
  readonly labels: readonly string[];
  readonly group: string;
  readonly online: boolean;
  readonly ephemeral: boolean;
  /** Job it works on. */
  readonly jobId: number | null;
}

/** `vars.NAME` or `secrets.NAME`; `owner` is `repository/1`, `organization/1`, `environment/1` or `dependabot/1`. */
export interface ActionsValue {
  /** `owner/NAME` in upper case. */
  readonly key: string;
  readonly owner: string;
  readonly name: string;
  readonly value: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Key of a variable or secret. */
export function valueKey(owner: string, name: string): string {
  return `${owner}/${name.toUpperCase()}`;
}

/** A schedule of a workflow on its default branch, and when it is due. */
export interface ScheduleMark {
  /** `workflow/timezone/cron` */
  readonly key: string;
  readonly workflowId: number;
  readonly cron: string;
  readonly timezone: string;
  readonly dueAt: string;
  /** In whose name it runs: who pushed the file last. */
  readonly actorId: number;
}

/** Tables of workflows, runs, their jobs, what these wait for, and the values they are given. */
export function actionTables(store: Store) {
  return { ...runTables(store), ...jobTables(store), ...waitingTables(store), ...valueTables(store) };
}

function runTables(store: Store) {
  return {
    workflowFiles: store.table<WorkflowFile>()('workflow_files', {
      key: (row) => row.id,
      indexes: { repository: (row) => row.repositoryId, path: (row) => `${row.repositoryId}/${row.path}` },
    }),
    workflowRuns: store.table<WorkflowRun>()('workflow_runs', {
      key: (row) => row.id,
      indexes: {
        repository: (row) => row.repositoryId,
        workflow: (row) => row.workflowId,
        head: (row) => `${row.repositoryId}/${row.headSha}`,
        suite: (row) => row.checkSuiteId ?? undefined,
        open: (row) => (row.status === 'completed' ? undefined : 'open'),
        concurrency: (row) =>
          row.concurrency === null || row.status === 'completed'
            ? undefined
            : `${row.repositoryId}/${row.concurrency.group}`,
      },
    }),
    runEvents: store.table<RunEvent>()('run_events', { key: (row) => row.runId, indexes: {} }),
    runAttempts: store.table<RunAttempt>()('run_attempts', {
      key: (row) => row.key,
      indexes: { run: (row) => row.runId },
    }),
    scheduleMarks: store.table<ScheduleMark>()('schedule_marks', {
      key: (row) => row.key,
      indexes: { workflow: (row) => row.workflowId },
    }),
  };
}

function waitingTables(store: Store) {
  return {
    pendingDeployments: store.table<PendingDeployment>()('pending_deployments', {
      key: (row) => row.jobId,
      indexes: {
        run: (row) => row.runId,
        environment: (row) => row.environmentId,
        timed: (row) => (row.waitUntil === null ? undefined : 'timed'),
      },
    }),
    runReviews: store.table<RunReview>()('run_reviews', {
      key: (row) => row.id,
      indexes: { run: (row) => row.runId },
    }),
    runners: store.table<Runner>()('runners', {
      key: (row) => row.id,
      indexes: {
        repository: (row) => row.repositoryId ?? undefined,
        organization: (row) => row.organizationId ?? undefined,
        job: (row) => row.jobId ?? undefined,
      },
    }),
  };
}

function valueTables(store: Store) {
  return {
    actionsVariables: store.table<ActionsValue>()('actions_variables', {
      key: (row) => row.key,
      indexes: { owner: (row) => row.owner },
    }),
    actionsSecrets: store.table<ActionsValue>()('actions_secrets', {
      key: (row) => row.key,
      indexes: { owner: (row) => row.owner },
    }),
  };
}
