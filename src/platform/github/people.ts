import type { Person } from '../../contracts/entry.ts';
import type { Role } from '../../reconcile/ports.ts';
import { Refused } from './api.ts';
import type { Connection } from './connection.ts';

const ROLES: ReadonlySet<string> = new Set(['none', 'read', 'triage', 'write', 'maintain', 'admin']);

interface PermissionData {
  readonly permission: string;
  readonly role_name?: string;
  readonly user: { readonly id: number } | null;
}

/**
 * What somebody may do in the repository now. `role_name` may be a role of the organisation's own: then `permission`,
 * the built-in role it stands on, is what counts (docs.github.com/rest/collaborators/collaborators).
 */
export async function roleOf(at: Connection, person: Person): Promise<Role> {
  const found = await at.get<PermissionData>(
    'GET /repos/{owner}/{repo}/collaborators/{username}/permission',
    {
      username: person.login,
    },
  );
  // A login can be given up and taken by somebody else: the account's id decides.
  if (found === null || found.user?.id !== person.id) return 'none';
  const role = [found.role_name, found.permission].find((name) => name !== undefined && ROLES.has(name));
  return (role ?? 'none') as Role;
}

/** Whether somebody is an active member of `@org/team` now. A team that may not be seen has no members for us. */
export async function isMember(at: Connection, team: string, login: string): Promise<boolean> {
  const [org, slug] = team.replace(/^@/, '').split('/');
  if (org === undefined || slug === undefined) return false;
  try {
    const found = await at.get<{ state: string }>(
      'GET /orgs/{org}/teams/{team_slug}/memberships/{username}',
      { org, team_slug: slug, username: login },
    );
    return found?.state === 'active';
  } catch (error) {
    if (error instanceof Refused && error.status === 403) return false;
    throw error;
  }
}
