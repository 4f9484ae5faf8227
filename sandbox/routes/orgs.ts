import { removeMember } from '../access/membership.ts';
import { addMember } from '../access/accounts.ts';
import { grants } from '../access/permissions.ts';
import { holdsScope } from '../access/scopes.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';
import { ApiError, forbidden, notFound } from '../kernel/errors.ts';
import type { Account, Membership } from '../state/accounts.ts';
import { accountView, fullOrganizationView, membershipView, organizationView } from '../views/accounts.ts';
import { installationView } from '../views/apps.ts';
import { sincePage } from './since.ts';

function organizationOf(c: Context): Account {
  const account = c.found(c.tables.accounts.find('login', c.text('org').toLowerCase()));
  if (account.type !== 'Organization') throw notFound();
  return account;
}

function userOf(c: Context): Account {
  const account = c.found(c.tables.accounts.find('login', c.text('username').toLowerCase()));
  if (account.type !== 'User') throw notFound();
  return account;
}

function membershipOf(c: Context, organization: Account, user: Account): Membership | undefined {
  return c.tables.memberships.get(`${organization.id}/${user.id}`);
}

/** Does the caller see the organisation from within: a member with the scope or permission, or its App with the permission? */
function insider(c: Context, organization: Account): boolean {
  const { viewer } = c;
  if (viewer.kind === 'installation') {
    const { accountId } = c.tables.installations.require(viewer.installationId);
    return accountId === organization.id && grants(viewer.permissions, 'members', 'read');
  }
  if (viewer.kind !== 'user') return false;
  if (c.tables.memberships.get(`${organization.id}/${viewer.userId}`) === undefined) return false;
  if (viewer.permissions === undefined) return holdsScope(viewer.scopes, ['read:org']);
  const owner = c.tables.tokens.get(viewer.tokenId)?.resourceOwnerId;
  return owner === organization.id && grants(viewer.permissions, 'members', 'read');
}

function isOwner(c: Context, organization: Account): boolean {
  return (
    c.viewer.kind !== 'user' ||
    c.tables.memberships.get(`${organization.id}/${c.viewer.userId}`)?.role === 'admin'
  );
}

function update(c: Context): Reply {
  const before = organizationOf(c);
  const input = c.input<{
    name?: string;
    email?: string;
    default_repository_permission?: NonNullable<Account['defaultRole']>;
    members_can_create_repositories?: boolean;
  }>();
  const after = c.tables.accounts.put({
    ...before,
    ...(input.name === undefined ? {} : { name: input.name }),
    ...(input.email === undefined ? {} : { email: input.email }),
    ...(input.default_repository_permission === undefined
      ? {}
      : { defaultRole: input.default_repository_permission }),
    ...(input.members_can_create_repositories === undefined
      ? {}
      : { membersCreateRepositories: input.members_can_create_repositories }),
    updatedAt: c.now,
  });
  return c.ok(fullOrganizationView(c, after, true));
}

/** Members as the members see them; nobody is a public member, so others see none. */
function listMembers(c: Context): Reply {
  const organization = organizationOf(c);
  const role = c.ask('role') ?? 'all';
  const rows = insider(c, organization)
    ? c.tables.memberships
        .where('organization', organization.id)
        .filter((row) => role === 'all' || row.role === role)
    : [];
  return c.page(rows, (row) => accountView(c, c.tables.accounts.require(row.userId)));
}

/** 204 a member, 404 not one, 302 for who is no member and is sent to the public members. */
function checkMembership(c: Context): Reply {
  const organization = organizationOf(c);
  const user = userOf(c);
  if (!insider(c, organization))
    return c.redirect(`${c.urls.api}/orgs/${organization.login}/public_members/${user.login}`);
  if (membershipOf(c, organization, user) === undefined) throw notFound();
  return c.noContent();
}

function getMembership(c: Context): Reply {
  const organization = organizationOf(c);
  return c.ok(membershipView(c, c.found(membershipOf(c, organization, userOf(c)))));
}

/** In the sandbox nobody has to accept: an invited person is a member at once. */
function setMembership(c: Context): Reply {
  const organization = organizationOf(c);
  const user = userOf(c);
  const { role } = c.input<{ role?: Membership['role'] }>();
  const before = membershipOf(c, organization, user);
  if (before?.role === 'admin' && role !== 'admin') refuseLastOwner(c, organization, user);
  const membership = addMember(c.core, organization.id, user.id, role ?? 'member');
  if (before === undefined) {
    c.emit({
      name: 'organization',
      action: 'member_added',
      organizationId: organization.id,
      payload: (view) => ({ membership: membershipView(view, membership) }),
    });
  }
  return c.ok(membershipView(c, membership));
}

function refuseLastOwner(c: Context, organization: Account, user: Account): void {
  const owners = c.tables.memberships
    .where('organization', organization.id)
    .filter((row) => row.role === 'admin');
  if (owners.length === 1 && owners[0]?.userId === user.id)
    throw new ApiError(422, 'An organization must have at least one owner.');
}

/** Owners remove anybody, everybody leaves by themselves. Teams and their roles go with the membership. */
function leave(c: Context): Reply {
  const organization = organizationOf(c);
  const user = userOf(c);
  if (!isOwner(c, organization) && (c.viewer.kind !== 'user' || c.viewer.userId !== user.id))
    throw forbidden('You must be an admin of the organization.');
  const membership = c.found(membershipOf(c, organization, user));
  refuseLastOwner(c, organization, user);
  removeMember(c.core, organization.id, user.id);
  c.emit({
    name: 'organization',
    action: 'member_removed',
    organizationId: organization.id,
    payload: (view) => ({ membership: membershipView(view, membership) }),
  });
  return c.noContent();
}

function organizationsOf(c: Context, userId: number): Reply {
  const rows = c.tables.memberships.where('user', userId);
  return c.page(rows, (row) => organizationView(c, c.tables.accounts.require(row.organizationId)));
}

/** Organisations: https://docs.github.com/rest/orgs */
export const organizationRoutes: Routes = {
  'orgs/get': (c) => {
    const organization = organizationOf(c);
    return c.ok(fullOrganizationView(c, organization, insider(c, organization)));
  },
  'orgs/update': update,
  'orgs/list': (c) =>
    sincePage(c, c.tables.accounts.where('type', 'Organization'), (row) => organizationView(c, row)),
  'orgs/list-for-authenticated-user': (c) => organizationsOf(c, c.actor.id),
  /** Memberships are not public here. */
  'orgs/list-for-user': (c) => {
    const user = userOf(c);
    return c.me?.id === user.id ? organizationsOf(c, user.id) : c.page([], (row) => row);
  },
  'orgs/list-members': listMembers,
  'orgs/check-membership-for-user': checkMembership,
  'orgs/list-memberships-for-authenticated-user': (c) =>
    c.page(c.ask('state') === 'pending' ? [] : c.tables.memberships.where('user', c.actor.id), (row) =>
      membershipView(c, row),
    ),
  'orgs/get-membership-for-authenticated-user': (c) =>
    c.ok(membershipView(c, c.found(membershipOf(c, organizationOf(c), c.actor)))),
  'orgs/get-membership-for-user': getMembership,
  'orgs/set-membership-for-user': setMembership,
  'orgs/remove-membership-for-user': leave,
  'orgs/remove-member': leave,
  'orgs/list-app-installations': (c) =>
    c.page(
      c.tables.installations.where('account', organizationOf(c).id),
      (row) => installationView(c, row),
      (installations, total_count) => ({ total_count, installations }),
    ),
};
