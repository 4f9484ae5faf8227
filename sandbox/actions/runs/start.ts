import { readCommit } from '../../git/commit-object.ts';
import { newId, now, type Core } from '../../kernel/core.ts';
import type { FileOrigin } from '../../state/action-jobs.ts';
import type { WorkflowFile, WorkflowRun } from '../../state/actions.ts';
import type { Repository } from '../../state/repositories.ts';
import { ExpressionFailure, Scope } from '../expressions/scope.ts';
import { evaluateString } from '../expressions/template.ts';
import { readConcurrency } from '../jobs/concurrency.ts';
import { runContexts } from '../jobs/contexts.ts';
import { enterGroup } from '../jobs/groups.ts';
import { scopeKey } from '../jobs/keys.ts';
import { legNumbers } from '../jobs/read-leg.ts';
import { beginRun, settle } from '../jobs/step.ts';
import { endRun } from '../jobs/close.ts';
import { putRun } from '../jobs/tell.ts';
import { problemText, type Workflow } from '../workflow/model.ts';
import type { Parsed } from '../workflow/parse.ts';
import { resolveCalls } from './calls.ts';
import { usualTitle } from './title.ts';

/** Everything that is known about a run before it exists. */
export interface Start {
  readonly repository: Repository;
  readonly path: string;
  readonly parsed: Parsed;
  readonly event: string;
  readonly action: string | null;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly inputs?: Readonly<Record<string, unknown>>;
  /** `GITHUB_SHA` and `GITHUB_REF`. */
  readonly sha: string;
  readonly ref: string;
  readonly workflowSha: string;
  readonly headSha: string;
  readonly headBranch: string | null;
  readonly headRepositoryId: number;
  readonly pullIds: readonly number[];
  readonly actorId: number;
  readonly trust: WorkflowRun['trust'];
  readonly chain: number;
  /** Somebody with write access must approve it first. */
  readonly needsApproval: boolean;
}

/** Starts a run: it begins, waits for its group or an approval, or fails because the file is wrong. */
export function startRun(core: Core, start: Start): WorkflowRun {
  const { parsed } = start;
  const file = knowFile(core, start.repository, start.path, parsed.ok ? parsed.workflow.name : start.path);
  const { run, problem } = createRun(core, start, file);
  if (!parsed.ok) return refuse(core, run, parsed.problems.map(problemText));
  if (problem !== undefined) return refuse(core, run, [problem]);
  if (start.needsApproval) {
    endRun(core, run.id, 'action_required');
    settle(core);
    return core.tables.workflowRuns.require(run.id);
  }
  return launch(core, run, parsed.workflow);
}

/**
 * Resolves calls, enters the run's group and begins: for new runs, approved ones and new attempts. `pinned` keeps the
 * commits of called workflows, as re-running failed jobs does.
 */
export function launch(core: Core, run: WorkflowRun, workflow: Workflow, pinned = false): WorkflowRun {
  const repository = core.tables.repositories.require(run.repositoryId);
  const origin: FileOrigin = { repositoryId: repository.id, path: run.path, sha: run.workflowSha };
  const calls = pinned
    ? { ok: true as const, referenced: run.referenced }
    : resolveCalls(core, repository, origin, workflow);
  if (!calls.ok) return refuse(core, run, calls.problems);
  const linked = core.tables.workflowRuns.put({
    ...core.tables.workflowRuns.require(run.id),
    referenced: calls.referenced,
  });
  rootScope(core, linked, origin);
  try {
    join(core, linked, workflow);
  } catch (error) {
    if (!(error instanceof ExpressionFailure)) throw error;
    return refuse(core, run, [`${run.path}: ${error.message}`]);
  }
  settle(core);
  return core.tables.workflowRuns.require(run.id);
}

/** Enters the run's concurrency group, if it has one, and begins or waits. */
function join(core: Core, run: WorkflowRun, workflow: Workflow): void {
  if (workflow.concurrency === undefined) {
    beginRun(core, run.id);
    return;
  }
  const concurrency = readConcurrency(workflow.concurrency, new Scope(runContexts(core, run)));
  const { group, queue } = concurrency;
  const outcome = enterGroup(core, { kind: 'run', row: run }, concurrency);
  if (outcome === 'refused') {
    endRun(core, run.id, 'cancelled');
    return;
  }
  const member = core.tables.workflowRuns.put({
    ...core.tables.workflowRuns.require(run.id),
    concurrency: { group, queue },
  });
  if (outcome === 'free') beginRun(core, run.id);
  else putRun(core, { ...member, status: 'pending' });
}

