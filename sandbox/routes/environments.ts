import {
  addPolicy,
  deleteEnvironment,
  findEnvironment,
  policiesOf,
  putEnvironment,
  type EnvironmentInput,
} from '../deployments/environments.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';
import { ApiError, notFound } from '../kernel/errors.ts';
import type { BranchPolicy, Environment } from '../state/deployments.ts';
import { branchPolicyView, environmentView } from '../views/deployments.ts';

/** The environment of the path. @throws ApiError 404 */
function ofPath(c: Context): Environment {
  return c.found(findEnvironment(c.core, c.repo.id, c.text('environment_name')));
}

function policyOf(c: Context): BranchPolicy {
  const id = c.number('branch_policy_id');
  return c.found(policiesOf(c.core, ofPath(c)).find((policy) => policy.id === id));
}

function createPolicy(c: Context): Reply {
  const { name, type = 'branch' } = c.input<{ name: string; type?: BranchPolicy['type'] }>();
  const policy = addPolicy(c.core, ofPath(c), name, type);
  return policy === undefined ? { status: 303 } : c.ok(branchPolicyView(policy));
}

/** Rules that Apps answer are not built: an environment has none. */
function customRules(c: Context): never {
  throw new ApiError(501, `The sandbox does not support ${c.operation.id}`);
}

/** Environments and their policies: https://docs.github.com/rest/deployments/environments */
export const environmentRoutes: Routes = {
  'repos/get-all-environments': (c) =>
    c.page(
      c.tables.environments.where('repository', c.repo.id),
      (environment) => environmentView(c, environment),
      (environments, total_count) => ({ total_count, environments }),
    ),
  'repos/get-environment': (c) => c.ok(environmentView(c, ofPath(c))),
  'repos/create-or-update-environment': (c) =>
    c.ok(
      environmentView(
        c,
        putEnvironment(c.core, c.repo, c.text('environment_name'), c.input<EnvironmentInput>()),
      ),
    ),
  'repos/delete-an-environment': (c) => {
    deleteEnvironment(c.core, ofPath(c));
    return c.noContent();
  },
  'repos/list-deployment-branch-policies': (c) =>
    c.page(policiesOf(c.core, ofPath(c)), branchPolicyView, (branch_policies, total_count) => ({
      total_count,
      branch_policies,
    })),
  'repos/create-deployment-branch-policy': createPolicy,
  'repos/get-deployment-branch-policy': (c) => c.ok(branchPolicyView(policyOf(c))),
  'repos/update-deployment-branch-policy': (c) => {
    const { name } = c.input<{ name: string }>();
    return c.ok(branchPolicyView(c.tables.branchPolicies.put({ ...policyOf(c), name })));
  },
  'repos/delete-deployment-branch-policy': (c) => {
    c.tables.branchPolicies.remove(policyOf(c).id);
    return c.noContent();
  },
  'repos/get-all-deployment-protection-rules': (c) => {
    ofPath(c);
    return c.ok({ total_count: 0, custom_deployment_protection_rules: [] });
  },
  'repos/list-custom-deployment-rule-integrations': (c) => {
    ofPath(c);
    return c.ok({ total_count: 0, available_custom_deployment_protection_rule_integrations: [] });
  },
  'repos/create-deployment-protection-rule': customRules,
  'repos/get-custom-deployment-protection-rule': (c) => {
    ofPath(c);
    throw notFound();
  },
  'repos/disable-deployment-protection-rule': (c) => {
    ofPath(c);
    throw notFound();
  },
};
