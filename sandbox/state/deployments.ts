import type { Store } from './store.ts';

export type DeploymentState =
  'error' | 'failure' | 'inactive' | 'in_progress' | 'queued' | 'pending' | 'success' | 'waiting';

export interface Deployment {
  readonly id: number;
  readonly repositoryId: number;
  readonly ref: string;
  readonly sha: string;
  readonly task: string;
  readonly payload: unknown;
  readonly originalEnvironment: string;
  readonly environment: string;
  readonly description: string | null;
  readonly transient: boolean;
  readonly production: boolean;
  readonly creatorId: number;
  readonly performedViaAppId: number | null;
  /** State of its newest status; null while it has none. */
  readonly state: DeploymentState | null;
  /** The workflow job that made it. */
  readonly jobId: number | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface DeploymentStatus {
  readonly id: number;
  readonly repositoryId: number;
  readonly deploymentId: number;
  readonly state: DeploymentState;
  readonly description: string;
  readonly environment: string;
  readonly logUrl: string;
  readonly environmentUrl: string;
  readonly creatorId: number;
  readonly performedViaAppId: number | null;
  readonly createdAt: string;
}

export interface EnvironmentReviewer {
  readonly type: 'User' | 'Team';
  readonly id: number;
}

/** A place to deploy to, with what it asks of jobs that do. */
export interface Environment {
  readonly id: number;
  readonly repositoryId: number;
  readonly name: string;
  /** Minutes. */
  readonly waitTimer: number;
  readonly reviewers: readonly EnvironmentReviewer[];
  readonly preventSelfReview: boolean;
  readonly canAdminsBypass: boolean;
  readonly branchPolicy: 'all' | 'protected' | 'custom';
  /** Ids of the rules, which show in its view. */
  readonly ruleIds: { readonly wait: number; readonly review: number; readonly branch: number };
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A pattern of branches or tags that may deploy to an environment. */
export interface BranchPolicy {
  readonly id: number;
  readonly environmentId: number;
  readonly name: string;
  readonly type: 'branch' | 'tag';
}

/** Value of the index of deployments by environment, and of environments by name: names ignore case. */
export function environmentKey(repositoryId: number, name: string): string {
  return `${repositoryId}/${name.toLowerCase()}`;
}

/** Tables of deployments, their statuses, environments and their branch policies. */
export function deploymentTables(store: Store) {
  return {
    deployments: store.table<Deployment>()('deployments', {
      key: (row) => row.id,
      indexes: {
        repository: (row) => row.repositoryId,
        environment: (row) => environmentKey(row.repositoryId, row.environment),
        active: (row) =>
          row.state === 'success' ? environmentKey(row.repositoryId, row.environment) : undefined,
        sha: (row) => `${row.repositoryId}/${row.sha}`,
        job: (row) => row.jobId ?? undefined,
      },
    }),
    deploymentStatuses: store.table<DeploymentStatus>()('deployment_statuses', {
      key: (row) => row.id,
      indexes: { deployment: (row) => row.deploymentId },
    }),
    environments: store.table<Environment>()('environments', {
      key: (row) => row.id,
      indexes: {
        repository: (row) => row.repositoryId,
        name: (row) => environmentKey(row.repositoryId, row.name),
      },
    }),
    branchPolicies: store.table<BranchPolicy>()('branch_policies', {
      key: (row) => row.id,
      indexes: { environment: (row) => row.environmentId },
    }),
  };
}
