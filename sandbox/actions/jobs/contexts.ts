import type { Core } from '../../kernel/core.ts';
import type { CallScope, JobNode, LegNumbers } from '../../state/action-jobs.ts';
import type { WorkflowRun } from '../../state/actions.ts';
import type { NeededJob } from '../leg.ts';
import type { WorkflowJob } from '../workflow/model.ts';
import { githubContext } from './github-context.ts';
import { nodeKey } from './keys.ts';
import { variables } from './values.ts';

type Contexts = Readonly<Record<string, unknown>>;

/** Contexts of a run before it has jobs: `run-name`, `concurrency`. */
export function runContexts(core: Core, run: WorkflowRun): Contexts {
  return {
    github: githubContext(core, run),
    inputs: core.tables.runEvents.require(run.id).inputs,
    vars: variables(core, run),
  };
}

/** Contexts of a job before its legs are known: `if`, `strategy`. */
export function jobContexts(core: Core, run: WorkflowRun, scope: CallScope, job: WorkflowJob): Contexts {
  return {
    github: githubContext(core, run),
    inputs: scope.inputs,
    vars: variables(core, run),
    needs: neededJobs(core, scope, job),
  };
}

/** Contexts of one leg: name, runs-on, environment, … */
export function legContexts(
  core: Core,
  run: WorkflowRun,
  scope: CallScope,
  job: WorkflowJob,
  matrix: Readonly<Record<string, unknown>> | null,
  leg: LegNumbers,
): Contexts {
  return { ...jobContexts(core, run, scope, job), matrix, strategy: strategyContext(leg) };
}

/** Contexts in which a calling job handed inputs and secrets over to the scope it made. */
export function callContexts(
  core: Core,
  run: WorkflowRun,
  parent: CallScope,
  job: WorkflowJob,
  made: CallScope,
): Contexts {
  return legContexts(core, run, parent, job, made.matrix, made.leg);
}

/** https://docs.github.com/actions/reference/workflows-and-actions/contexts#strategy-context */
export function strategyContext(leg: LegNumbers): Contexts {
  return {
    'fail-fast': leg.failFast,
    'job-index': leg.index,
    'job-total': leg.total,
    'max-parallel': leg.maxParallel,
  };
}

/** The `needs` context: direct needs only. */
export function neededJobs(
  core: Core,
  scope: CallScope,
  job: WorkflowJob,
): Readonly<Record<string, NeededJob>> {
  return Object.fromEntries(
    job.needs.map((id) => {
      const node = core.tables.jobNodes.require(nodeKey(scope, scope.scope, id));
      return [id, resultOf(node)];
    }),
  );
}

/** Result and outputs of a job that is done. */
export function resultOf(node: JobNode): NeededJob {
  if (node.result === null) throw new Error(`${node.key} is not done`);
  return { result: node.result, outputs: node.outputs };
}
