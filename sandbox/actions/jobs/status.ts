import type { JobNode } from '../../state/action-jobs.ts';
import type { StatusFunctions } from '../expressions/scope.ts';
import type { WorkflowJob } from '../workflow/model.ts';

/**
 * Status functions in the `if` of a job. They look at every job before it, however far;
 * named jobs (`success('build')`) narrow that. Cancelling the run makes `cancelled()` true and `success()` false.
 * Source: https://docs.github.com/actions/reference/workflows-and-actions/expressions#status-check-functions
 */
export function jobStatus(
  job: WorkflowJob,
  jobs: readonly WorkflowJob[],
  node: (id: string) => JobNode | undefined,
  cancelled: boolean,
): StatusFunctions {
  const before = ancestors(job, jobs);
  const results = (named: readonly string[]) => {
    const wanted = named.map((name) => name.toLowerCase());
    return before
      .filter((id) => wanted.length === 0 || wanted.includes(id.toLowerCase()))
      .map((id) => node(id)?.result ?? null);
  };
  return {
    success: (named) => !cancelled && results(named).every((result) => result === 'success'),
    failure: (named) => !cancelled && results(named).includes('failure'),
    cancelled: () => cancelled,
  };
}

/** Ids of all jobs that must be done before a job, itself left out. */
export function ancestors(job: WorkflowJob, jobs: readonly WorkflowJob[]): string[] {
  const byId = new Map(jobs.map((one) => [one.id, one]));
  const found = new Set<string>();
  const waiting = [...job.needs];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    waiting.push(...(byId.get(id)?.needs ?? []));
  }
  return [...found];
}

/** Ids of all jobs that come after some jobs, however far, those themselves left out. */
export function descendants(ids: readonly string[], jobs: readonly WorkflowJob[]): string[] {
  return jobs
    .filter((job) => !ids.includes(job.id) && ancestors(job, jobs).some((id) => ids.includes(id)))
    .map(({ id }) => id);
}
