import { canSee } from '../../access/index.ts';
import { accountNodeId, accountView } from '../../views/accounts.ts';
import { nodeId } from '../../kernel/node-id.ts';
import type { Account, Team } from '../../state/accounts.ts';
import type { Repository } from '../../state/repositories.ts';
import type { Asking } from '../asking.ts';
import { failure } from '../errors.ts';
import { fields, type Arguments, type Fields } from '../fields.ts';
import { accountNode, repositoryByName, repositoryNode, type AccountNode } from './nodes.ts';
import { sortedRepositories } from './repository-list.ts';

export interface TeamNode {
  readonly __typename: 'Team';
  readonly row: Team;
}

/** What every actor has. The login of a bot has no `[bot]` here: https://docs.github.com/graphql/reference/objects#bot */
const actor: Fields<AccountNode> = {
  id: ({ row }) => accountNodeId(row),
  databaseId: ({ row }) => row.id,
  login: ({ row, __typename }) => (__typename === 'Bot' ? row.login.replace(/\[bot\]$/, '') : row.login),
  avatarUrl: ({ row }, _, asking) => accountView(asking, row).avatar_url,
  url: ({ row }, _, asking) => accountView(asking, row).html_url,
  resourcePath: ({ row }, _, asking) => new URL(accountView(asking, row).html_url).pathname,
  createdAt: ({ row }) => row.createdAt,
  updatedAt: ({ row }) => row.updatedAt,
};

const owner: Fields<AccountNode> = {
  ...actor,
  name: ({ row }) => row.name,
  repository: ({ row }, args, asking) => ownRepository(asking, row, String(args['name'])),
  repositories: ({ row }, args, asking) => sortedRepositories(repositoriesOf(asking, row, args), args),
  projectsV2: () => [],
  projects: () => [],
};

/** Types of accounts and teams. */
export const ACTORS: Readonly<Record<string, Fields<never>>> = {
  User: fields<AccountNode>({
    ...owner,
    email: ({ row }) => row.email ?? '',
    isViewer: ({ row }, _, asking) => asking.account?.id === row.id,
    isSiteAdmin: ({ row }) => row.siteAdmin,
    organizations: ({ row }, _, asking) => organizationsOf(asking, row),
    organization: ({ row }, args, asking) =>
      organizationsOf(asking, row).find((one) => sameLogin(one?.row.login, args['login'])) ?? null,
  }),
  Bot: fields<AccountNode>(actor),
  Organization: fields<AccountNode>({
    ...owner,
    description: () => null,
    email: ({ row }) => row.email,
    viewerCanAdminister: ({ row }, _, asking) => membership(asking, row)?.role === 'admin',
    viewerIsAMember: ({ row }, _, asking) => membership(asking, row) !== undefined,
    viewerCanCreateRepositories: ({ row }, _, asking) => mayCreateRepositories(asking, row),
    membersWithRole: ({ row }, _, asking) =>
      asking.tables.memberships
        .where('organization', row.id)
        .map(({ userId }) => accountNode(asking.tables.accounts.require(userId))),
    teams: ({ row }, args, asking) => teamsOf(asking, row, args),
    team: ({ row }, args, asking) =>
      teamNode(asking.tables.teams.find('slug', `${row.id}/${String(args['slug']).toLowerCase()}`)),
  }),
  Team: fields<TeamNode>({
    id: ({ row }) => nodeId('T', row.id),
    databaseId: ({ row }) => row.id,
    name: ({ row }) => row.name,
    slug: ({ row }) => row.slug,
    description: ({ row }) => row.description,
    privacy: ({ row }) => (row.privacy === 'closed' ? 'VISIBLE' : 'SECRET'),
    organization: ({ row }, _, asking) => organizationOf(asking, row),
    combinedSlug: ({ row }, _, asking) => `${organizationOf(asking, row).row.login}/${row.slug}`,
    createdAt: ({ row }) => row.createdAt,
    updatedAt: ({ row }) => row.updatedAt,
    parentTeam: ({ row }, _, asking) => teamNode(asking.tables.teams.get(row.parentId ?? 0)),
    url: ({ row }, _, asking) => `${asking.urls.web}${teamPath(asking, row)}`,
    resourcePath: ({ row }, _, asking) => teamPath(asking, row),
    members: ({ row }, _, asking) =>
      asking.tables.teamMembers
        .where('team', row.id)
        .map(({ userId }) => accountNode(asking.tables.accounts.require(userId))),
    repositories: ({ row }, args, asking) =>
      sortedRepositories(
        asking.tables.teamRepositories
          .where('team', row.id)
          .map(({ repositoryId }) => asking.tables.repositories.require(repositoryId))
          .filter((one) => canSee(asking.core, asking.viewer, one)),
        args,
      ),
  }),
};

