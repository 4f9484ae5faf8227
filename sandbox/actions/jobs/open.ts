import { newId, now, type Core } from '../../kernel/core.ts';
import type { CallScope, JobNode, WorkflowJobRow } from '../../state/action-jobs.ts';
import type { WorkflowRun } from '../../state/actions.ts';
import { ExpressionFailure, Scope } from '../expressions/scope.ts';
import { evaluate, evaluateCondition } from '../expressions/template.ts';
import { expandStrategy, MatrixError, type Leg, type Strategy } from '../matrix.ts';
import type { StepsJob, Workflow, WorkflowJob } from '../workflow/model.ts';
import { admit } from './admit.ts';
import { openCall } from './call.ts';
import { readConcurrency } from './concurrency.ts';
import { jobContexts, legContexts } from './contexts.ts';
import { endJob } from './end.ts';
import { copyLeg, keptLegs, keptWhole } from './kept.ts';
import { nodeKey } from './keys.ts';
import { jobPermissions } from './grant.ts';
import { legNumbers, readEnvironment, readFlag, readMinutes, readName, readRunsOn } from './read-leg.ts';
import { jobStatus } from './status.ts';
import { isCancelled } from './stop.ts';
import { putJob } from './tell.ts';

/** A node whose needs are done: it is skipped, becomes legs, or fails because it cannot be read. */
export function openNode(
  core: Core,
  run: WorkflowRun,
  scope: CallScope,
  workflow: Workflow,
  job: WorkflowJob,
  node: JobNode,
): void {
  if (keptWhole(core, node)) {
    const running = core.tables.jobNodes.put({ ...node, state: 'running' });
    for (const leg of keptLegs(core, running)) copyLeg(core, leg, running);
    return;
  }
  const place: Place = { run, scope, workflow, job, node };
  try {
    if (!wanted(core, place)) skip(core, place);
    else expand(core, place);
  } catch (error) {
    if (!(error instanceof ExpressionFailure) && !(error instanceof MatrixError)) throw error;
    fail(core, place, error.message);
  }
}

interface Place {
  readonly run: WorkflowRun;
  readonly scope: CallScope;
  readonly workflow: Workflow;
  readonly job: WorkflowJob;
  readonly node: JobNode;
}

function wanted(core: Core, { run, scope, workflow, job }: Place): boolean {
  const find = (id: string) => core.tables.jobNodes.get(nodeKey(scope, scope.scope, id));
  const status = jobStatus(job, workflow.jobs, find, isCancelled(core, scope));
  return within('if', job, () =>
    evaluateCondition(job.if, new Scope(jobContexts(core, run, scope, job), status)),
  );
}

/** Names the key in the message of a failed expression, as GitHub does. */
function within<Result>(key: string, job: WorkflowJob, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ExpressionFailure) && !(error instanceof MatrixError)) throw error;
    throw new ExpressionFailure(`Error when evaluating '${key}' for job '${job.id}'. ${error.message}`);
  }
}

function expand(core: Core, place: Place): void {
  const { run, scope, job, node } = place;
  const strategy = within('strategy', job, () =>
    expandStrategy(
      evaluate(job.strategy ?? null, new Scope(jobContexts(core, run, scope, job))) ?? undefined,
      core.limits.matrixJobs,
    ),
  );
  core.tables.jobNodes.put({
    ...node,
    state: 'running',
    failFast: strategy.failFast,
    maxParallel: strategy.maxParallel ?? null,
  });
  if (job.kind === 'call') {
    openCall(core, { ...place, job }, strategy);
    return;
  }
  const kept = keptLegs(core, node);
  for (const [index, leg] of strategy.legs.entries()) {
    const before = kept.find((row) => row.leg.index === index);
    if (before === undefined) openLeg(core, { ...place, job }, strategy, leg, index);
    else copyLeg(core, before, node);
  }
}

function openLeg(
  core: Core,
  place: Place & { readonly job: StepsJob },
  strategy: Strategy,
  leg: Leg,
  index: number,
): void {
  const { run, scope, job } = place;
  const numbers = legNumbers(strategy.failFast, strategy.maxParallel, index, strategy.legs.length);
  const expressions = new Scope(legContexts(core, run, scope, job, leg.matrix, numbers));
  const runsOn = within('runs-on', job, () => readRunsOn(job.runsOn, expressions));
  const environment = within('environment', job, () => readEnvironment(job, expressions));
  const concurrency =
    job.concurrency === undefined
      ? null
      : within('concurrency', job, () => readConcurrency(job.concurrency, expressions));
  const row = core.tables.workflowJobs.put({
    ...blank(core, place),
    name: scope.prefix + within('name', job, () => readName(job, leg, expressions)),
    matrix: leg.matrix,
    leg: numbers,
    ...runsOn,
    continueOnError: within('continue-on-error', job, () => readFlag(job.continueOnError, expressions)),
    timeoutMinutes: within('timeout-minutes', job, () =>
      readMinutes(job.timeoutMinutes, expressions, core.limits.jobMinutes),
    ),
    cancelMinutes: within('cancel-timeout-minutes', job, () =>
      readMinutes(job.cancelTimeoutMinutes, expressions, 5),
    ),
    wants: {
      concurrency,
      environment:
        environment === null ? null : { name: environment.name, deployment: environment.deployment },
    },
  });
  if (strategy.maxParallel !== undefined && index >= strategy.maxParallel)
    putJob(core, { ...row, status: 'queued', held: true }, true);
  else admit(core, row.id);
}

/** A job of which nothing is known yet; nobody has been told of it. */
function blank(core: Core, { run, scope, workflow, job, node }: Place): WorkflowJobRow {
  return {
    id: newId(core),
    runId: run.id,
    attempt: run.attempt,
    repositoryId: run.repositoryId,
    node: node.key,
    scope: scope.scope,
    key: job.id,
    name: scope.prefix + (job.name ?? job.id),
    matrix: null,
    leg: legNumbers(true, undefined, 0, 1),
    status: 'pending',
    conclusion: null,
    labels: [],
    group: null,
    runner: null,
    permissions: jobPermissions(core, run, scope, workflow, job),
    continueOnError: false,
    timeoutMinutes: core.limits.jobMinutes,
    cancelMinutes: 5,
    environmentId: null,
    deploys: false,
    environmentUrl: null,
    deploymentId: null,
    wants: null,
    concurrency: null,
    held: false,
    outputs: {},
    keptFrom: null,
    checkRunId: null,
    createdAt: now(core),
    queuedAt: null,
    startedAt: null,
    completedAt: null,
    ended: null,
    heardAt: null,
    cancelledAt: null,
  };
}

/** People see a skipped job under its name as it stands in the file, matrix unexpanded. */
function skip(core: Core, place: Place): void {
  core.tables.jobNodes.put({ ...place.node, state: 'running' });
  endJob(core, core.tables.workflowJobs.put(blank(core, place)).id, 'skipped');
}

function fail(core: Core, place: Place, reason: string): void {
  core.tables.jobNodes.put({ ...place.node, state: 'running' });
  endJob(core, core.tables.workflowJobs.put(blank(core, place)).id, 'failure', { reason });
}