/** `run-name`, or what happened; and what is wrong with the name. */
function titleOf(
  core: Core,
  run: WorkflowRun,
  runName: string | undefined,
): { readonly title: string; readonly problem?: string } {
  if (runName === undefined) return { title: run.title };
  try {
    const title = evaluateString(runName, new Scope(runContexts(core, run))).trim();
    return { title: title === '' ? run.title : title };
  } catch (error) {
    if (!(error instanceof ExpressionFailure)) throw error;
    return { title: run.title, problem: `${run.path}: Error when evaluating 'run-name'. ${error.message}` };
  }
}

function rootScope(core: Core, run: WorkflowRun, origin: FileOrigin): void {
  const of = { runId: run.id, attempt: run.attempt };
  core.tables.callScopes.put({
    ...of,
    key: scopeKey(of, ''),
    repositoryId: run.repositoryId,
    turn: newId(core),
    scope: '',
    parent: null,
    callerId: null,
    prefix: '',
    origin,
    inputs: core.tables.runEvents.require(run.id).inputs,
    permissions: null,
    matrix: null,
    leg: legNumbers(true, undefined, 0, 1),
    wants: null,
    concurrency: null,
    cancelledAt: null,
    state: 'pending',
    result: null,
    outputs: {},
    ended: null,
  });
}

/** The run never had a job; its problems are its annotations. */
function refuse(core: Core, run: WorkflowRun, problems: readonly string[]): WorkflowRun {
  core.tables.workflowRuns.put({ ...core.tables.workflowRuns.require(run.id), problems });
  endRun(core, run.id, 'startup_failure');
  settle(core);
  return core.tables.workflowRuns.require(run.id);
}

/** The workflow of a path, made known where it is new, named as its file says now. */
export function knowFile(core: Core, repository: Repository, path: string, name: string): WorkflowFile {
  const known = core.tables.workflowFiles.find('path', `${repository.id}/${path}`);
  if (known?.name === name && known.state !== 'deleted') return known;
  const at = now(core);
  if (known !== undefined)
    return core.tables.workflowFiles.put({
      ...known,
      name,
      state: known.state === 'deleted' ? 'active' : known.state,
      updatedAt: at,
    });
  return core.tables.workflowFiles.put({
    id: newId(core),
    repositoryId: repository.id,
    path,
    name,
    state: 'active',
    lastRunNumber: 0,
    createdAt: at,
    updatedAt: at,
  });
}

function createRun(
  core: Core,
  start: Start,
  file: WorkflowFile,
): { readonly run: WorkflowRun; readonly problem: string | undefined } {
  const { lastRunNumber } = core.tables.workflowFiles.put({ ...file, lastRunNumber: file.lastRunNumber + 1 });
  const id = newId(core);
  core.tables.runEvents.put({ runId: id, payload: start.payload, inputs: start.inputs ?? {} });
  const row = { ...newRun(core, start, file), id, number: lastRunNumber };
  const { title, problem } = titleOf(core, row, start.parsed.ok ? start.parsed.workflow.runName : undefined);
  return { run: putRun(core, { ...row, title }), problem };
}

function newRun(core: Core, start: Start, file: WorkflowFile): Omit<WorkflowRun, 'id' | 'number'> {
  const { repository, event, payload } = start;
  const at = now(core);
  return {
    repositoryId: repository.id,
    workflowId: file.id,
    attempt: 1,
    event,
    action: start.action,
    name: file.name,
    title: usualTitle(event, payload, file.name, messageOf(core, repository, start.headSha)),
    path: start.path,
    headSha: start.headSha,
    headBranch: start.headBranch,
    headRepositoryId: start.headRepositoryId,
    sha: start.sha,
    ref: start.ref,
    workflowSha: start.workflowSha,
    pullIds: start.pullIds,
    status: 'queued',
    conclusion: null,
    trust: start.trust,
    chain: start.chain,
    actorId: start.actorId,
    triggeringActorId: start.actorId,
    concurrency: null,
    cancelledAt: null,
    problems: [],
    referenced: [],
    checkSuiteId: null,
    createdAt: at,
    startedAt: at,
    updatedAt: at,
  };
}

function messageOf(core: Core, repository: Repository, sha: string): string {
  const objects = core.objects(repository);
  return objects.has(sha) ? readCommit(objects, sha).message : '';
}
