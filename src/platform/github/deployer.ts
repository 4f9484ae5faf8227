import type { Person } from '../../contracts/entry.ts';
import type { DeployOutcome } from '../../contracts/deployment.ts';
import type { Deployer, Deployment } from '../../deployment/ports.ts';
import type { RepositoryReads, WorkflowRun } from '../../reconcile/ports.ts';
import type { Connection } from './connection.ts';
import { runOf } from './repository-reads.ts';

/** `on: repository_dispatch: types:` of the workflow that deploys. */
export const DEPLOY_EVENT = 'slipway-deploy';

/** GitHub itself gives up a job that waits longer for a runner: docs.github.com/actions/reference/limits */
const STUCK_MS = 24 * 3_600_000;
/** Clocks of GitHub's services differ a little: a run may look older than the entry that caused it. */
const SKEW_MS = 5 * 60_000;

/** The `run-name` by which a run says which deployment it is. */
export function runName({ model, stage, n }: Pick<Deployment, 'model' | 'stage' | 'n'>): string {
  return `slipway deploy ${model} ${stage} #${n}`;
}

/**
 * Deployments as runs of a workflow of the default branch, started by `repository_dispatch`. What a run says counts
 * only if this account caused it: anybody else's runs, and deployment statuses, are never looked at.
 */
export function githubDeployer(
  at: Connection,
  repository: Pick<RepositoryReads, 'facts' | 'runs' | 'now'>,
  self: Person,
): Deployer {
  async function runsOf(deployment: Deployment): Promise<readonly WorkflowRun[]> {
    const { defaultBranch: branch } = await repository.facts();
    const since = new Date(Date.parse(deployment.since) - SKEW_MS).toISOString();
    const found = await repository.runs({ event: 'repository_dispatch', branch, since });
    const name = runName(deployment);
    // Asked without the actor: GitHub's filter takes logins, and only ids are certain.
    const ours = found.filter((run) => run.title === name && run.branch === branch && run.actor === self.id);
    return (await Promise.all(ours.map(asWeStarted))).filter((run) => run !== null);
  }

  /** A run that somebody else ran again counts as it ended when we started it. */
  async function asWeStarted(run: WorkflowRun): Promise<WorkflowRun | null> {
    if (run.triggeredBy === self.id) return run;
    if (run.attempt === 1) return null;
    const route = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}';
    const first = await at.get<Parameters<typeof runOf>[0]>(route, { run_id: run.id, attempt_number: 1 });
    if (first === null) return null;
    const { triggeredBy, ...rest } = runOf(first);
    return triggeredBy === self.id ? { ...rest, triggeredBy } : null;
  }

  return {
    start: async (deployment) => {
      if ((await runsOf(deployment)).length > 0) return;
      const { n, model, stage, version, manifest } = deployment;
      await at.write('POST /repos/{owner}/{repo}/dispatches', {
        event_type: DEPLOY_EVENT,
        client_payload: { n, model, stage, version, manifest },
      });
    },
    outcome: async (deployment) => outcomeOf(await runsOf(deployment), repository.now()),
  };
}

/** What the runs of one deployment say together: one that succeeded is enough, one that goes on may still. */
export function outcomeOf(runs: readonly WorkflowRun[], now: Date): DeployOutcome | null {
  if (runs.length === 0) return null;
  if (runs.some((run) => run.status === 'completed' && run.conclusion === 'success'))
    return { status: 'verified' };
  const open = runs.filter((run) => run.status !== 'completed');
  if (open.some((run) => !isStuck(run, now))) return { status: 'running' };
  const newest = runs.reduce((one, other) => (other.id > one.id ? other : one));
  if (open.length > 0)
    return { status: 'failed', reason: `stuck: no runner took it in 24 hours: ${newest.url}` };
  return {
    status: 'failed',
    reason: `its run ended with ${newest.conclusion ?? 'no conclusion'}: ${newest.url}`,
  };
}

function isStuck(run: WorkflowRun, now: Date): boolean {
  return run.status !== 'in_progress' && now.getTime() - Date.parse(run.created) > STUCK_MS;
}
