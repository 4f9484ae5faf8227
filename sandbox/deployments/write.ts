import { encodeCommit } from '../git/commit-object.ts';
import { personAt } from '../git/person.ts';
import { viaApp, type Actor } from '../issues/actor.ts';
import { newId, now, type Core } from '../kernel/core.ts';
import { ApiError, unprocessable } from '../kernel/errors.ts';
import { emit } from '../kernel/events.ts';
import { signatureOf } from '../pulls/identity.ts';
import { requireRefUpdate } from '../refs/update.ts';
import type { Deployment } from '../state/deployments.ts';
import type { Repository } from '../state/repositories.ts';
import { deploymentView } from '../views/deployments.ts';
import { deleteEnvironment, ensureEnvironment } from './environments.ts';
import { originPayload } from './origin.ts';
import { pendingMerge, requireContexts, resolveRef, type DeployedRef } from './ready.ts';

/** Body of `repos/create-deployment`, its defaults filled. */
export interface DeploymentInput {
  readonly ref: string;
  readonly task?: string;
  readonly auto_merge?: boolean;
  readonly required_contexts?: readonly string[];
  readonly payload?: unknown;
  readonly environment?: string;
  readonly description?: string | null;
  readonly transient_environment?: boolean;
  readonly production_environment?: boolean;
}

/**
 * Asks for a ref to be deployed. Where the ref is a branch behind the default branch, that is merged into it first and
 * no deployment is made: https://docs.github.com/rest/deployments/deployments#create-a-deployment
 * @returns the deployment, or the sentence about the merge
 * @throws ApiError 422 where there is no such ref, 409 where merging conflicts or checks have not succeeded
 */
export function createDeployment(
  core: Core,
  actor: Actor,
  repository: Repository,
  input: DeploymentInput,
): Deployment | string {
  const { ref } = input;
  const found = resolveRef(core, repository, ref);
  if (input.auto_merge !== false) {
    const merge = pendingMerge(core, repository, ref, found);
    if (merge !== undefined) return autoMerge(core, actor, repository, ref, found, merge);
  }
  requireContexts(core, repository, ref, found.sha, input.required_contexts);
  const environment = input.environment ?? 'production';
  ensureEnvironment(core, repository, environment);
  const at = now(core);
  const deployment = core.tables.deployments.put({
    id: newId(core),
    repositoryId: repository.id,
    ref,
    sha: found.sha,
    task: input.task ?? 'deploy',
    payload: input.payload ?? {},
    originalEnvironment: environment,
    environment,
    description: input.description ?? null,
    transient: input.transient_environment ?? false,
    production: input.production_environment ?? environment === 'production',
    creatorId: actor.account.id,
    performedViaAppId: viaApp(core, actor),
    state: null,
    jobId: null,
    createdAt: at,
    updatedAt: at,
  });
  tellDeployment(core, actor, deployment);
  return deployment;
}

/** Tells `deployment.created`; workflow and run are those of the job that made it. */
export function tellDeployment(core: Core, actor: Actor, deployment: Deployment): void {
  emit(core, {
    name: 'deployment',
    action: 'created',
    repositoryId: deployment.repositoryId,
    sender: actor.account,
    by: actor.by,
    payload: (view) => ({
      deployment: deploymentView(view, deployment),
      ...originPayload(view, deployment),
    }),
    facts: { sha: deployment.sha, ref: deployment.ref },
  });
}

function autoMerge(
  core: Core,
  actor: Actor,
  repository: Repository,
  ref: string,
  found: DeployedRef,
  merge: { readonly base: string; readonly tree: string },
): string {
  const { name, email } = signatureOf(actor.account);
  const person = personAt(name, email, now(core));
  const commit = encodeCommit({
    tree: merge.tree,
    parents: [found.sha, merge.base],
    author: person,
    committer: person,
    message: `Merge branch '${repository.defaultBranch}' into ${ref}\n`,
  });
  const after = core.objects(repository).write('commit', commit);
  requireRefUpdate(
    core,
    repository,
    actor,
    { ref: found.branch!, before: found.sha, after },
    { kind: 'api' },
    409,
  );
  return `Auto-merged ${repository.defaultBranch} into ${ref} on deployment.`;
}

/**
 * Deletes a deployment that is not active, or is the only one of its repository.
 * @throws ApiError 422 for an active one
 */
export function deleteDeployment(core: Core, deployment: Deployment): void {
  const alone = core.tables.deployments.count('repository', deployment.repositoryId) === 1;
  const active = deployment.state === null || deployment.state === 'success';
  if (active && !alone) {
    throw unprocessable(
      'We cannot delete an active deployment unless it is the only deployment in a given environment.',
    );
  }
  removeDeployment(core, deployment.id);
}

function removeDeployment(core: Core, id: number): void {
  for (const status of core.tables.deploymentStatuses.where('deployment', id))
    core.tables.deploymentStatuses.remove(status.id);
  core.tables.deployments.remove(id);
}

/** The deployment of an id. @throws ApiError 404 where it is another repository's */
export function deploymentOf(core: Core, repositoryId: number, id: number): Deployment {
  const deployment = core.tables.deployments.get(id);
  if (deployment?.repositoryId !== repositoryId) throw new ApiError(404, 'Not Found');
  return deployment;
}

/** Removes what a deleted repository leaves behind, environments too. */
export function forgetDeployments(core: Core, repositoryId: number): void {
  for (const { id } of core.tables.deployments.where('repository', repositoryId)) removeDeployment(core, id);
  for (const environment of core.tables.environments.where('repository', repositoryId))
    deleteEnvironment(core, environment);
}
