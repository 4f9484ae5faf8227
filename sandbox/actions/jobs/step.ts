import { now, type Core } from '../../kernel/core.ts';
import type { CallScope, JobNode } from '../../state/action-jobs.ts';
import type { WorkflowRun } from '../../state/actions.ts';
import { admit, approach } from './admit.ts';
import { enterScope, startScope } from './call.ts';
import { closeNode, closeScope, endRun, endScope, findNode, legsOf, refreshRun } from './close.ts';
import { isPending, membersOf, type Member } from './concurrency.ts';
import { workflowOf } from './files.ts';
import { attemptKey } from './keys.ts';
import { openNode } from './open.ts';
import { isCancelled } from './stop.ts';
import { putRun } from './tell.ts';
import { workOf } from './work.ts';

/**
 * Carries all touched runs on until nothing moves: jobs open as their needs end, legs are let through their gates,
 * nodes, calls and runs close, groups pass on to whoever waits. Call it at the end of every change; calls within it do nothing.
 */
export function settle(core: Core): void {
  const work = workOf(core);
  if (work.settling) return;
  work.settling = true;
  try {
    while (work.runs.size > 0 || work.groups.size > 0) {
      const runs = [...work.runs];
      const groups = [...work.groups];
      work.runs.clear();
      work.groups.clear();
      for (const id of runs) carryOn(core, id);
      for (const group of groups) passOn(core, group);
    }
  } finally {
    work.runs.clear();
    work.groups.clear();
    work.settling = false;
  }
}

function carryOn(core: Core, runId: number): void {
  const run = core.tables.workflowRuns.get(runId);
  if (run === undefined || run.status === 'completed') return;
  if (run.status === 'pending') {
    if (run.cancelledAt !== null) endRun(core, runId, 'cancelled');
    return;
  }
  while (carryScopes(core, runId));
  refreshRun(core, runId);
}

function carryScopes(core: Core, runId: number): boolean {
  const run = core.tables.workflowRuns.require(runId);
  if (run.status === 'completed') return false;
  let moved = false;
  for (const { key } of core.tables.callScopes.where('attempt', attemptKey({ runId, attempt: run.attempt })))
    moved = carryScope(core, run, core.tables.callScopes.require(key)) || moved;
  return moved;
}

function carryScope(core: Core, run: WorkflowRun, scope: CallScope): boolean {
  if (scope.state === 'done') return false;
  if (scope.state !== 'running') {
    if (!isCancelled(core, scope)) return false;
    endScope(core, scope, 'cancelled');
    return true;
  }
  const workflow = workflowOf(core, scope.origin);
  let moved = false;
  for (const job of workflow.jobs) {
    const node = findNode(core, scope, job.id);
    if (node === undefined || node.state === 'done') continue;
    if (node.state === 'running') moved = carryNode(core, node) || moved;
    else if (job.needs.every((id) => findNode(core, scope, id)?.state === 'done')) {
      openNode(core, core.tables.workflowRuns.require(run.id), scope, workflow, job, node);
      moved = true;
    }
  }
  return (
    closeScope(core, core.tables.workflowRuns.require(run.id), core.tables.callScopes.require(scope.key)) ||
    moved
  );
}

function carryNode(core: Core, node: JobNode): boolean {
  const closed = closeNode(core, node);
  if (!closed && node.maxParallel !== null) return release(core, node, node.maxParallel);
  return closed;
}

/** Lets held legs go as far as `max-parallel` allows. */
function release(core: Core, node: JobNode, maxParallel: number): boolean {
  const { jobs, scopes } = legsOf(core, node);
  const heldJob = jobs.find((job) => job.held);
  const heldScope = scopes.find((scope) => scope.state === 'held');
  const going =
    jobs.filter((job) => !job.held && job.status !== 'completed').length +
    scopes.filter((scope) => scope.state === 'pending' || scope.state === 'running').length;
  if (going >= maxParallel || (heldJob === undefined && heldScope === undefined)) return false;
  if (heldJob !== undefined) admit(core, core.tables.workflowJobs.put({ ...heldJob, held: false }).id);
  else if (heldScope !== undefined) enterScope(core, heldScope.key);
  return true;
}

/** The first who waits for a group gets it once nobody holds it. */
function passOn(core: Core, key: string): void {
  const slash = key.indexOf('/');
  const members = membersOf(core, Number(key.slice(0, slash)), key.slice(slash + 1));
  const next = members.find(isPending);
  if (next === undefined || members.some((member) => !isPending(member))) return;
  begin(core, next);
}

function begin(core: Core, member: Member): void {
  if (member.kind === 'run') beginRun(core, member.row.id);
  else if (member.kind === 'scope') {
    startScope(core, member.row.key);
    workOf(core).runs.add(member.row.runId);
  } else {
    approach(core, member.row.id);
    workOf(core).runs.add(member.row.runId);
  }
}

/** A run holds its group or needs none: its jobs enter the graph. */
export function beginRun(core: Core, runId: number): void {
  const run = core.tables.workflowRuns.require(runId);
  putRun(core, { ...run, status: 'queued', startedAt: run.attempt === 1 ? run.startedAt : now(core) });
  startScope(core, `${attemptKey({ runId, attempt: run.attempt })}/`);
  workOf(core).runs.add(runId);
}
