import type { Core, View } from '../kernel/core.ts';
import type { Payload } from '../kernel/events.ts';
import type { WorkflowJobRow } from '../state/action-jobs.ts';
import type { WorkflowFile, WorkflowRun } from '../state/actions.ts';
import type { Repository } from '../state/repositories.ts';

/** What an environment asks of jobs that deploy to it. */
export interface EnvironmentGate {
  readonly id: number;
  readonly name: string;
  /** Minutes to wait; 0 for none. */
  readonly waitMinutes: number;
  /** Somebody must approve; who may is the reviewing side's to know. */
  readonly needsReview: boolean;
  /** May runs of this full ref deploy? */
  allows(ref: string): boolean;
}

/** State of the deployment that a job with an environment makes. */
export type DeploymentState =
  'waiting' | 'queued' | 'in_progress' | 'success' | 'failure' | 'error' | 'inactive';

/** What the control plane asks of its neighbours. Each answer is part of the running transaction. */
export interface ActionsPorts {
  /** Makes the run's check suite, or brings it up to date; gives its id. */
  suite(core: Core, run: WorkflowRun): number | null;
  /** Makes the job's check run, or brings it up to date; gives its id. */
  check(core: Core, run: WorkflowRun, job: WorkflowJobRow): number | null;
  /** The environment of that name; made where there is none. */
  environment(core: Core, repository: Repository, name: string): EnvironmentGate;
  /** Makes the deployment of a job or brings it up to date; gives its id. */
  deploy(core: Core, run: WorkflowRun, job: WorkflowJobRow, state: DeploymentState): number | null;
  /** REST forms, for payloads of `workflow_run` and `workflow_job`. */
  runView(view: View, run: WorkflowRun): Payload;
  jobView(view: View, job: WorkflowJobRow): Payload;
  fileView(view: View, file: WorkflowFile): Payload;
}

/** Ports of a control plane without neighbours: no checks, environments without rules, bare payloads. */
export const NO_NEIGHBOURS: ActionsPorts = {
  suite: () => null,
  check: () => null,
  environment: (_core, _repository, name) => ({
    id: 0,
    name,
    waitMinutes: 0,
    needsReview: false,
    allows: () => true,
  }),
  deploy: () => null,
  runView: (_view, { id, name, event, status, conclusion, headBranch, headSha, attempt }) => ({
    id,
    name,
    event,
    status,
    conclusion,
    head_branch: headBranch,
    head_sha: headSha,
    run_attempt: attempt,
  }),
  jobView: (_view, { id, name, status, conclusion, runId }) => ({
    id,
    name,
    status,
    conclusion,
    run_id: runId,
  }),
  fileView: (_view, { id, name, path }) => ({ id, name, path }),
};

const chosen = new WeakMap<Core, ActionsPorts>();

/** Gives the control plane of a sandbox its neighbours. */
export function useActionsPorts(core: Core, ports: ActionsPorts): void {
  chosen.set(core, ports);
}

/** The neighbours of a sandbox's control plane. */
export function portsOf(core: Core): ActionsPorts {
  return chosen.get(core) ?? NO_NEIGHBOURS;
}
