import { personRole, roleOf } from '../access/index.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';
import { forbidden, notFound, validationFailed } from '../kernel/errors.ts';
import { atLeast, type Role } from '../kernel/identity.ts';
import { nodeId } from '../kernel/node-id.ts';
import { collaboratorsOf, isDirect, offerRole, removeRole, setRole } from '../repositories/collaborators.ts';
import type { Account } from '../state/accounts.ts';
import type { Invitation, Repository } from '../state/repositories.ts';
import { accountById, accountView } from '../views/accounts.ts';
import { minimalRepositoryView, roleView } from '../views/repositories.ts';
import { roleNamed } from '../views/teams.ts';

function userOf(c: Context): Account {
  const account = c.found(c.tables.accounts.find('login', c.text('username').toLowerCase()));
  if (account.type === 'Organization') throw notFound();
  return account;
}

function collaboratorView(c: Context, repository: Repository, user: Account, role: Role) {
  return {
    ...accountView(c, user),
    permissions: roleView(role, !repository.private),
    role_name: role,
  };
}

function list(c: Context): Reply {
  const { repo, core } = c;
  const affiliation = c.ask('affiliation') ?? 'all';
  const permission = c.ask('permission');
  const least = permission === undefined ? 'read' : roleNamed(permission);
  const people = collaboratorsOf(core, repo).filter((user) => {
    const outside =
      repo.ownerId !== user.id && c.tables.memberships.get(`${repo.ownerId}/${user.id}`) === undefined;
    if (affiliation === 'outside' && !outside) return false;
    if (affiliation === 'direct' && !isDirect(core, repo, user)) return false;
    return least !== undefined && atLeast(roleOf(core, user.id, repo), least);
  });
  return c.page(people, (user) => collaboratorView(c, repo, user, roleOf(core, user.id, repo)));
}

function add(c: Context): Reply {
  const { permission } = c.input<{ permission?: string }>();
  const role = roleNamed(permission ?? 'push');
  if (role === undefined)
    throw validationFailed({
      resource: 'Repository',
      code: 'invalid',
      field: 'permission',
      value: permission,
    });
  const invitation = offerRole(c, c.repo, userOf(c), role);
  return invitation === undefined ? c.noContent() : c.created(invitationView(c, invitation));
}

/** Administrators remove anybody, everybody removes themselves. */
function remove(c: Context): Reply {
  const user = userOf(c);
  const { viewer, core, repo } = c;
  if (viewer.kind === 'user' && viewer.userId !== user.id && roleOf(core, viewer.userId, repo) !== 'admin')
    throw forbidden();
  removeRole(c, repo, user);
  return c.noContent();
}

function check(c: Context): Reply {
  const user = userOf(c);
  if (roleOf(c.core, user.id, c.repo) === 'none') throw notFound();
  return c.noContent();
}

const LEGACY: Readonly<Record<Role, string>> = {
  none: 'none',
  read: 'read',
  triage: 'read',
  write: 'write',
  maintain: 'write',
  admin: 'admin',
};

/** `permission` knows four words, `role_name` all roles. https://docs.github.com/rest/collaborators/collaborators#get-repository-permissions-for-a-user */
function permissionLevel(c: Context): Reply {
  const user = userOf(c);
  const role = personRole(c.core, user.id, c.repo);
  return c.ok({
    permission: LEGACY[role],
    role_name: role,
    user: collaboratorView(c, c.repo, user, role),
  });
}

function invitationView(c: Context, invitation: Invitation) {
  const repository = c.tables.repositories.require(invitation.repositoryId);
  const minimal = minimalRepositoryView(c, repository);
  return {
    id: invitation.id,
    node_id: nodeId('RI', invitation.id),
    repository: minimal,
    invitee: accountById(c, invitation.inviteeId),
    inviter: accountById(c, invitation.inviterId),
    permissions: invitation.role,
    created_at: invitation.createdAt,
    expired: false,
    url: `${c.urls.api}/user/repository_invitations/${invitation.id}`,
    html_url: `${minimal.html_url}/invitations`,
  };
}

function invitationOfRepository(c: Context): Invitation {
  const invitation = c.found(c.tables.invitations.get(c.number('invitation_id')));
  if (invitation.repositoryId !== c.repo.id) throw notFound();
  return invitation;
}

function invitationOfMine(c: Context): Invitation {
  const invitation = c.found(c.tables.invitations.get(c.number('invitation_id')));
  if (invitation.inviteeId !== c.actor.id) throw notFound();
  return invitation;
}

function accept(c: Context): Reply {
  const invitation = invitationOfMine(c);
  c.tables.invitations.remove(invitation.id);
  setRole(c, c.tables.repositories.require(invitation.repositoryId), c.actor, invitation.role);
  return c.noContent();
}

function updateInvitation(c: Context): Reply {
  const invitation = invitationOfRepository(c);
  const { permissions } = c.input<{ permissions?: string }>();
  const role = permissions === undefined ? invitation.role : roleNamed(permissions);
  if (role === undefined)
    throw validationFailed({ resource: 'RepositoryInvitation', code: 'invalid', field: 'permissions' });
  return c.ok(invitationView(c, c.tables.invitations.put({ ...invitation, role })));
}

function drop(c: Context, invitation: Invitation): Reply {
  c.tables.invitations.remove(invitation.id);
  return c.noContent();
}

/** Who may do what on a repository: https://docs.github.com/rest/collaborators */
export const collaboratorRoutes: Routes = {
  'repos/list-collaborators': list,
  'repos/check-collaborator': check,
  'repos/add-collaborator': add,
  'repos/remove-collaborator': remove,
  'repos/get-collaborator-permission-level': permissionLevel,
  'repos/list-invitations': (c) =>
    c.page(c.tables.invitations.where('repository', c.repo.id), (row) => invitationView(c, row)),
  'repos/update-invitation': updateInvitation,
  'repos/delete-invitation': (c) => drop(c, invitationOfRepository(c)),
  'repos/list-invitations-for-authenticated-user': (c) =>
    c.page(c.tables.invitations.where('invitee', c.actor.id), (row) => invitationView(c, row)),
  'repos/accept-invitation-for-authenticated-user': accept,
  'repos/decline-invitation-for-authenticated-user': (c) => drop(c, invitationOfMine(c)),
};
