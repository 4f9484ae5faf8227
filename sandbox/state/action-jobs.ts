import type { Annotation, Conclusion } from '../actions/leg.ts';
import type { TokenPermissions } from '../actions/permissions.ts';
import type { Store } from './store.ts';

/** Where a workflow file was read: jobs of called workflows come from other files. */
export interface FileOrigin {
  readonly repositoryId: number;
  readonly path: string;
  /** Commit. */
  readonly sha: string;
  /** Ref by which it was called; absent for the run's own commit. */
  readonly ref?: string;
}

/** A job of a workflow file in one attempt: what becomes legs once its needs are done. */
export interface JobNode {
  /** `run/attempt/scope/id` */
  readonly key: string;
  readonly runId: number;
  readonly attempt: number;
  /** Scope the job stands in; the empty one is the run's own file. */
  readonly scope: string;
  readonly id: string;
  /** Order in the file. */
  readonly index: number;
  readonly kind: 'steps' | 'call';
  /** `blocked` by its needs, `running` with its legs, `done`. */
  readonly state: 'blocked' | 'running' | 'done';
  readonly result: 'success' | 'failure' | 'cancelled' | 'skipped' | null;
  readonly outputs: Readonly<Record<string, string>>;
  readonly failFast: boolean;
  readonly maxParallel: number | null;
}

/** One call of a reusable workflow (the run's own file counts as one): what its jobs share. */
export interface CallScope {
  /** `run/attempt/scope` */
  readonly key: string;
  readonly runId: number;
  readonly attempt: number;
  readonly repositoryId: number;
  /** Place in the queue of its concurrency group: an id. */
  readonly turn: number;
  /** Ids of the calls that lead here, with the leg where a call has a matrix: `deploy`, `deploy#1/test`. */
  readonly scope: string;
  readonly parent: string | null;
  /** Job of the parent that called. */
  readonly callerId: string | null;
  /** Names of the calling jobs, in front of names of jobs: `deploy / `. */
  readonly prefix: string;
  readonly origin: FileOrigin;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Most that jobs in here may do; null leaves it to their files and the repository. */
  readonly permissions: TokenPermissions | null;
  readonly matrix: Readonly<Record<string, unknown>> | null;
  readonly leg: LegNumbers;
  readonly concurrency: JobConcurrency | null;
  readonly wants: (JobConcurrency & { readonly cancelInProgress: boolean }) | null;
  readonly cancelledAt: string | null;
  /** `held` by `max-parallel`, `pending` behind its concurrency group, then `running`, then `done`. */
  readonly state: 'held' | 'pending' | 'running' | 'done';
  readonly result: 'success' | 'failure' | 'cancelled' | 'skipped' | null;
  readonly outputs: Readonly<Record<string, string>>;
  /** Order in which legs ended: later ones win where outputs have one name. */
  readonly ended: number | null;
}

export interface LegNumbers {
  readonly failFast: boolean;
  readonly index: number;
  readonly total: number;
  readonly maxParallel: number;
}

export interface JobConcurrency {
  readonly group: string;
  readonly queue: 'single' | 'max';
}

export interface JobWants {
  readonly concurrency: (JobConcurrency & { readonly cancelInProgress: boolean }) | null;
  /** Without `deployment` the environment's rules count, but no deployment is made. */
  readonly environment: { readonly name: string; readonly deployment: boolean } | null;
}

export type JobStatus = 'queued' | 'pending' | 'waiting' | 'in_progress' | 'completed';

