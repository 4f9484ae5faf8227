import type { Core } from '../kernel/core.ts';
import { newId, now } from '../kernel/core.ts';
import type { Account, Membership, Team, TeamMember } from '../state/accounts.ts';

/** Adds a person, an organisation or a bot. An organisation's members read every repository and may create some. */
export function addAccount(
  core: Core,
  login: string,
  type: Account['type'] = 'User',
  more: Partial<Account> = {},
): Account {
  const at = now(core);
  return core.tables.accounts.put({
    id: more.id ?? newId(core),
    login,
    type,
    name: null,
    email: null,
    siteAdmin: false,
    createdAt: at,
    updatedAt: at,
    ...(type === 'Organization' ? { defaultRole: 'read', membersCreateRepositories: true } : {}),
    ...more,
  });
}

/** Makes a user a member of an organisation, or changes the role of one. */
export function addMember(
  core: Core,
  organizationId: number,
  userId: number,
  role: Membership['role'] = 'member',
): Membership {
  return core.tables.memberships.put({ key: `${organizationId}/${userId}`, organizationId, userId, role });
}

/** Name as GitHub makes it part of an address. */
export function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

/** Adds a team to an organisation. */
export function addTeam(
  core: Core,
  organizationId: number,
  name: string,
  more: Partial<Pick<Team, 'description' | 'privacy' | 'parentId'>> = {},
): Team {
  const at = now(core);
  return core.tables.teams.put({
    id: newId(core),
    organizationId,
    slug: slugOf(name),
    name,
    description: null,
    privacy: 'closed',
    parentId: null,
    createdAt: at,
    updatedAt: at,
    ...more,
  });
}

/** Puts a user into a team, or changes the role there. */
export function addTeamMember(
  core: Core,
  teamId: number,
  userId: number,
  role: TeamMember['role'] = 'member',
): TeamMember {
  return core.tables.teamMembers.put({ key: `${teamId}/${userId}`, teamId, userId, role });
}
