import { newId, type Core } from '../../kernel/core.ts';
import type { CallScope, JobNode, WorkflowJobRow } from '../../state/action-jobs.ts';
import type { RunConclusion, WorkflowRun } from '../../state/actions.ts';
import { ExpressionFailure, Scope } from '../expressions/scope.ts';
import { evaluateString } from '../expressions/template.ts';
import type { NeededJob } from '../leg.ts';
import { runContexts } from './contexts.ts';
import { workflowOf } from './files.ts';
import { attemptKey, nodeKey, scopeKey } from './keys.ts';
import { cancelJob, cancelScope } from './stop.ts';
import { putRun } from './tell.ts';
import { leave } from './work.ts';

type Result = NeededJob['result'];

/** Legs of a node: its own jobs, and the scopes it called. */
interface Legs {
  readonly jobs: readonly WorkflowJobRow[];
  readonly scopes: readonly CallScope[];
}

/** The legs a node has by now. */
export function legsOf(core: Core, node: JobNode): Legs {
  return {
    jobs: core.tables.workflowJobs.where('node', node.key),
    scopes: core.tables.callScopes.where('caller', `${scopeKey(node, node.scope)}/${node.id}`),
  };
}

/** What a job counts as for those that need it: a failure that may happen is a success. */
export function jobResult(job: WorkflowJobRow): Result | null {
  if (job.conclusion === 'failure' || job.conclusion === 'timed_out')
    return job.continueOnError ? 'success' : 'failure';
  return job.conclusion;
}

/** Failure beats cancellation beats success; skipped only where everything was. */
function together(results: readonly (Result | null)[]): Result {
  if (results.includes('failure')) return 'failure';
  if (results.includes('cancelled')) return 'cancelled';
  return results.every((result) => result === 'skipped') ? 'skipped' : 'success';
}

/** Closes a running node whose legs have all ended; a failed leg of a fail-fast matrix takes the others along. */
export function closeNode(core: Core, node: JobNode): boolean {
  const { jobs, scopes } = legsOf(core, node);
  const results = [...jobs.map(jobResult), ...scopes.map((scope) => scope.result)];
  if (results.includes(null)) {
    if (node.failFast && results.includes('failure')) failFast(core, node, jobs, scopes);
    return false;
  }
  const ended = [...jobs, ...scopes].sort((one, other) => (one.ended ?? 0) - (other.ended ?? 0));
  const outputs: Record<string, string> = {};
  // An empty output does not hide the value another leg has set.
  for (const leg of ended)
    for (const [name, value] of Object.entries(leg.outputs)) if (value !== '') outputs[name] = value;
  core.tables.jobNodes.put({ ...node, state: 'done', result: together(results), outputs });
  return true;
}

function failFast(
  core: Core,
  node: JobNode,
  jobs: readonly WorkflowJobRow[],
  scopes: readonly CallScope[],
): void {
  const culprit = jobs.find((job) => jobResult(job) === 'failure')?.name ?? node.id;
  const reason = `The strategy configuration was canceled because "${culprit}" failed`;
  for (const job of jobs) if (job.status !== 'completed') cancelJob(core, job.id, reason);
  for (const scope of scopes)
    if (scope.state !== 'done' && scope.cancelledAt === null) cancelScope(core, scope.key, reason);
}

/** Closes a scope whose jobs are all done; the outermost one ends the run. */
export function closeScope(core: Core, run: WorkflowRun, scope: CallScope): boolean {
  const nodes = core.tables.jobNodes.where('scope', scope.key);
  if (nodes.some((node) => node.state !== 'done')) return false;
  let result = together(nodes.map((node) => node.result));
  let outputs: Record<string, string> = {};
  if (scope.parent !== null) {
    try {
      outputs = scopeOutputs(core, run, scope, nodes);
    } catch (error) {
      if (!(error instanceof ExpressionFailure)) throw error;
      result = 'failure';
      const { problems } = core.tables.workflowRuns.require(run.id);
      core.tables.workflowRuns.put({ ...run, problems: [...problems, error.message] });
    }
  }
  endScope(core, scope, result, outputs);
  if (scope.parent === null) endRun(core, run.id, result);
  return true;
}

function scopeOutputs(
  core: Core,
  run: WorkflowRun,
  scope: CallScope,
  nodes: readonly JobNode[],
): Record<string, string> {
  const jobs = Object.fromEntries(
    nodes.map((node) => [node.id, { result: node.result, outputs: node.outputs }]),
  );
  const expressions = new Scope({ ...runContexts(core, run), inputs: scope.inputs, jobs });
  const declared = workflowOf(core, scope.origin).on['workflow_call']?.outputs ?? {};
  return Object.fromEntries(
    Object.entries(declared).map(([name, value]) => [name, evaluateString(value, expressions)]),
  );
}

/** Ends a scope and leaves its group. */
export function endScope(
  core: Core,
  scope: CallScope,
  result: Result,
  outputs: Readonly<Record<string, string>> = {},
): void {
  core.tables.callScopes.put({ ...scope, state: 'done', result, outputs, ended: newId(core) });
  if (scope.concurrency !== null) leave(core, scope.repositoryId, scope.concurrency.group);
}

/** Ends a run. One that was cancelled is cancelled, whatever its jobs made of it. */
export function endRun(core: Core, runId: number, result: RunConclusion): void {
  const run = core.tables.workflowRuns.require(runId);
  putRun(core, {
    ...run,
    status: 'completed',
    conclusion: run.cancelledAt === null ? result : 'cancelled',
  });
  if (run.concurrency !== null) leave(core, run.repositoryId, run.concurrency.group);
}

/** Status of a run that has begun, from its jobs. */
export function refreshRun(core: Core, runId: number): void {
  const run = core.tables.workflowRuns.require(runId);
  if (run.status === 'completed' || run.status === 'pending') return;
  const jobs = core.tables.workflowJobs.where('attempt', attemptKey({ runId, attempt: run.attempt }));
  const status = statusOf(jobs, run.status);
  if (status !== run.status) putRun(core, { ...run, status });
}

function statusOf(jobs: readonly WorkflowJobRow[], before: WorkflowRun['status']): WorkflowRun['status'] {
  const open = new Set(jobs.filter((job) => job.status !== 'completed').map((job) => job.status));
  if (open.has('in_progress')) return 'in_progress';
  const begun = jobs.some(
    (job) => job.keptFrom === null && job.startedAt !== null && job.conclusion !== 'skipped',
  );
  if (open.has('queued')) return begun ? 'in_progress' : 'queued';
  if (open.has('waiting')) return 'waiting';
  return open.has('pending') ? 'queued' : before;
}

/** The node of a job in its scope. */
export function findNode(core: Core, scope: CallScope, id: string): JobNode | undefined {
  return core.tables.jobNodes.get(nodeKey(scope, scope.scope, id));
}
