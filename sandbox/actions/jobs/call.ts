import { newId, type Core } from '../../kernel/core.ts';
import type { CallScope, FileOrigin, JobNode } from '../../state/action-jobs.ts';
import type { WorkflowRun } from '../../state/actions.ts';
import { Scope } from '../expressions/scope.ts';
import type { Leg, Strategy } from '../matrix.ts';
import type { CallJob, CallReference, Workflow } from '../workflow/model.ts';
import { callInputs } from './call-inputs.ts';
import { readConcurrency, type Concurrency } from './concurrency.ts';
import { legContexts } from './contexts.ts';
import { workflowOf } from './files.ts';
import { calledPermissions } from './grant.ts';
import { enterGroup } from './groups.ts';
import { calledScope, nodeKey, scopeKey } from './keys.ts';
import { legNumbers, readName } from './read-leg.ts';

interface CallPlace {
  readonly run: WorkflowRun;
  readonly scope: CallScope;
  readonly workflow: Workflow;
  readonly job: CallJob;
  readonly node: JobNode;
}

/** Opens a scope for each leg of a call. Throws ExpressionFailure for inputs that cannot be. */
export function openCall(core: Core, place: CallPlace, strategy: Strategy): void {
  const scopes = strategy.legs.map((leg, index) => makeScope(core, place, strategy, leg, index));
  for (const scope of scopes) core.tables.callScopes.put(scope);
  for (const scope of scopes) if (scope.leg.index < scope.leg.maxParallel) enterScope(core, scope.key);
}

function makeScope(
  core: Core,
  { run, scope, workflow, job }: CallPlace,
  strategy: Strategy,
  leg: Leg,
  index: number,
): CallScope {
  const numbers = legNumbers(strategy.failFast, strategy.maxParallel, index, strategy.legs.length);
  const contexts = legContexts(core, run, scope, job, leg.matrix, numbers);
  const expressions = new Scope(contexts);
  const origin = calledOrigin(core, run, scope.origin, job.uses);
  const called = workflowOf(core, origin);
  const inputs = callInputs(called, job, expressions);
  const name = calledScope(scope.scope, job.id, index, strategy.legs.length);
  return {
    key: scopeKey(scope, name),
    runId: run.id,
    attempt: run.attempt,
    repositoryId: run.repositoryId,
    turn: newId(core),
    scope: name,
    parent: scope.scope,
    callerId: job.id,
    prefix: `${scope.prefix}${readName(job, leg, expressions)} / `,
    origin,
    inputs,
    permissions: calledPermissions(scope, workflow, job),
    matrix: leg.matrix,
    leg: numbers,
    wants: callConcurrency(job, called, expressions, new Scope({ ...contexts, inputs })),
    concurrency: null,
    cancelledAt: null,
    state: 'held',
    result: null,
    outputs: {},
    ended: null,
  };
}

/** The call's own group, else the one of the called file, which sees its own inputs. */
function callConcurrency(job: CallJob, called: Workflow, outside: Scope, inside: Scope): Concurrency | null {
  if (job.concurrency !== undefined) return readConcurrency(job.concurrency, outside);
  return called.concurrency === undefined ? null : readConcurrency(called.concurrency, inside);
}

/** Where the file of a call is: the caller's own commit, or what the ref was when the run started. */
export function calledOrigin(
  core: Core,
  run: WorkflowRun,
  caller: FileOrigin,
  uses: CallReference,
): FileOrigin {
  if (uses.kind === 'local') return { repositoryId: caller.repositoryId, path: uses.path, sha: caller.sha };
  const known = run.referenced.find((one) => one.path === uses.text);
  const owner = core.tables.accounts.find('login', uses.owner.toLowerCase());
  const repository = core.tables.repositories.find(
    'name',
    `${owner?.id ?? 0}/${uses.repository.toLowerCase()}`,
  );
  if (known === undefined || repository === undefined) throw new Error(`${uses.text} was not resolved`);
  return {
    repositoryId: repository.id,
    path: uses.path,
    sha: known.sha,
    ...(known.ref === undefined ? {} : { ref: known.ref }),
  };
}

/** Lets a scope through its concurrency group. */
export function enterScope(core: Core, key: string): void {
  const scope = core.tables.callScopes.require(key);
  const { wants } = scope;
  if (wants === null) {
    startScope(core, key);
    return;
  }
  const row = core.tables.callScopes.put({
    ...scope,
    state: 'pending',
    wants: null,
    concurrency: { group: wants.group, queue: wants.queue },
  });
  const outcome = enterGroup(core, { kind: 'scope', row }, wants);
  if (outcome === 'free') startScope(core, key);
  else if (outcome !== 'pending')
    core.tables.callScopes.put({ ...row, state: 'done', result: 'cancelled', ended: newId(core) });
}

/** Puts the jobs of a scope's file into the graph. */
export function startScope(core: Core, key: string): void {
  const scope = core.tables.callScopes.require(key);
  core.tables.callScopes.put({ ...scope, state: 'running' });
  for (const [index, job] of workflowOf(core, scope.origin).jobs.entries()) {
    core.tables.jobNodes.put({
      key: nodeKey(scope, scope.scope, job.id),
      runId: scope.runId,
      attempt: scope.attempt,
      scope: scope.scope,
      id: job.id,
      index,
      kind: job.kind,
      state: 'blocked',
      result: null,
      outputs: {},
      failFast: true,
      maxParallel: null,
    });
  }
}
