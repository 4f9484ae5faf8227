import { addTeam, addTeamMember, slugOf } from '../access/accounts.ts';
import { removeTeam, teamAndChildren } from '../access/membership.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';
import { forbidden, notFound, validationFailed } from '../kernel/errors.ts';
import { refuseUnlessAdmin, setTeamRole } from '../repositories/team-access.ts';
import type { Account, Team, TeamMember } from '../state/accounts.ts';
import { accountView } from '../views/accounts.ts';
import { fullTeamView, teamMembershipView, teamView } from '../views/teams.ts';
import { managedTeam, manages, organizationOf, teamOf, visible } from './team-of-path.ts';
import { repositoryNamed } from './team-repositories.ts';

interface TeamInput {
  readonly name?: string;
  readonly description?: string | null;
  readonly privacy?: Team['privacy'];
  readonly parent_team_id?: number | null;
  readonly maintainers?: readonly string[];
  readonly repo_names?: readonly string[];
}

function refuseTaken(c: Context, organization: Account, name: string, except?: number): void {
  const known = c.tables.teams.find('slug', `${organization.id}/${slugOf(name)}`);
  if (known !== undefined && known.id !== except)
    throw validationFailed({
      resource: 'Team',
      code: 'already_exists',
      field: 'name',
      message: 'Name must be unique for this org',
    });
}

function parentOf(c: Context, organization: Account, id: number | null | undefined): Team | undefined {
  if (id === null || id === undefined) return undefined;
  const parent = c.tables.teams.get(id);
  if (parent?.organizationId !== organization.id || parent.privacy === 'secret')
    throw validationFailed({ resource: 'Team', code: 'invalid', field: 'parent_team_id' });
  return parent;
}

function create(c: Context): Reply {
  const organization = organizationOf(c);
  const input = c.input<TeamInput & { name: string }>();
  refuseTaken(c, organization, input.name);
  const parent = parentOf(c, organization, input.parent_team_id);
  const team = addTeam(c.core, organization.id, input.name, {
    description: input.description ?? null,
    privacy: input.privacy ?? (parent === undefined ? 'secret' : 'closed'),
    parentId: parent?.id ?? null,
  });
  if (c.viewer.kind === 'user') addTeamMember(c.core, team.id, c.viewer.userId, 'maintainer');
  for (const login of input.maintainers ?? []) {
    const user = memberNamed(c, organization, login);
    addTeamMember(c.core, team.id, user.id, 'maintainer');
  }
  for (const fullName of input.repo_names ?? []) {
    const repository = repositoryNamed(c, fullName.split('/')[0] ?? '', fullName.split('/')[1] ?? '');
    refuseUnlessAdmin(c, repository);
    setTeamRole(c, team, repository, 'read');
  }
  return c.created(fullTeamView(c, team));
}

function memberNamed(c: Context, organization: Account, login: string): Account {
  const user = c.tables.accounts.find('login', login.toLowerCase());
  if (user === undefined || c.tables.memberships.get(`${organization.id}/${user.id}`) === undefined)
    throw validationFailed({ resource: 'TeamMember', code: 'unaffiliated', field: 'user', value: login });
  return user;
}

function update(c: Context): Reply {
  const before = managedTeam(c);
  const organization = organizationOf(c);
  const input = c.input<TeamInput>();
  const name = input.name ?? before.name;
  refuseTaken(c, organization, name, before.id);
  const parent = parentOf(c, organization, input.parent_team_id);
  if (parent !== undefined && teamAndChildren(c.core, before.id).has(parent.id))
    throw validationFailed({ resource: 'Team', code: 'invalid', field: 'parent_team_id' });
  const after = c.tables.teams.put({
    ...before,
    name,
    slug: slugOf(name),
    description: input.description === undefined ? before.description : input.description,
    privacy: input.privacy ?? before.privacy,
    parentId: input.parent_team_id === undefined ? before.parentId : (parent?.id ?? null),
    updatedAt: c.now,
  });
  return c.ok(fullTeamView(c, after));
}

function userOf(c: Context): Account {
  return c.found(c.tables.accounts.find('login', c.text('username').toLowerCase()));
}

/** Members of the team and of the teams below it. */
function listMembers(c: Context): Reply {
  const role = c.ask('role') ?? 'all';
  const people = new Map<number, TeamMember['role']>();
  for (const id of teamAndChildren(c.core, teamOf(c).id)) {
    for (const row of c.tables.teamMembers.where('team', id)) {
      if (role === 'all' || row.role === role) people.set(row.userId, row.role);
    }
  }
  return c.page([...people.keys()], (id) => accountView(c, c.tables.accounts.require(id)));
}

function getMembership(c: Context): Reply {
  const team = teamOf(c);
  const user = userOf(c);
  for (const id of teamAndChildren(c.core, team.id)) {
    const member = c.tables.teamMembers.get(`${id}/${user.id}`);
    if (member !== undefined) return c.ok(teamMembershipView(c, team, member));
  }
  throw notFound();
}

function setMembership(c: Context): Reply {
  const team = managedTeam(c);
  const organization = organizationOf(c);
  const user = memberNamed(c, organization, userOf(c).login);
  const { role } = c.input<{ role?: TeamMember['role'] }>();
  const known = c.tables.teamMembers.get(`${team.id}/${user.id}`);
  const member = addTeamMember(c.core, team.id, user.id, role ?? 'member');
  if (known === undefined) tellMembership(c, team, user, 'added');
  return c.ok(teamMembershipView(c, team, member));
}

function removeMembership(c: Context): Reply {
  const team = teamOf(c);
  const user = userOf(c);
  if (!manages(c, team) && c.me?.id !== user.id) throw forbidden('Must have admin rights to Team.');
  c.found(c.tables.teamMembers.get(`${team.id}/${user.id}`));
  c.tables.teamMembers.remove(`${team.id}/${user.id}`);
  tellMembership(c, team, user, 'removed');
  return c.noContent();
}

function tellMembership(c: Context, team: Team, user: Account, action: 'added' | 'removed'): void {
  c.emit({
    name: 'membership',
    action,
    organizationId: team.organizationId,
    payload: (view) => ({
      scope: 'team',
      member: accountView(view, user),
      team: teamView(view, team),
    }),
  });
}

/** Removes the team of the path. */
function remove(c: Context): Reply {
  removeTeam(c.core, managedTeam(c).id);
  return c.noContent();
}

/** Teams: https://docs.github.com/rest/teams */
export const teamRoutes: Routes = {
  'teams/list': (c) =>
    c.page(
      c.tables.teams.where('organization', organizationOf(c).id).filter((team) => visible(c, team)),
      (team) => teamView(c, team),
    ),
  'teams/create': create,
  'teams/get-by-name': (c) => c.ok(fullTeamView(c, teamOf(c))),
  'teams/update-in-org': update,
  'teams/delete-in-org': remove,
  'teams/list-members-in-org': listMembers,
  'teams/list-child-in-org': (c) => {
    const parent = teamOf(c);
    const children = c.tables.teams
      .where('organization', parent.organizationId)
      .filter((team) => team.parentId === parent.id);
    return c.page(children, (team) => teamView(c, team));
  },
  'teams/get-membership-for-user-in-org': getMembership,
  'teams/add-or-update-membership-for-user-in-org': setMembership,
  'teams/remove-membership-for-user-in-org': removeMembership,
  'teams/list-for-authenticated-user': (c) =>
    c.page(c.tables.teamMembers.where('user', c.actor.id), (row) =>
      fullTeamView(c, c.tables.teams.require(row.teamId)),
    ),
};
