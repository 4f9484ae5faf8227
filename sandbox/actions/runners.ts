/** Which runner may take which job. https://docs.github.com/actions/reference/runners */
import type { Core } from '../kernel/core.ts';
import type { WorkflowJobRow } from '../state/action-jobs.ts';
import type { Runner } from '../state/actions.ts';

const HOSTED =
  /^(?:ubuntu|windows|macos)-(?:latest|slim|\d+(?:\.\d+)?|\d{4})(?:-(?:arm|large|xlarge|intel|arm64|vs2026))*$/;

/** Is a label one of GitHub's own machines'? */
export function isHostedLabel(label: string): boolean {
  return HOSTED.test(label.toLowerCase());
}

/** Does a job ask for a hosted machine? It does by one label of theirs and no group. */
export function wantsHosted(job: Pick<WorkflowJobRow, 'labels' | 'group'>): boolean {
  return job.group === null && job.labels.length === 1 && isHostedLabel(job.labels[0]!);
}

/** May a registered runner take a job? It needs every label, whatever its case, and the group where one is named. */
export function fits(runner: Runner, job: WorkflowJobRow, ownerId: number): boolean {
  const own =
    runner.repositoryId === null
      ? runner.organizationId === ownerId
      : runner.repositoryId === job.repositoryId;
  if (!own || !runner.online || runner.jobId !== null) return false;
  if (job.group !== null && job.group.toLowerCase() !== runner.group.toLowerCase()) return false;
  const has = new Set(runner.labels.map((label) => label.toLowerCase()));
  return job.labels.every((label) => has.has(label.toLowerCase()));
}

/** Jobs that a runner may take, the longest waiting first. */
export function queuedJobs(core: Core): WorkflowJobRow[] {
  return core.tables.workflowJobs.where('queued', 'queued');
}

/** A free registered runner for a job; undefined while there is none. */
export function runnerFor(core: Core, job: WorkflowJobRow): Runner | undefined {
  const { ownerId } = core.tables.repositories.require(job.repositoryId);
  const candidates = [
    ...core.tables.runners.where('repository', job.repositoryId),
    ...core.tables.runners.where('organization', ownerId),
  ];
  return candidates.find((runner) => fits(runner, job, ownerId));
}
