import type { Core } from '../../kernel/core.ts';
import type { CallScope } from '../../state/action-jobs.ts';
import type { WorkflowRun } from '../../state/actions.ts';
import { Scope } from '../expressions/scope.ts';
import { evaluateString } from '../expressions/template.ts';
import { callContexts } from './contexts.ts';
import { workflowOf } from './files.ts';
import { scopeKey } from './keys.ts';
import { collect, owners, type Values } from './values.ts';

/**
 * `secrets` of a job without its token. Runs of forks have none, runs of Dependabot only Dependabot's.
 * In a called workflow: what the caller hands over, and those of the job's own environment.
 * Source: https://docs.github.com/actions/how-tos/reuse-automations/reuse-workflows
 */
export function secrets(
  core: Core,
  run: WorkflowRun,
  scope: CallScope,
  environmentId: number | null,
  token: string,
): Values {
  if (run.trust === 'fork') return {};
  if (run.trust === 'dependabot') return collect(core, 'actionsSecrets', [`dependabot/${run.repositoryId}`]);
  const own = environmentId === null ? [] : [`environment/${environmentId}`];
  return {
    ...handedOver(core, run, scope, token),
    ...collect(core, 'actionsSecrets', own),
  };
}

/** What reaches a scope: everything of the repository at the top, below it what each caller passes on. */
function handedOver(core: Core, run: WorkflowRun, scope: CallScope, token: string): Values {
  if (scope.parent === null) return collect(core, 'actionsSecrets', owners(core, run, null));
  const parent = core.tables.callScopes.require(scopeKey(scope, scope.parent));
  const above = handedOver(core, run, parent, token);
  const job = workflowOf(core, parent.origin).jobs.find(({ id }) => id === scope.callerId);
  if (job?.kind !== 'call') throw new Error(`${scope.key} was called by no job`);
  if (job.secrets === 'inherit') return above;
  const contexts = {
    ...callContexts(core, run, parent, job, scope),
    secrets: { ...above, GITHUB_TOKEN: token },
  };
  const expressions = new Scope(contexts);
  return Object.fromEntries(
    Object.entries(job.secrets)
      .map(([name, value]) => [name.toUpperCase(), evaluateString(value, expressions)] as const)
      .filter(([, value]) => value !== ''),
  );
}
