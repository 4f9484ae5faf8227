import { roleOf } from '../access/index.ts';
import { newId, now, type Core } from '../kernel/core.ts';
import { notFound, unprocessable } from '../kernel/errors.ts';
import { fnmatch } from '../refs/patterns.ts';
import {
  environmentKey,
  type BranchPolicy,
  type Environment,
  type EnvironmentReviewer,
} from '../state/deployments.ts';
import { protectionKey } from '../state/rules.ts';
import type { Repository } from '../state/repositories.ts';

/** What an environment can be given; what is left out is taken away, as GitHub does. */
export interface EnvironmentInput {
  readonly wait_timer?: number;
  readonly prevent_self_review?: boolean;
  readonly reviewers?: readonly { readonly type: 'User' | 'Team'; readonly id: number }[] | null;
  readonly deployment_branch_policy?: {
    readonly protected_branches: boolean;
    readonly custom_branch_policies: boolean;
  } | null;
}

const NAME_CHARACTERS = 255;
/** Thirty days, in minutes. */
const LONGEST_WAIT = 43_200;
const REVIEWERS = 6;

/** The environment of a name, whatever its case. */
export function findEnvironment(core: Core, repositoryId: number, name: string): Environment | undefined {
  return core.tables.environments.find('name', environmentKey(repositoryId, name));
}

/** The environment of a name; one without rules is made where there is none, as for the first job that names it. */
export function ensureEnvironment(core: Core, repository: Repository, name: string): Environment {
  const known = findEnvironment(core, repository.id, name);
  if (known !== undefined) return known;
  const at = now(core);
  return core.tables.environments.put({
    id: newId(core),
    repositoryId: repository.id,
    name,
    waitTimer: 0,
    reviewers: [],
    preventSelfReview: false,
    canAdminsBypass: true,
    branchPolicy: 'all',
    ruleIds: { wait: newId(core), review: newId(core), branch: newId(core) },
    createdAt: at,
    updatedAt: at,
  });
}

/**
 * Makes an environment or gives it other rules: https://docs.github.com/rest/deployments/environments and
 * https://docs.github.com/actions/reference/workflows-and-actions/deployments-and-environments
 * @throws ApiError 422 for a bad name, a wait of more than thirty days, reviewers who cannot be, a contradictory policy
 */
export function putEnvironment(
  core: Core,
  repository: Repository,
  name: string,
  input: EnvironmentInput,
): Environment {
  if (name.trim() === '' || name.length > NAME_CHARACTERS)
    throw unprocessable('The environment name is invalid.');
  const waitTimer = input.wait_timer ?? 0;
  if (waitTimer < 0 || waitTimer > LONGEST_WAIT)
    throw unprocessable(`The wait timer must be between 0 and ${LONGEST_WAIT} minutes.`);
  const reviewers = checkedReviewers(core, repository, input.reviewers ?? []);
  const branchPolicy = checkedPolicy(input.deployment_branch_policy ?? null);
  const environment = ensureEnvironment(core, repository, name);
  if (branchPolicy !== 'custom') dropPolicies(core, environment.id);
  return core.tables.environments.put({
    ...environment,
    waitTimer,
    reviewers,
    preventSelfReview: input.prevent_self_review ?? false,
    branchPolicy,
    updatedAt: now(core),
  });
}

function checkedReviewers(
  core: Core,
  repository: Repository,
  given: readonly EnvironmentReviewer[],
): readonly EnvironmentReviewer[] {
  if (given.length > REVIEWERS) throw unprocessable(`An environment has at most ${REVIEWERS} reviewers.`);
  const seen = new Map<string, EnvironmentReviewer>();
  for (const { type, id } of given) {
    if (!mayRead(core, repository, { type, id }))
      throw unprocessable(
        `The ${type.toLowerCase()} ${id} cannot review: it has no read access to the repository.`,
      );
    seen.set(`${type}/${id}`, { type, id });
  }
  return [...seen.values()];
}

/** "The reviewers must have at least read access to the repository." */
function mayRead(core: Core, repository: Repository, { type, id }: EnvironmentReviewer): boolean {
  if (type === 'Team') {
    const team = core.tables.teams.get(id);
    if (team?.organizationId !== repository.ownerId) return false;
    return core.tables.teamRepositories.get(`${id}/${repository.id}`) !== undefined;
  }
  const account = core.tables.accounts.get(id);
  if (account?.type !== 'User') return false;
  return !repository.private || roleOf(core, id, repository) !== 'none';
}

function checkedPolicy(policy: EnvironmentInput['deployment_branch_policy']): Environment['branchPolicy'] {
  if (policy == null) return 'all';
  if (policy.protected_branches === policy.custom_branch_policies) {
    throw unprocessable('`protected_branches` and `custom_branch_policies` cannot have the same value.');
  }
  return policy.protected_branches ? 'protected' : 'custom';
}

/** Deletes an environment with its policies, secrets and variables. */
export function deleteEnvironment(core: Core, environment: Environment): void {
  dropPolicies(core, environment.id);
  const owner = `environment/${environment.id}`;
  for (const { key } of core.tables.actionsSecrets.where('owner', owner))
    core.tables.actionsSecrets.remove(key);
  for (const { key } of core.tables.actionsVariables.where('owner', owner))
    core.tables.actionsVariables.remove(key);
  core.tables.environments.remove(environment.id);
}

function dropPolicies(core: Core, environmentId: number): void {
  for (const { id } of core.tables.branchPolicies.where('environment', environmentId))
    core.tables.branchPolicies.remove(id);
}

/** Policies of an environment that has custom ones. @throws ApiError 404 for others */
export function policiesOf(core: Core, environment: Environment): BranchPolicy[] {
  if (environment.branchPolicy !== 'custom') throw notFound();
  return core.tables.branchPolicies.where('environment', environment.id);
}

/** Adds a pattern; undefined where the environment has it already. @throws ApiError 404, 422 */
export function addPolicy(
  core: Core,
  environment: Environment,
  name: string,
  type: BranchPolicy['type'],
): BranchPolicy | undefined {
  if (name === '') throw unprocessable('The name of a branch policy cannot be empty.');
  if (policiesOf(core, environment).some((policy) => policy.name === name && policy.type === type))
    return undefined;
  return core.tables.branchPolicies.put({ id: newId(core), environmentId: environment.id, name, type });
}

/** May runs of this full ref deploy to the environment? */
export function allowsRef(core: Core, environment: Environment, ref: string): boolean {
  const { repositoryId } = environment;
  const match = /^refs\/(heads|tags)\/(.+)$/.exec(ref);
  switch (environment.branchPolicy) {
    case 'all':
      return true;
    case 'protected': {
      // "If there are no branch protection rules defined for any branch in the repository, then all branches can deploy."
      const any = core.tables.protections.count('repository', repositoryId) > 0;
      if (!any) return true;
      return (
        match?.[1] === 'heads' &&
        core.tables.protections.get(protectionKey(repositoryId, match[2]!)) !== undefined
      );
    }
    case 'custom': {
      if (match === null) return false;
      const type = match[1] === 'heads' ? 'branch' : 'tag';
      return core.tables.branchPolicies
        .where('environment', environment.id)
        .some((policy) => policy.type === type && fnmatch(policy.name, match[2]!));
    }
  }
}

/** Is the user among the reviewers of the environment, themselves or through a team? */
export function isReviewer(core: Core, environment: Environment, userId: number): boolean {
  return environment.reviewers.some(({ type, id }) =>
    type === 'User' ? id === userId : core.tables.teamMembers.get(`${id}/${userId}`) !== undefined,
  );
}
