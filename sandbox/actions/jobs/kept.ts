import { newId, type Core } from '../../kernel/core.ts';
import type { JobNode, WorkflowJobRow } from '../../state/action-jobs.ts';
import { attemptKey, nodeKey } from './keys.ts';
import { putJob } from './tell.ts';

/** Legs of the attempt before that this attempt keeps for a node. */
export function keptLegs(core: Core, node: JobNode): WorkflowJobRow[] {
  const kept = core.tables.runAttempts.get(attemptKey(node))?.kept ?? [];
  if (kept.length === 0) return [];
  return legsBefore(core, node).filter((leg) => kept.includes(leg.id));
}

/** Does the attempt keep all there was of a node? Calls of workflows are opened anew, their jobs are kept one by one. */
export function keptWhole(core: Core, node: JobNode): boolean {
  const before = legsBefore(core, node);
  return before.length > 0 && keptLegs(core, node).length === before.length;
}

function legsBefore(core: Core, node: JobNode): WorkflowJobRow[] {
  if (node.attempt === 1) return [];
  const key = nodeKey({ runId: node.runId, attempt: node.attempt - 1 }, node.scope, node.id);
  return core.tables.workflowJobs.where('node', key);
}

/** Takes a finished leg over into the new attempt; its steps and logs stay with the job that ran. */
export function copyLeg(core: Core, leg: WorkflowJobRow, node: JobNode): void {
  putJob(
    core,
    {
      ...leg,
      id: newId(core),
      attempt: node.attempt,
      node: node.key,
      keptFrom: leg.keptFrom ?? leg.id,
      checkRunId: null,
      ended: newId(core),
    },
    true,
  );
}

/** The job that ran: itself, or the one whose result was kept. Steps, logs, summaries and annotations are its own. */
export function sourceOf(core: Core, job: WorkflowJobRow): WorkflowJobRow {
  return job.keptFrom === null ? job : core.tables.workflowJobs.require(job.keptFrom);
}
