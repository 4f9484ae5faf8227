import type { Core } from '../kernel/core.ts';

/** Ends a membership: of the organisation, of its teams, and with them every role that came from there. */
export function removeMember(core: Core, organizationId: number, userId: number): void {
  const { tables } = core;
  for (const team of tables.teams.where('organization', organizationId))
    tables.teamMembers.remove(`${team.id}/${userId}`);
  for (const repository of tables.repositories.where('owner', organizationId))
    tables.collaborators.remove(`${repository.id}/${userId}`);
  tables.memberships.remove(`${organizationId}/${userId}`);
}

/** Removes a team, its memberships and its roles; teams below it move up. */
export function removeTeam(core: Core, teamId: number): void {
  const { tables } = core;
  const team = tables.teams.require(teamId);
  for (const child of tables.teams.where('organization', team.organizationId))
    if (child.parentId === teamId) tables.teams.put({ ...child, parentId: team.parentId });
  for (const member of tables.teamMembers.where('team', teamId)) tables.teamMembers.remove(member.key);
  for (const row of tables.teamRepositories.where('team', teamId)) tables.teamRepositories.remove(row.key);
  tables.teams.remove(teamId);
}

/** Ids of a team and of all teams below it. */
export function teamAndChildren(core: Core, teamId: number): ReadonlySet<number> {
  const team = core.tables.teams.require(teamId);
  const all = core.tables.teams.where('organization', team.organizationId);
  const found = new Set([teamId]);
  for (let before = 0; before < found.size;) {
    before = found.size;
    for (const one of all) if (one.parentId !== null && found.has(one.parentId)) found.add(one.id);
  }
  return found;
}
