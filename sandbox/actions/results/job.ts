/** What the artifact and cache services need to know of a job; the control plane tells it. */
export interface ResultsJob {
  readonly repositoryId: number;
  readonly runId: number;
  readonly attempt: number;
  readonly jobId: number;
  /** A job that ended may no longer upload or download. */
  readonly running: boolean;
  /**
   * Refs whose caches the job may restore, nearest first: its own, the base of its pull request, the default branch.
   * It saves to the first only. https://docs.github.com/actions/reference/workflows-and-actions/dependency-caching#restrictions-for-accessing-a-cache
   */
  readonly cacheRefs: readonly string[];
  /** May it save caches at all? */
  readonly savesCaches: boolean;
}

/** The job of that id, undefined where there is none. */
export type FindJob = (jobId: number) => ResultsJob | undefined;

/** The ids that the toolkit reads from the runtime token and sends back with every call. */
export interface BackendIds {
  readonly run: string;
  readonly job: string;
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/** UUIDs that say run, attempt and job. */
export function backendIds(job: Pick<ResultsJob, 'runId' | 'attempt' | 'jobId'>): BackendIds {
  return {
    run: `${hex(job.attempt, 8)}-0000-4000-8000-${hex(job.runId, 12)}`,
    job: `00000000-0000-4000-9000-${hex(job.jobId, 12)}`,
  };
}