/** The object of a team; nothing stays null. */
export function teamNode(row: Team): TeamNode;
export function teamNode(row: Team | undefined): TeamNode | null;
export function teamNode(row: Team | undefined): TeamNode | null {
  return row === undefined ? null : { __typename: 'Team', row };
}

function ownRepository(asking: Asking, row: Account, name: string) {
  return repositoryNode(repositoryByName(asking, row.login, name));
}

/** Whose repositories: those of the account, and where it is asked for those it collaborates on. */
function repositoriesOf(asking: Asking, row: Account, args: Arguments): Repository[] {
  const { tables, core, viewer } = asking;
  const wanted = (args['ownerAffiliations'] ?? ['OWNER', 'COLLABORATOR']) as readonly string[];
  const found = new Map<number, Repository>();
  const add = (one: Repository): unknown => canSee(core, viewer, one) && found.set(one.id, one);
  if (wanted.includes('OWNER')) tables.repositories.where('owner', row.id).forEach(add);
  if (wanted.includes('COLLABORATOR'))
    for (const { repositoryId } of tables.collaborators.where('user', row.id))
      add(tables.repositories.require(repositoryId));
  if (wanted.includes('ORGANIZATION_MEMBER'))
    for (const { organizationId } of tables.memberships.where('user', row.id))
      tables.repositories.where('owner', organizationId).forEach(add);
  return [...found.values()];
}

function organizationsOf(asking: Asking, row: Account) {
  return asking.tables.memberships
    .where('user', row.id)
    .map(({ organizationId }) => accountNode(asking.tables.accounts.get(organizationId)));
}

function organizationOf(asking: Asking, team: Team): AccountNode {
  return accountNode(asking.tables.accounts.require(team.organizationId));
}

function teamPath(asking: Asking, team: Team): string {
  return `/orgs/${organizationOf(asking, team).row.login}/teams/${team.slug}`;
}

function membership(asking: Asking, organization: Account) {
  const me = asking.account;
  return me === null ? undefined : asking.tables.memberships.get(`${organization.id}/${me.id}`);
}

function mayCreateRepositories(asking: Asking, organization: Account): boolean {
  const own = membership(asking, organization);
  return own?.role === 'admin' || (own !== undefined && organization.membersCreateRepositories === true);
}

/** Teams are seen by members of the organisation, secret ones by their own members. */
function teamsOf(asking: Asking, organization: Account, args: Arguments): TeamNode[] {
  const own = membership(asking, organization);
  if (own === undefined && asking.viewer.kind === 'user')
    throw failure('FORBIDDEN', `You must be a member of ${organization.login} to see its teams.`);
  const query = typeof args['query'] === 'string' ? args['query'].toLowerCase() : '';
  return asking.tables.teams
    .where('organization', organization.id)
    .filter((team) => team.privacy === 'closed' || own?.role === 'admin' || isIn(asking, team))
    .filter((team) => team.name.toLowerCase().includes(query))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((team) => teamNode(team));
}

function isIn(asking: Asking, team: Team): boolean {
  return (
    asking.account !== null && asking.tables.teamMembers.get(`${team.id}/${asking.account.id}`) !== undefined
  );
}

function sameLogin(one: string | undefined, other: unknown): boolean {
  return typeof other === 'string' && one?.toLowerCase() === other.toLowerCase();
}
