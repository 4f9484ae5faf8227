import type { View } from '../kernel/core.ts';
import type { Role } from '../kernel/identity.ts';
import { nodeId } from '../kernel/node-id.ts';
import type { Team, TeamMember } from '../state/accounts.ts';
import { fullOrganizationView } from './accounts.ts';
import { roleView } from './repositories.ts';

/** GitHub's names for roles where a permission is set: `pull` for read, `push` for write. */
export const PERMISSION_OF: Readonly<Record<Role, string>> = {
  none: 'none',
  read: 'pull',
  triage: 'triage',
  write: 'push',
  maintain: 'maintain',
  admin: 'admin',
};

/** The role behind a permission's name, under either of its names; undefined for what is neither. */
export function roleNamed(permission: string): Exclude<Role, 'none'> | undefined {
  switch (permission) {
    case 'pull':
    case 'read':
      return 'read';
    case 'push':
    case 'write':
      return 'write';
    case 'triage':
    case 'maintain':
    case 'admin':
      return permission;
    default:
      return undefined;
  }
}

function simpleTeamView(view: View, team: Team, role: Role = 'read') {
  const organization = view.tables.accounts.require(team.organizationId);
  const api = `${view.urls.api}/organizations/${organization.id}/team/${team.id}`;
  return {
    name: team.name,
    id: team.id,
    node_id: nodeId('T', team.id),
    slug: team.slug,
    description: team.description,
    privacy: team.privacy,
    notification_setting: 'notifications_enabled',
    url: api,
    html_url: `${view.urls.web}/orgs/${organization.login}/teams/${team.slug}`,
    members_url: `${api}/members{/member}`,
    repositories_url: `${api}/repos`,
    type: 'organization',
    organization_id: organization.id,
    permission: PERMISSION_OF[role],
  };
}

/** GitHub's "team"; on a repository with the role the team has there. */
export function teamView(view: View, team: Team, role?: Role) {
  const parent = team.parentId === null ? undefined : view.tables.teams.get(team.parentId);
  return {
    ...simpleTeamView(view, team, role),
    ...(role === undefined ? {} : { permissions: roleView(role) }),
    parent: parent === undefined ? null : simpleTeamView(view, parent),
  };
}

/** GitHub's "full team". */
export function fullTeamView(view: View, team: Team) {
  const { tables } = view;
  return {
    ...teamView(view, team),
    created_at: team.createdAt,
    updated_at: team.updatedAt,
    members_count: tables.teamMembers.count('team', team.id),
    repos_count: tables.teamRepositories.count('team', team.id),
    organization: fullOrganizationView(view, tables.accounts.require(team.organizationId), true),
  };
}

/** GitHub's "team membership". */
export function teamMembershipView(view: View, team: Team, member: TeamMember) {
  const { login } = view.tables.accounts.require(member.userId);
  return {
    state: 'active',
    role: member.role,
    url: `${view.urls.api}/organizations/${team.organizationId}/team/${team.id}/memberships/${login}`,
  };
}
