import { roleOf } from '../access/index.ts';
import { teamsOf } from '../access/roles.ts';
import type { Context } from '../kernel/context.ts';
import type { Core } from '../kernel/core.ts';
import { newId, now } from '../kernel/core.ts';
import { validationFailed } from '../kernel/errors.ts';
import type { Role } from '../kernel/identity.ts';
import type { Account } from '../state/accounts.ts';
import type { Collaborator, Invitation, Repository } from '../state/repositories.ts';
import { accountView } from '../views/accounts.ts';
import { addCollaborator } from './create.ts';

/** Everybody with a role on the repository: its owner or owners, members by base role, teams, collaborators. */
export function collaboratorsOf(core: Core, repository: Repository): Account[] {
  const { tables } = core;
  const ids = new Set<number>(
    tables.collaborators.where('repository', repository.id).map((row) => row.userId),
  );
  if (tables.accounts.require(repository.ownerId).type === 'User') ids.add(repository.ownerId);
  for (const { userId } of tables.memberships.where('organization', repository.ownerId))
    if (roleOf(core, userId, repository) !== 'none') ids.add(userId);
  return [...ids].sort((a, b) => a - b).map((id) => tables.accounts.require(id));
}

/**
 * Gives a role to somebody. A member of the organisation and who is a collaborator already has it at once (undefined);
 * anybody else is invited. On a person's own repository every collaborator may push, whatever was asked for.
 * https://docs.github.com/rest/collaborators/collaborators#add-a-repository-collaborator
 * @throws ApiError 422 for the owner
 */
export function offerRole(
  c: Context,
  repository: Repository,
  user: Account,
  asked: Exclude<Role, 'none'>,
): Invitation | undefined {
  const { core, tables } = c;
  if (repository.ownerId === user.id) {
    throw validationFailed({
      resource: 'Repository',
      code: 'custom',
      field: 'collaborator',
      message: 'Repository owner cannot be a collaborator',
    });
  }
  const personal = tables.accounts.require(repository.ownerId).type === 'User';
  const role = personal ? 'write' : asked;
  const known = tables.collaborators.get(`${repository.id}/${user.id}`);
  const member = tables.memberships.get(`${repository.ownerId}/${user.id}`);
  if (known !== undefined || member !== undefined) {
    setRole(c, repository, user, role, known);
    return undefined;
  }
  const invitation = tables.invitations.find('repositoryInvitee', `${repository.id}/${user.id}`);
  return tables.invitations.put({
    id: invitation?.id ?? newId(core),
    repositoryId: repository.id,
    inviteeId: user.id,
    inviterId: c.actor.id,
    role,
    createdAt: invitation?.createdAt ?? now(core),
  });
}

/** Makes somebody a collaborator now; tells `member` added or edited. */
export function setRole(
  c: Context,
  repository: Repository,
  user: Account,
  role: Exclude<Role, 'none'>,
  known?: Collaborator,
): void {
  if (known?.role === role) return;
  addCollaborator(c.core, repository.id, user.id, role);
  const legacy = (of: Role) => (of === 'maintain' ? 'write' : of === 'triage' ? 'read' : of);
  c.emit({
    name: 'member',
    action: known === undefined ? 'added' : 'edited',
    repositoryId: repository.id,
    payload: (view) => ({
      member: accountView(view, user),
      changes:
        known === undefined
          ? { permission: { to: legacy(role) }, role_name: { to: role } }
          : {
              old_permission: { from: legacy(known.role) },
              permission: { from: legacy(known.role), to: legacy(role) },
            },
    }),
  });
}

/** Takes somebody's own role away; what they have by organisation or team stays. */
export function removeRole(c: Context, repository: Repository, user: Account): void {
  const invitation = c.tables.invitations.find('repositoryInvitee', `${repository.id}/${user.id}`);
  if (invitation !== undefined) c.tables.invitations.remove(invitation.id);
  const key = `${repository.id}/${user.id}`;
  if (c.tables.collaborators.get(key) === undefined) return;
  c.tables.collaborators.remove(key);
  c.emit({
    name: 'member',
    action: 'removed',
    repositoryId: repository.id,
    payload: (view) => ({ member: accountView(view, user) }),
  });
}

/** Is the role a user's own or by the organisation (`direct`), and not by a team only? */
export function isDirect(core: Core, repository: Repository, user: Account): boolean {
  if (core.tables.collaborators.get(`${repository.id}/${user.id}`) !== undefined) return true;
  if (repository.ownerId === user.id) return true;
  const membership = core.tables.memberships.get(`${repository.ownerId}/${user.id}`);
  if (membership === undefined) return false;
  const teams = teamsOf(core, user.id);
  const byTeam = core.tables.teamRepositories
    .where('repository', repository.id)
    .some((row) => teams.has(row.teamId));
  return membership.role === 'admin' || !byTeam;
}
