import { roleOf } from '../../access/index.ts';
import { assignableTo } from '../../issues/assignees.ts';
import { nodeId } from '../../kernel/node-id.ts';
import { numberKey, type Issue } from '../../state/issues.ts';
import type { Repository } from '../../state/repositories.ts';
import type { Account } from '../../state/accounts.ts';
import type { Asking } from '../asking.ts';
import { connectionOf, type PageArguments } from '../connection.ts';
import { failure } from '../errors.ts';
import { fields, type Arguments, type Fields } from '../fields.ts';
import { deploymentsOf, environmentNamed, environmentsOf } from './deployments.ts';
import { issuesOf } from './issue-list.ts';
import { accountNode, issueNode, rowNode, type RepositoryNode } from './nodes.ts';
import { protectionsOf } from './refs.ts';
import { latestRelease, releaseByTag, releasesOf } from './releases.ts';
import { ordered } from './repository-list.ts';

interface Order {
  readonly field: string;
  readonly direction: 'ASC' | 'DESC';
}

interface TopicNode {
  readonly name: string;
  readonly repository: Repository;
}

/** Fields of a repository that list or find what belongs to it. */
export const REPOSITORY_LISTS: Fields<RepositoryNode> = {
  issues: ({ row }, args, asking) => {
    asking.allow('issues/list-for-repo', row);
    return issuesOf(asking, row, false, args);
  },
  pullRequests: ({ row }, args, asking) => {
    asking.allow('pulls/list', row);
    return issuesOf(asking, row, true, args);
  },
  issue: ({ row }, args, asking) => numbered(asking, row, args, 'an Issue', (one) => !one.pull),
  pullRequest: ({ row }, args, asking) => numbered(asking, row, args, 'a PullRequest', (one) => one.pull),
  issueOrPullRequest: ({ row }, args, asking) =>
    numbered(asking, row, args, 'an issue or pull request', () => true),
  labels: ({ row }, args, asking) => {
    asking.allow('issues/list-labels-for-repo', row);
    const query = typeof args['query'] === 'string' ? args['query'].toLowerCase() : '';
    const order = (args['orderBy'] ?? { field: 'CREATED_AT', direction: 'ASC' }) as Order;
    const rows = asking.tables.labels
      .where('repository', row.id)
      .filter(({ name, description }) => `${name} ${description ?? ''}`.toLowerCase().includes(query));
    const key = (one: { id: number; name: string }) =>
      order.field === 'NAME' ? one.name.toLowerCase() : one.id;
    return ordered(rows, key, order.direction).map((one) => rowNode(asking, 'Label', one));
  },
  label: ({ row }, args, asking) => {
    asking.allow('issues/get-label', row);
    const found = asking.tables.labels.find('name', `${row.id}/${String(args['name']).toLowerCase()}`);
    return found === undefined ? null : rowNode(asking, 'Label', found);
  },
  milestones: ({ row }, args, asking) => {
    asking.allow('issues/list-milestones', row);
    const states = args['states'] as readonly string[] | null | undefined;
    return asking.tables.milestones
      .where('repository', row.id)
      .filter(({ state }) => states == null || states.includes(state.toUpperCase()))
      .map((one) => rowNode(asking, 'Milestone', one));
  },
  milestone: ({ row }, args, asking) => {
    asking.allow('issues/get-milestone', row);
    const found = asking.tables.milestones.find('number', numberKey(row.id, Number(args['number'])));
    return found === undefined ? null : rowNode(asking, 'Milestone', found);
  },
  assignableUsers: ({ row }, args, asking) => people(assignableTo(asking.core, row), args),
  mentionableUsers: ({ row }, args, asking) => people(assignableTo(asking.core, row), args),
  collaborators: collaboratorsOf,
  releases: ({ row }, args, asking) => {
    const order = args['orderBy'] as Order | null | undefined;
    const all = releasesOf(asking, row);
    if (order == null) return [...all].reverse();
    return ordered(
      all,
      ({ json }) => (order.field === 'NAME' ? (json.name ?? '') : json.created_at),
      order.direction,
    );
  },
  latestRelease: ({ row }, _, asking) => latestRelease(asking, row),
  release: ({ row }, args, asking) => releaseByTag(asking, row, String(args['tagName'])),
  repositoryTopics: ({ row }) => row.topics.map((name): TopicNode => ({ name, repository: row })),
  languages: languagesOf,
  primaryLanguage: ({ row }, _, asking) => {
    const [name] = Object.keys(languageBytes(asking, row));
    return name === undefined ? null : { name };
  },
  deployments: ({ row }, args, asking) => deploymentsOf(asking, row, args),
  environments: ({ row }, _, asking) => environmentsOf(asking, row),
  environment: ({ row }, args, asking) => environmentNamed(asking, row, String(args['name'])),
  watchers: () => [],
  stargazers: () => [],
  branchProtectionRules: ({ row }, _, asking) => protectionsOf(asking, row),
};

