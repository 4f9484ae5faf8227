import { nodeId } from '../../kernel/node-id.ts';
import {
  environmentKey,
  type Deployment,
  type DeploymentStatus,
  type Environment,
} from '../../state/deployments.ts';
import type { Repository } from '../../state/repositories.ts';
import type { Asking } from '../asking.ts';
import { fields, type Arguments, type Fields } from '../fields.ts';
import { accountNode, rowNode, upper, type RowNode } from './nodes.ts';
import { objectOf } from './objects.ts';
import { refNode } from './repository-content.ts';
import { ordered } from './repository-list.ts';

type DeploymentNode = RowNode<'Deployment', Deployment>;
type StatusNode = RowNode<'DeploymentStatus', DeploymentStatus>;
type EnvironmentNode = RowNode<'Environment', Environment>;

/** The deployments of a repository, or of one commit of it, oldest first. */
export function deploymentsOf(
  asking: Asking,
  repository: Repository,
  args: Arguments,
  sha?: string,
): DeploymentNode[] {
  asking.allow('repos/list-deployments', repository);
  const { deployments } = asking.tables;
  const environments = args['environments'] as readonly string[] | null | undefined;
  const rows = (
    sha === undefined
      ? deployments.where('repository', repository.id)
      : deployments.where('sha', `${repository.id}/${sha}`)
  ).filter(({ environment }) => environments == null || environments.includes(environment));
  const order = args['orderBy'] as { direction: 'ASC' | 'DESC' } | null | undefined;
  return ordered(rows, (row) => row.id, order?.direction ?? 'ASC').map((row) =>
    rowNode(asking, 'Deployment', row),
  );
}

/** The environments of a repository by name. */
export function environmentsOf(asking: Asking, repository: Repository): EnvironmentNode[] {
  asking.allow('repos/get-all-environments', repository);
  return ordered(asking.tables.environments.where('repository', repository.id), (row) => row.name, 'ASC').map(
    (row) => rowNode(asking, 'Environment', row),
  );
}

/** The environment of that name; null where there is none. */
export function environmentNamed(
  asking: Asking,
  repository: Repository,
  name: string,
): EnvironmentNode | null {
  asking.allow('repos/get-environment', repository);
  const row = asking.tables.environments.find('name', environmentKey(repository.id, name));
  return row === undefined ? null : rowNode(asking, 'Environment', row);
}

function statusesOf(asking: Asking, { row }: DeploymentNode): StatusNode[] {
  return asking.tables.deploymentStatuses
    .where('deployment', row.id)
    .map((one) => rowNode(asking, 'DeploymentStatus', one))
    .reverse();
}

/** https://docs.github.com/graphql/reference/enums#deploymentstate: the newest success is active. */
function stateOf({ row }: DeploymentNode): string {
  if (row.state === null) return 'PENDING';
  return row.state === 'success' ? 'ACTIVE' : upper(row.state);
}

/** Types of deployments. */
export const DEPLOYMENTS: Readonly<Record<string, Fields<never>>> = {
  Deployment: fields<DeploymentNode>({
    id: ({ row }) => nodeId('DE', row.id),
    databaseId: ({ row }) => row.id,
    environment: ({ row }) => row.environment,
    originalEnvironment: ({ row }) => row.originalEnvironment,
    latestEnvironment: ({ row }) => row.environment,
    description: ({ row }) => row.description,
    task: ({ row }) => row.task,
    payload: ({ row }) => (typeof row.payload === 'string' ? row.payload : JSON.stringify(row.payload)),
    state: stateOf,
    createdAt: ({ row }) => row.createdAt,
    updatedAt: ({ row }) => row.updatedAt,
    commitOid: ({ row }) => row.sha,
    commit: ({ row, repository }, _, asking) => objectOf(asking, repository, row.sha),
    ref: ({ row, repository }, _, asking) =>
      refNode(asking, repository, `refs/heads/${row.ref}`) ??
      refNode(asking, repository, `refs/tags/${row.ref}`),
    repository: ({ repository }) => ({ __typename: 'Repository', row: repository }),
    creator: ({ row }, _, asking) => accountNode(asking.tables.accounts.require(row.creatorId)),
    latestStatus: (node, _, asking) => statusesOf(asking, node)[0] ?? null,
    statuses: (node, _, asking) => statusesOf(asking, node),
  }),
  DeploymentStatus: fields<StatusNode>({
    id: ({ row }) => nodeId('DES', row.id),
    state: ({ row }) => upper(row.state),
    description: ({ row }) => row.description,
    environment: ({ row }) => row.environment,
    environmentUrl: ({ row }) => (row.environmentUrl === '' ? null : row.environmentUrl),
    logUrl: ({ row }) => (row.logUrl === '' ? null : row.logUrl),
    createdAt: ({ row }) => row.createdAt,
    updatedAt: ({ row }) => row.createdAt,
    creator: ({ row }, _, asking) => accountNode(asking.tables.accounts.require(row.creatorId)),
    deployment: ({ row }, _, asking) =>
      rowNode(asking, 'Deployment', asking.tables.deployments.require(row.deploymentId)),
  }),
  Environment: fields<EnvironmentNode>({
    id: ({ row }) => nodeId('EN', row.id),
    databaseId: ({ row }) => row.id,
    name: ({ row }) => row.name,
  }),
};
