import type {
  CheckInput,
  CheckRun,
  DeploymentRecord,
  DeploymentStatus,
  RepositoryViews,
} from '../../reconcile/ports.ts';
import { Refused } from './api.ts';
import type { Connection } from './connection.ts';
import { commentOf, type AccountData, type CommentData } from './repository-reads.ts';

const REPOSITORY = '/repos/{owner}/{repo}';

/** The views of {@link RepositoryViews} over GitHub's REST API: writes of one try each. */
export function repositoryViews(at: Connection): RepositoryViews {
  return { ...commentViews(at), ...labelViews(at), ...checkViews(at), ...deploymentViews(at) };
}

type CommentViews = Pick<RepositoryViews, 'createComment' | 'updateComment' | 'deleteComment' | 'react'>;

function commentViews(at: Connection): CommentViews {
  const comment = `${REPOSITORY}/issues/comments/{comment_id}`;
  return {
    createComment: async (number, body) => {
      const route = `POST ${REPOSITORY}/issues/{issue_number}/comments`;
      return commentOf((await at.write(route, { issue_number: number, body })).data as CommentData);
    },
    updateComment: async (id, body) => {
      await at.write(`PATCH ${comment}`, { comment_id: id, body });
    },
    deleteComment: async (id) => {
      await goneIsFine(at.write(`DELETE ${comment}`, { comment_id: id }));
    },
    react: async (id, content) => {
      await goneIsFine(at.write(`POST ${comment}/reactions`, { comment_id: id, content }));
    },
  };
}

type LabelViews = Pick<RepositoryViews, 'labels' | 'ensureLabel' | 'addLabels' | 'removeLabel'>;

function labelViews(at: Connection): LabelViews {
  return {
    labels: async () => {
      const found = await at.list<{ name: string }>(`GET ${REPOSITORY}/labels`, {}, (label) => label.name);
      return found.map((label) => label.name);
    },
    ensureLabel: async (label) => {
      try {
        await at.write(`POST ${REPOSITORY}/labels`, { ...label });
      } catch (error) {
        // Labels differ by more than case: one that exists is refused as already_exists.
        if (!(error instanceof Refused && error.status === 422 && /already_exists/.test(error.said)))
          throw error;
      }
    },
    addLabels: async (number, labels) => {
      await at.write(`POST ${REPOSITORY}/issues/{issue_number}/labels`, { issue_number: number, labels });
    },
    removeLabel: async (number, name) => {
      const route = `DELETE ${REPOSITORY}/issues/{issue_number}/labels/{name}`;
      await goneIsFine(at.write(route, { issue_number: number, name }));
    },
  };
}

interface CheckData {
  readonly id: number;
  readonly name: string;
  readonly app: { readonly slug: string } | null;
  readonly external_id: string | null;
  readonly status: string;
  readonly conclusion: string | null;
  readonly output: { readonly title: string | null; readonly summary: string | null };
}

function checkViews(at: Connection): Pick<RepositoryViews, 'checks' | 'createCheck' | 'updateCheck'> {
  return {
    checks: async (commit, name) => {
      const found = await at.list<CheckData>(
        `GET ${REPOSITORY}/commits/{ref}/check-runs`,
        { ref: commit, check_name: name, filter: 'all' },
        (check) => check.id,
        { member: 'check_runs' },
      );
      return found.map(checkOf);
    },
    createCheck: async (commit, check) => {
      const route = `POST ${REPOSITORY}/check-runs`;
      return checkOf((await at.write(route, { head_sha: commit, ...checkBody(check) })).data as CheckData);
    },
    updateCheck: async (id, check) => {
      const route = `PATCH ${REPOSITORY}/check-runs/{check_run_id}`;
      await at.write(route, { check_run_id: id, ...checkBody(check) });
    },
  };
}

function checkOf(data: CheckData): CheckRun {
  return {
    id: data.id,
    name: data.name,
    by: data.app === null ? null : `${data.app.slug}[bot]`,
    externalId: data.external_id,
    status: data.status,
    conclusion: data.conclusion,
    title: data.output.title,
    summary: data.output.summary,
  };
}

function checkBody({ externalId, title, summary, url, ...check }: CheckInput): Record<string, unknown> {
  const details = url === undefined ? {} : { details_url: url };
  return { ...check, ...details, external_id: externalId, output: { title, summary } };
}

interface DeploymentData {
  readonly id: number;
  readonly sha: string;
  readonly environment: string;
  readonly payload: unknown;
  readonly creator: AccountData | null;
}

type DeploymentViews = Pick<
  RepositoryViews,
  'deployments' | 'createDeployment' | 'deploymentStatuses' | 'createDeploymentStatus'
>;

function deploymentViews(at: Connection): DeploymentViews {
  const deployments = `${REPOSITORY}/deployments`;
  const statuses = `${deployments}/{deployment_id}/statuses`;
  return {
    deployments: async (environment) => {
      const found = await at.list<DeploymentData>(`GET ${deployments}`, { environment }, (one) => one.id);
      return found.map(deploymentOf);
    },
    createDeployment: async ({ commit, environment, description, production, payload }) => {
      const body = {
        ref: commit,
        environment,
        description: description.slice(0, 140),
        payload,
        production_environment: production,
        // The log has decided: neither a merge of the base nor statuses of commits have a say here.
        auto_merge: false,
        required_contexts: [],
      };
      return deploymentOf((await at.write(`POST ${deployments}`, body)).data as DeploymentData);
    },
    deploymentStatuses: async (id) =>
      await at.list<DeploymentStatus>(`GET ${statuses}`, { deployment_id: id }, (status) => status.id),
    createDeploymentStatus: async (id, { state, description, url }) => {
      await at.write(`POST ${statuses}`, {
        deployment_id: id,
        state,
        description: description.slice(0, 140),
        ...(url === undefined ? {} : { log_url: url }),
      });
    },
  };
}

function deploymentOf(data: DeploymentData): DeploymentRecord {
  return {
    id: data.id,
    commit: data.sha,
    environment: data.environment,
    payload: payloadOf(data.payload),
    author: data.creator?.id ?? null,
  };
}

/** GitHub gives a payload back as it came: an object or its text. */
function payloadOf(payload: unknown): unknown {
  if (typeof payload !== 'string') return payload;
  try {
    return JSON.parse(payload) as unknown;
  } catch {
    return payload;
  }
}

async function goneIsFine(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof Refused && error.status === 404)) throw error;
  }
}
