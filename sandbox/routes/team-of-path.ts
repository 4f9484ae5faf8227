import { teamsOf } from '../access/index.ts';
import type { Context } from '../kernel/context.ts';
import { forbidden, notFound } from '../kernel/errors.ts';
import type { Account, Team } from '../state/accounts.ts';

/** The organisation of the path; that it is one was checked with the permission. */
export function organizationOf(c: Context): Account {
  return c.found(c.tables.accounts.find('login', c.text('org').toLowerCase()));
}

/** Secret teams are known to their members and to the organisation's owners. */
export function visible(c: Context, team: Team): boolean {
  if (team.privacy === 'closed' || c.viewer.kind !== 'user') return true;
  return manages(c, team) || teamsOf(c.core, c.viewer.userId).has(team.id);
}

/** The team of the path, if the caller may know of it. @throws ApiError 404 */
export function teamOf(c: Context): Team {
  const slug = c.text('team_slug').toLowerCase();
  const team = c.found(c.tables.teams.find('slug', `${organizationOf(c).id}/${slug}`));
  if (!visible(c, team)) throw notFound();
  return team;
}

/** May the caller change the team: an owner, one of its maintainers, or an App with the permission? */
export function manages(c: Context, team: Team): boolean {
  if (c.viewer.kind !== 'user') return true;
  const { userId } = c.viewer;
  return (
    c.tables.memberships.get(`${team.organizationId}/${userId}`)?.role === 'admin' ||
    c.tables.teamMembers.get(`${team.id}/${userId}`)?.role === 'maintainer'
  );
}

/** The team of the path, if the caller may change it. @throws ApiError 403, 404 */
export function managedTeam(c: Context): Team {
  const team = teamOf(c);
  if (!manages(c, team)) throw forbidden('Must have admin rights to Team.');
  return team;
}
