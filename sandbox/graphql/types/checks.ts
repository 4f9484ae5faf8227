import { latestRuns, latestStatuses, outcomeOfRun } from '../../checks/latest.ts';
import { requiredOutcomes } from '../../pulls/checks.ts';
import { mergeRules } from '../../pulls/rules.ts';
import { nodeId } from '../../kernel/node-id.ts';
import { commitKey, type CheckRun, type CheckSuite, type CommitStatus } from '../../state/checks.ts';
import type { Pull } from '../../state/pulls.ts';
import type { Repository } from '../../state/repositories.ts';
import type { WorkflowFile, WorkflowRun } from '../../state/actions.ts';
import { fullName } from '../../views/repositories.ts';
import type { Asking } from '../asking.ts';
import { connectionOf, type PageArguments } from '../connection.ts';
import { failure } from '../errors.ts';
import { fields, type Arguments, type Fields } from '../fields.ts';
import type { RestApp, RestCheckRun } from '../rest.ts';
import { accountNode, rowNode, upper, type RowNode } from './nodes.ts';
import { objectOf } from './objects.ts';
import { pullById } from './node-ids.ts';
import { refNode } from './repository-content.ts';

type RunNode = RowNode<'CheckRun', CheckRun>;
type SuiteNode = RowNode<'CheckSuite', CheckSuite>;
type StatusNode = RowNode<'StatusContext', CommitStatus>;
type Context = RunNode | StatusNode;

interface RollupNode {
  readonly __typename: 'StatusCheckRollup' | 'Status';
  readonly oid: string;
  readonly repository: Repository;
  readonly contexts: readonly Context[];
}

/** Worst first: https://docs.github.com/graphql/reference/enums#statusstate */
function rollupState(contexts: readonly Context[]): string {
  const states = contexts.map(stateOf);
  for (const state of ['ERROR', 'FAILURE', 'PENDING', 'SUCCESS']) if (states.includes(state)) return state;
  return 'EXPECTED';
}

function stateOf(context: Context): string {
  if (context.__typename === 'StatusContext') return upper(context.row.state);
  return { pending: 'PENDING', passing: 'SUCCESS', failing: 'FAILURE' }[outcomeOfRun(context.row)];
}

/** The newest status of each context of a commit. */
function statusesOf(asking: Asking, repository: Repository, oid: string): StatusNode[] {
  return latestStatuses(asking.core, repository.id, oid).map((row) => rowNode(asking, 'StatusContext', row));
}

/** The newest check run of each name in each suite of a commit. */
function runsOf(asking: Asking, repository: Repository, oid: string): RunNode[] {
  return latestRuns(asking.core, repository.id, oid).map((row) => rowNode(asking, 'CheckRun', row));
}

/** Everything reported about a commit; null where nothing was. */
export function rollupOf(asking: Asking, repository: Repository, oid: string): RollupNode | null {
  asking.allow('checks/list-for-ref', repository);
  asking.allow('repos/get-combined-status-for-ref', repository);
  const contexts = [...runsOf(asking, repository, oid), ...statusesOf(asking, repository, oid)];
  return contexts.length === 0 ? null : { __typename: 'StatusCheckRollup', oid, repository, contexts };
}

/** The commit statuses alone; null where there is none. */
export function statusOf(asking: Asking, repository: Repository, oid: string): RollupNode | null {
  asking.allow('repos/get-combined-status-for-ref', repository);
  const contexts = statusesOf(asking, repository, oid);
  return contexts.length === 0 ? null : { __typename: 'Status', oid, repository, contexts };
}

/** The suites of a commit. */
export function checkSuitesOf(
  asking: Asking,
  repository: Repository,
  oid: string,
  args: Arguments,
): SuiteNode[] {
  asking.allow('checks/list-suites-for-ref', repository);
  const filter = (args['filterBy'] ?? {}) as { appId?: number | null; checkName?: string | null };
  return asking.tables.checkSuites
    .where('commit', commitKey(repository.id, oid))
    .filter(({ appId }) => filter.appId == null || filter.appId === appId)
    .filter(
      ({ id }) =>
        filter.checkName == null ||
        asking.tables.checkRuns.where('suite', id).some(({ name }) => name === filter.checkName),
    )
    .map((row) => rowNode(asking, 'CheckSuite', row));
}