/** Types that only lists of repositories show. */
export const REPOSITORY_PARTS: Readonly<Record<string, Fields<never>>> = {
  RepositoryTopic: fields<TopicNode>({
    id: ({ name, repository }) => nodeId('RT', `${repository.id}:${name}`),
    topic: (node) => node,
    url: ({ name }, _, asking) => `${asking.urls.web}/topics/${name}`,
    resourcePath: ({ name }) => `/topics/${name}`,
  }),
  Topic: fields<TopicNode>({ id: ({ name }) => nodeId('TO', name), name: ({ name }) => name }),
  Language: fields<{ readonly name: string }>({
    id: ({ name }) => nodeId('LG', name),
    name: ({ name }) => name,
    color: () => null,
  }),
  PullRequestTemplate: fields<{ filename: string; body: string; repository: Repository }>({
    filename: ({ filename }) => filename,
    body: ({ body }) => body,
    repository: ({ repository }) => ({ __typename: 'Repository', row: repository }),
  }),
};

function numbered(
  asking: Asking,
  repository: Repository,
  args: Arguments,
  what: string,
  fits: (issue: Issue) => boolean,
) {
  const number = Number(args['number']);
  const row = asking.tables.issues.find('number', numberKey(repository.id, number));
  if (row === undefined || !fits(row))
    throw failure('NOT_FOUND', `Could not resolve to ${what} with the number of ${number}.`);
  asking.allow(row.pull ? 'pulls/get' : 'issues/get', repository);
  return issueNode(asking, row);
}

function people(accounts: readonly Account[], args: Arguments) {
  const query = typeof args['query'] === 'string' ? args['query'].toLowerCase() : '';
  return accounts
    .filter(
      ({ type, login, name }) => type === 'User' && `${login} ${name ?? ''}`.toLowerCase().includes(query),
    )
    .map((one) => accountNode(one));
}

/** Collaborators with their permission on the edge; who may not push may not see them. */
function collaboratorsOf({ row }: RepositoryNode, args: Arguments, asking: Asking) {
  asking.allow('repos/list-collaborators', row);
  const items = asking.list('repos/list-collaborators', row) as { id: number }[];
  const nodes = people(
    items.map(({ id }) => asking.tables.accounts.require(id)),
    args,
  );
  const connection = connectionOf('collaborators', nodes, args as PageArguments, true);
  const permission = (id: number) => roleOf(asking.core, id, row).toUpperCase();
  return {
    ...connection,
    edges: connection.edges.map((edge) => ({ ...edge, permission: permission(edge.node.row.id) })),
  };
}

function languageBytes(asking: Asking, row: Repository): Readonly<Record<string, number>> {
  return asking.read('repos/list-languages', row) as Record<string, number>;
}

function languagesOf({ row }: RepositoryNode, args: Arguments, asking: Asking) {
  const sizes = Object.entries(languageBytes(asking, row));
  const connection = connectionOf(
    'languages',
    sizes.map(([name, size]) => ({ name, size })),
    args as PageArguments,
    true,
  );
  return {
    ...connection,
    totalSize: sizes.reduce((sum, [, size]) => sum + size, 0),
    edges: connection.edges.map((edge) => ({ ...edge, size: edge.node.size })),
  };
}
