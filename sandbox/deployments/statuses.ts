import { viaApp, type Actor } from '../issues/actor.ts';
import { newId, now, type Core } from '../kernel/core.ts';
import { validationFailed } from '../kernel/errors.ts';
import { emit } from '../kernel/events.ts';
import {
  environmentKey,
  type Deployment,
  type DeploymentState,
  type DeploymentStatus,
} from '../state/deployments.ts';
import { deploymentStatusView, deploymentView } from '../views/deployments.ts';
import { originPayload } from './origin.ts';

/** Body of `repos/create-deployment-status`. */
export interface StatusInput {
  readonly state: DeploymentState;
  readonly target_url?: string;
  readonly log_url?: string;
  readonly description?: string;
  readonly environment?: string;
  readonly environment_url?: string;
  readonly auto_inactive?: boolean;
}

const DESCRIPTION_CHARACTERS = 140;

/**
 * Adds a status to a deployment; a success makes the earlier ones of its environment inactive.
 * https://docs.github.com/rest/deployments/statuses#create-a-deployment-status
 * @throws ApiError 422 for a description of more than 140 characters or an address that is none
 */
export function addStatus(
  core: Core,
  actor: Actor,
  deployment: Deployment,
  input: StatusInput,
): DeploymentStatus {
  checkInput(input);
  const environment = input.environment ?? deployment.environment;
  const status = putStatus(core, actor, deployment, {
    state: input.state,
    description: input.description ?? '',
    environment,
    logUrl: (input.log_url ?? '') === '' ? (input.target_url ?? '') : input.log_url!,
    environmentUrl: input.environment_url ?? '',
  });
  if (input.state === 'success' && input.auto_inactive !== false) {
    inactivateEarlier(core, actor, core.tables.deployments.require(deployment.id));
  }
  if (input.state !== 'inactive') tellStatus(core, actor, status);
  return status;
}

function checkInput(input: StatusInput): void {
  if ((input.description ?? '').length > DESCRIPTION_CHARACTERS) {
    const message = `description is too long (maximum is ${DESCRIPTION_CHARACTERS} characters)`;
    throw validationFailed({ resource: 'DeploymentStatus', code: 'custom', field: 'description', message });
  }
  for (const field of ['target_url', 'log_url', 'environment_url'] as const) {
    const url = input[field] ?? '';
    if (url !== '' && !/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
      const message = `${field} must use http(s) scheme`;
      throw validationFailed({ resource: 'DeploymentStatus', code: 'custom', field, message });
    }
  }
}

function putStatus(
  core: Core,
  actor: Actor,
  deployment: Deployment,
  what: Pick<DeploymentStatus, 'state' | 'description' | 'environment' | 'logUrl' | 'environmentUrl'>,
): DeploymentStatus {
  const at = now(core);
  const { state, environment } = what;
  core.tables.deployments.put({ ...deployment, state, environment, updatedAt: at });
  return core.tables.deploymentStatuses.put({
    id: newId(core),
    repositoryId: deployment.repositoryId,
    deploymentId: deployment.id,
    ...what,
    creatorId: actor.account.id,
    performedViaAppId: viaApp(core, actor),
    createdAt: at,
  });
}

/** "Adds a new inactive status to all prior non-transient, non-production environment deployments". */
function inactivateEarlier(core: Core, actor: Actor, current: Deployment): void {
  const key = environmentKey(current.repositoryId, current.environment);
  for (const earlier of core.tables.deployments.where('active', key)) {
    if (earlier.id >= current.id || earlier.transient || (earlier.production && earlier.jobId === null))
      continue;
    putStatus(core, actor, earlier, {
      state: 'inactive',
      description: '',
      environment: earlier.environment,
      logUrl: '',
      environmentUrl: '',
    });
  }
}

/** "A webhook event is not fired for deployment statuses with an inactive state." */
function tellStatus(core: Core, actor: Actor, status: DeploymentStatus): void {
  const deployment = core.tables.deployments.require(status.deploymentId);
  emit(core, {
    name: 'deployment_status',
    action: 'created',
    repositoryId: status.repositoryId,
    sender: actor.account,
    by: actor.by,
    payload: (view) => ({
      deployment_status: deploymentStatusView(view, status),
      deployment: deploymentView(view, deployment),
      check_run: null,
      ...originPayload(view, deployment),
    }),
    facts: { sha: deployment.sha, ref: deployment.ref },
  });
}