const rollup: Fields<RollupNode> = {
  id: ({ oid, repository }) => nodeId('SCR', `${repository.id}:${oid}`),
  state: ({ contexts }) => rollupState(contexts),
  commit: ({ oid, repository }, _, asking) => objectOf(asking, repository, oid),
};

/** Types of checks, statuses and workflow runs. */
export const CHECKS: Readonly<Record<string, Fields<never>>> = {
  StatusCheckRollup: fields<RollupNode>({
    ...rollup,
    contexts: ({ contexts }, args) => ({
      ...connectionOf('contexts', contexts, args as PageArguments, true),
      checkRunCount: contexts.filter((one) => one.__typename === 'CheckRun').length,
      statusContextCount: contexts.filter((one) => one.__typename === 'StatusContext').length,
    }),
  }),
  Status: fields<RollupNode>({
    ...rollup,
    contexts: ({ contexts }) => contexts,
    context: ({ contexts }, args) =>
      contexts.find((one) => one.__typename === 'StatusContext' && one.row.context === args['name']) ?? null,
  }),
  StatusContext: fields<StatusNode>({
    id: ({ row }) => nodeId('SC', row.id),
    context: ({ row }) => row.context,
    state: ({ row }) => upper(row.state),
    description: ({ row }) => row.description,
    targetUrl: ({ row }) => row.targetUrl,
    createdAt: ({ row }) => row.createdAt,
    creator: ({ row }, _, asking) => accountNode(asking.tables.accounts.require(row.creatorId)),
    avatarUrl: ({ row }, _, asking) => `${asking.urls.web}/avatars/${row.creatorId}`,
    commit: ({ row, repository }, _, asking) => objectOf(asking, repository, row.sha),
    isRequired: (node, args, asking) => isRequired(asking, node, args),
  }),
  CheckRun: fields<RunNode>({
    id: ({ row }) => nodeId('CR', row.id),
    databaseId: ({ row }) => row.id,
    name: ({ row }) => row.name,
    externalId: ({ row }) => row.externalId,
    status: ({ row }) => upper(row.status),
    conclusion: ({ row }) => upper(row.conclusion),
    startedAt: ({ row }) => row.startedAt,
    completedAt: ({ row }) => row.completedAt,
    title: ({ row }) => row.title,
    summary: ({ row }) => row.summary,
    text: ({ row }) => row.text,
    detailsUrl: (node, _, asking) => restOf(asking, node).details_url,
    url: (node, _, asking) => restOf(asking, node).html_url,
    permalink: (node, _, asking) => restOf(asking, node).html_url,
    resourcePath: (node, _, asking) => new URL(restOf(asking, node).html_url ?? asking.urls.web).pathname,
    repository: ({ repository }) => ({ __typename: 'Repository', row: repository }),
    checkSuite: ({ row }, _, asking) =>
      rowNode(asking, 'CheckSuite', asking.tables.checkSuites.require(row.suiteId)),
    isRequired: (node, args, asking) => isRequired(asking, node, args),
  }),
  CheckSuite: fields<SuiteNode>({
    id: ({ row }) => nodeId('CS', row.id),
    databaseId: ({ row }) => row.id,
    status: ({ row }) => upper(row.status),
    conclusion: ({ row }) => upper(row.conclusion),
    createdAt: ({ row }) => row.createdAt,
    updatedAt: ({ row }) => row.updatedAt,
    app: ({ row }, _, asking) => appOf(asking, row.appId),
    branch: ({ row, repository }, _, asking) =>
      row.headBranch === null ? null : refNode(asking, repository, `refs/heads/${row.headBranch}`),
    commit: ({ row, repository }, _, asking) => objectOf(asking, repository, row.headSha),
    repository: ({ repository }) => ({ __typename: 'Repository', row: repository }),
    checkRuns: ({ row }, args, asking) => {
      const filter = (args['filterBy'] ?? {}) as { checkName?: string | null };
      return asking.tables.checkRuns
        .where('suite', row.id)
        .filter(({ name }) => filter.checkName == null || filter.checkName === name)
        .map((one) => rowNode(asking, 'CheckRun', one));
    },
    workflowRun: ({ row }, _, asking) => {
      const run = row.workflowRunId === null ? undefined : asking.tables.workflowRuns.get(row.workflowRunId);
      return run === undefined ? null : rowNode(asking, 'WorkflowRun', run);
    },
  }),
  WorkflowRun: fields<RowNode<'WorkflowRun', WorkflowRun>>({
    id: ({ row }) => nodeId('WFR', row.id),
    databaseId: ({ row }) => row.id,
    event: ({ row }) => row.event,
    runNumber: ({ row }) => row.number,
    createdAt: ({ row }) => row.createdAt,
    updatedAt: ({ row }) => row.updatedAt,
    url: ({ row, repository }, _, asking) =>
      `${asking.urls.web}/${fullName(asking, repository)}/actions/runs/${row.id}`,
    resourcePath: ({ row, repository }, _, asking) =>
      `/${fullName(asking, repository)}/actions/runs/${row.id}`,
    workflow: ({ row }, _, asking) =>
      rowNode(asking, 'Workflow', asking.tables.workflowFiles.require(row.workflowId)),
  }),
  Workflow: fields<RowNode<'Workflow', WorkflowFile>>({
    id: ({ row }) => nodeId('W', row.id),
    databaseId: ({ row }) => row.id,
    name: ({ row }) => row.name,
    createdAt: ({ row }) => row.createdAt,
    updatedAt: ({ row }) => row.updatedAt,
    state: ({ row }) => upper(row.state),
  }),
  App: fields<{ readonly json: RestApp }>({
    id: ({ json }) => json.node_id,
    databaseId: ({ json }) => json.id,
    slug: ({ json }) => json.slug,
    name: ({ json }) => json.name,
    description: ({ json }) => json.description,
    url: ({ json }) => json.external_url,
    createdAt: ({ json }) => json.created_at,
    updatedAt: ({ json }) => json.updated_at,
  }),
};