/** One leg: a job as people see it, and as a runner takes it. */
export interface WorkflowJobRow {
  readonly id: number;
  readonly runId: number;
  readonly attempt: number;
  readonly repositoryId: number;
  /** Key of its node. */
  readonly node: string;
  readonly scope: string;
  /** Key in the workflow file. */
  readonly key: string;
  readonly name: string;
  readonly matrix: Readonly<Record<string, unknown>> | null;
  readonly leg: LegNumbers;
  readonly status: JobStatus;
  readonly conclusion: Conclusion | null;
  readonly labels: readonly string[];
  readonly group: string | null;
  readonly runner: { readonly id: number; readonly name: string; readonly selfHosted: boolean } | null;
  readonly permissions: TokenPermissions;
  readonly continueOnError: boolean;
  readonly timeoutMinutes: number;
  readonly cancelMinutes: number;
  readonly environmentId: number | null;
  /** A deployment is made of it. */
  readonly deploys: boolean;
  readonly environmentUrl: string | null;
  readonly deploymentId: number | null;
  /** What it asks for before it may be queued; null once that is settled. */
  readonly wants: JobWants | null;
  /** The group it waits for or holds. */
  readonly concurrency: JobConcurrency | null;
  /** Not before fewer than `max-parallel` legs of its node run. */
  readonly held: boolean;
  readonly outputs: Readonly<Record<string, string>>;
  /** The job of an earlier attempt whose result this attempt keeps. */
  readonly keptFrom: number | null;
  readonly checkRunId: number | null;
  readonly createdAt: string;
  readonly queuedAt: string | null;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
  /** Order in which legs ended. */
  readonly ended: number | null;
  /** Last time its runner was heard of. */
  readonly heardAt: string | null;
  readonly cancelledAt: string | null;
}

export interface JobStep {
  /** `job/number` */
  readonly key: string;
  readonly jobId: number;
  readonly number: number;
  readonly name: string;
  readonly status: 'queued' | 'in_progress' | 'completed';
  readonly conclusion: Conclusion | null;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
}

/** A few lines of a step's log, as they came. */
export interface JobLog {
  readonly id: number;
  readonly jobId: number;
  readonly step: number;
  readonly at: string;
  readonly lines: readonly string[];
}

export interface JobAnnotation {
  readonly id: number;
  readonly jobId: number;
  /** 0 for the job itself. */
  readonly step: number;
  readonly annotation: Annotation;
}

export interface JobSummary {
  /** `job/step` */
  readonly key: string;
  readonly jobId: number;
  readonly step: number;
  readonly markdown: string;
}

/** Tables of jobs and what they say. */
export function jobTables(store: Store) {
  return { ...graphTables(store), ...sayingTables(store) };
}

function ofAttempt(row: { readonly runId: number; readonly attempt: number }): string {
  return `${row.runId}/${row.attempt}`;
}

function graphTables(store: Store) {
  return {
    jobNodes: store.table<JobNode>()('job_nodes', {
      key: (row) => row.key,
      indexes: { attempt: ofAttempt, scope: (row) => `${ofAttempt(row)}/${row.scope}` },
    }),
    callScopes: store.table<CallScope>()('call_scopes', {
      key: (row) => row.key,
      indexes: {
        attempt: ofAttempt,
        caller: (row) =>
          row.parent === null ? undefined : `${ofAttempt(row)}/${row.parent}/${row.callerId ?? ''}`,
        concurrency: (row) =>
          row.concurrency === null || row.state === 'done'
            ? undefined
            : `${row.repositoryId}/${row.concurrency.group}`,
      },
    }),
    workflowJobs: store.table<WorkflowJobRow>()('workflow_jobs', {
      key: (row) => row.id,
      indexes: {
        run: (row) => row.runId,
        attempt: ofAttempt,
        node: (row) => row.node,
        repository: (row) => row.repositoryId,
        open: (row) => (row.status === 'completed' ? undefined : 'open'),
        queued: (row) => (row.status === 'queued' && !row.held ? 'queued' : undefined),
        concurrency: (row) =>
          row.concurrency === null || row.status === 'completed'
            ? undefined
            : `${row.repositoryId}/${row.concurrency.group}`,
      },
    }),
  };
}

function sayingTables(store: Store) {
  return {
    jobSteps: store.table<JobStep>()('job_steps', {
      key: (row) => row.key,
      indexes: { job: (row) => row.jobId },
    }),
    jobLogs: store.table<JobLog>()('job_logs', {
      key: (row) => row.id,
      indexes: { job: (row) => row.jobId },
    }),
    jobAnnotations: store.table<JobAnnotation>()('job_annotations', {
      key: (row) => row.id,
      indexes: { job: (row) => row.jobId },
    }),
    jobSummaries: store.table<JobSummary>()('job_summaries', {
      key: (row) => row.key,
      indexes: { job: (row) => row.jobId },
    }),
  };
}
