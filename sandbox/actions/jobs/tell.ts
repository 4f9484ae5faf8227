import { now, type Core } from '../../kernel/core.ts';
import { emit } from '../../kernel/events.ts';
import type { WorkflowJobRow } from '../../state/action-jobs.ts';
import type { WorkflowRun } from '../../state/actions.ts';
import { portsOf, type DeploymentState } from '../ports.ts';

/**
 * Keeps a changed job: its row, its check run, its deployment, who listens. Every change of a job goes through here.
 * A new status is told; `fresh` tells a job that nobody has heard of yet.
 */
export function putJob(core: Core, job: WorkflowJobRow, fresh = false): WorkflowJobRow {
  const before = core.tables.workflowJobs.get(job.id);
  let row = core.tables.workflowJobs.put(job);
  const changed = fresh || before?.status !== row.status || before.conclusion !== row.conclusion;
  if (!changed) return row;
  const run = core.tables.workflowRuns.require(row.runId);
  const ports = portsOf(core);
  const state = deploymentState(row);
  if (row.deploys && row.keptFrom === null && state !== undefined)
    row = core.tables.workflowJobs.put({ ...row, deploymentId: ports.deploy(core, run, row, state) });
  const checkRunId = ports.check(core, run, row);
  if (checkRunId !== row.checkRunId) row = core.tables.workflowJobs.put({ ...row, checkRunId });
  if (row.keptFrom === null) tellJob(core, run, row);
  return row;
}

function deploymentState(job: WorkflowJobRow): DeploymentState | undefined {
  switch (job.status) {
    case 'waiting':
      return 'waiting';
    case 'queued':
      return 'queued';
    case 'in_progress':
      return 'in_progress';
    case 'pending':
      return undefined;
    case 'completed':
      if (job.conclusion === 'success') return 'success';
      // A job that never asked for its environment made no deployment.
      return job.deploymentId === null ? undefined : job.conclusion === 'cancelled' ? 'error' : 'failure';
  }
}

/** `workflow_job`: queued, waiting, in_progress, completed. */
function tellJob(core: Core, run: WorkflowRun, job: WorkflowJobRow): void {
  if (job.status === 'pending') return;
  emit(core, {
    name: 'workflow_job',
    action: job.status,
    repositoryId: run.repositoryId,
    sender: core.tables.accounts.require(run.triggeringActorId),
    by: { kind: 'anonymous' },
    payload: (view) => ({ workflow_job: portsOf(core).jobView(view, job) }),
    facts: { runId: run.id },
  });
}

/** Keeps a changed run and its attempt, and tells `workflow_run` of it where its status says something new. */
export function putRun(core: Core, run: WorkflowRun): WorkflowRun {
  const before = core.tables.workflowRuns.get(run.id);
  let row = core.tables.workflowRuns.put({ ...run, updatedAt: now(core) });
  const key = `${row.id}/${row.attempt}`;
  const attempt = core.tables.runAttempts.get(key);
  core.tables.runAttempts.put({
    key,
    runId: row.id,
    attempt: row.attempt,
    status: row.status,
    conclusion: row.conclusion,
    triggeringActorId: row.triggeringActorId,
    kept: attempt?.kept ?? [],
    createdAt: attempt?.createdAt ?? now(core),
    startedAt: row.startedAt,
    updatedAt: row.updatedAt,
  });
  const changed =
    before?.status !== row.status || before.conclusion !== row.conclusion || before.attempt !== row.attempt;
  if (!changed) return row;
  const checkSuiteId = portsOf(core).suite(core, row);
  if (checkSuiteId !== row.checkSuiteId) row = core.tables.workflowRuns.put({ ...row, checkSuiteId });
  // A re-run requests nothing: https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#workflow_run
  if (before === undefined) tellRun(core, row, 'requested');
  if (row.status === 'in_progress' && before?.status !== 'waiting' && before?.status !== 'pending')
    tellRun(core, row, 'in_progress');
  if (row.status === 'completed') tellRun(core, row, 'completed');
  return core.tables.workflowRuns.require(row.id);
}

function tellRun(core: Core, run: WorkflowRun, action: 'requested' | 'in_progress' | 'completed'): void {
  const file = core.tables.workflowFiles.require(run.workflowId);
  const ports = portsOf(core);
  emit(core, {
    name: 'workflow_run',
    action,
    repositoryId: run.repositoryId,
    sender: core.tables.accounts.require(run.triggeringActorId),
    by: { kind: 'anonymous' },
    payload: (view) => ({ workflow_run: ports.runView(view, run), workflow: ports.fileView(view, file) }),
    facts: { runId: run.id },
  });
}