function restOf(asking: Asking, { row, repository }: RunNode): RestCheckRun {
  return asking.read('checks/get', repository, { params: { check_run_id: row.id } }) as RestCheckRun;
}

function appOf(asking: Asking, id: number) {
  const slug = asking.tables.apps.require(id).slug;
  return {
    __typename: 'App',
    json: asking.read('apps/get-by-slug', undefined, { params: { app_slug: slug } }),
  };
}

/** Do the rules of the pull request's base branch want this check? */
function isRequired(asking: Asking, context: Context, args: Arguments): boolean {
  const pull = pullOfArguments(asking, context.repository, args);
  const name = context.__typename === 'CheckRun' ? context.row.name : context.row.context;
  const required = requiredOutcomes(
    asking.core,
    context.repository.id,
    pull.head.oid,
    mergeRules(asking.core, pull).checks,
  );
  return required.some(
    ({ check }) => check.context === name && (check.appId === null || check.appId === context.row.appId),
  );
}

function pullOfArguments(asking: Asking, repository: Repository, args: Arguments): Pull {
  const { pullRequestId, pullRequestNumber } = args;
  const pull =
    typeof pullRequestId === 'string'
      ? pullById(asking, pullRequestId).pull
      : asking.tables.pulls.find('number', `${repository.id}/${Number(pullRequestNumber)}`);
  if (pull === undefined)
    throw failure('UNPROCESSABLE', 'You must provide either a `pullRequestId` or a `pullRequestNumber`.');
  return pull;
}
