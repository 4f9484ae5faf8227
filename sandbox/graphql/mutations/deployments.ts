import { failure } from '../errors.ts';
import { repositoryById, rowById } from '../types/node-ids.ts';
import { rowNode } from '../types/nodes.ts';
import { given, mutations, type Input } from './mutation.ts';

interface NewDeployment {
  repositoryId: string;
  refId: string;
  autoMerge: boolean;
  description: string;
  environment: string;
  payload: string;
  task: string;
  requiredContexts?: readonly string[] | null;
}

interface NewStatus {
  deploymentId: string;
  state: string;
  description: string;
  environment?: string | null;
  environmentUrl: string;
  logUrl: string;
  autoInactive: boolean;
}

/** Mutations of deployments. */
export const DEPLOYMENT_MUTATIONS = mutations({
  createDeployment: (input: Input<NewDeployment>, asking) => {
    const repository = repositoryById(asking, input.repositoryId);
    const { row } = rowById(asking, input.refId, 'Ref');
    const { body } = asking.run('repos/create-deployment', repository, {
      body: given({
        ref: row.name.replace(/^refs\/(?:heads|tags)\//, ''),
        task: input.task,
        auto_merge: input.autoMerge,
        environment: input.environment,
        description: input.description,
        payload: input.payload,
        required_contexts: input.requiredContexts,
      }),
    });
    const made = asking.tables.deployments.get((body as { id?: number }).id ?? 0);
    if (made === undefined) throw failure('UNPROCESSABLE', (body as { message: string }).message);
    return { deployment: rowNode(asking, 'Deployment', made), autoMerged: false };
  },
  createDeploymentStatus: (input: Input<NewStatus>, asking) => {
    const { row, repository } = rowById(asking, input.deploymentId, 'Deployment');
    const { body } = asking.run('repos/create-deployment-status', repository, {
      params: { deployment_id: row.id },
      body: given({
        state: input.state.toLowerCase(),
        description: input.description,
        environment: input.environment,
        environment_url: input.environmentUrl,
        log_url: input.logUrl,
        auto_inactive: input.autoInactive,
      }),
    });
    const made = asking.tables.deploymentStatuses.require((body as { id: number }).id);
    return { deploymentStatus: rowNode(asking, 'DeploymentStatus', made) };
  },
  deleteDeployment: (input: Input<{ id: string }>, asking) => {
    const { row, repository } = rowById(asking, input.id, 'Deployment');
    asking.run('repos/delete-deployment', repository, { params: { deployment_id: row.id } });
    return {};
  },
});
