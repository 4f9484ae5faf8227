import type { DeploymentState as JobDeploymentState, EnvironmentGate } from '../actions/ports.ts';
import { accountOf } from '../kernel/context.ts';
import type { Actor } from '../issues/actor.ts';
import { newId, now, type Core } from '../kernel/core.ts';
import type { WorkflowJobRow } from '../state/action-jobs.ts';
import type { WorkflowRun } from '../state/actions.ts';
import type { Environment } from '../state/deployments.ts';
import type { Repository } from '../state/repositories.ts';
import { fullName } from '../views/repositories.ts';
import { allowsRef, ensureEnvironment } from './environments.ts';
import { addStatus } from './statuses.ts';
import { tellDeployment } from './write.ts';

/** What an environment asks of the jobs that name it; it is made where there is none. */
export function environmentGate(core: Core, repository: Repository, name: string): EnvironmentGate {
  const environment = ensureEnvironment(core, repository, name);
  return {
    id: environment.id,
    name: environment.name,
    waitMinutes: environment.waitTimer,
    needsReview: environment.reviewers.length > 0,
    allows: (ref) => allowsRef(core, environment, ref),
  };
}

/**
 * Makes the deployment of a job with an environment, or brings it up to date. GitHub's own App acts, in the name of
 * whoever started the run. Gives the deployment's id, null for a job without an environment.
 */
export function deployJob(
  core: Core,
  run: WorkflowRun,
  job: WorkflowJobRow,
  state: JobDeploymentState,
): number | null {
  const environment =
    job.environmentId === null ? undefined : core.tables.environments.get(job.environmentId);
  if (environment === undefined) return null;
  const actor = actorOf(core, run, job);
  const known = job.deploymentId === null ? undefined : core.tables.deployments.get(job.deploymentId);
  const deployment = known ?? deploymentOfJob(core, actor, run, job, environment);
  if (deployment.state === state) return deployment.id;
  const repository = core.tables.repositories.require(run.repositoryId);
  addStatus(core, actor, deployment, {
    state,
    log_url: `${core.urls.web}/${fullName(core, repository)}/actions/runs/${run.id}/job/${job.id}`,
    ...(job.environmentUrl === null || URL.parse(job.environmentUrl) === null
      ? {}
      : { environment_url: job.environmentUrl }),
  });
  return deployment.id;
}

function deploymentOfJob(
  core: Core,
  actor: Actor,
  run: WorkflowRun,
  job: WorkflowJobRow,
  environment: Environment,
) {
  const at = now(core);
  const deployment = core.tables.deployments.put({
    id: newId(core),
    repositoryId: run.repositoryId,
    ref: run.ref.replace(/^refs\/(?:heads|tags)\//, ''),
    sha: run.headSha,
    task: 'deploy',
    payload: {},
    originalEnvironment: environment.name,
    environment: environment.name,
    description: null,
    transient: false,
    production: environment.name === 'production',
    creatorId: actor.account.id,
    performedViaAppId: core.tables.apps.find('slug', 'github-actions')?.id ?? null,
    state: null,
    jobId: job.id,
    createdAt: at,
    updatedAt: at,
  });
  tellDeployment(core, actor, deployment);
  return deployment;
}

/** Deployments of jobs are the work of the Actions App; their events start no workflow, as those of a job's token. */
function actorOf(core: Core, run: WorkflowRun, job: WorkflowJobRow): Actor {
  const by = {
    kind: 'job',
    repositoryId: run.repositoryId,
    runId: run.id,
    jobId: job.id,
    tokenId: 0,
    permissions: {},
  } as const;
  return { account: accountOf(core, by)!, by };
}
