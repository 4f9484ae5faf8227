import type { View } from '../kernel/core.ts';
import { nodeId } from '../kernel/node-id.ts';
import type { Account, Membership } from '../state/accounts.ts';

const NODE_KIND = { User: 'U', Organization: 'O', Bot: 'BOT' } as const;

/** Node id of a person, organisation or bot. */
export function accountNodeId(account: Account): string {
  return nodeId(NODE_KIND[account.type], account.id);
}

/** GitHub's "simple user"; `[` and `]` of bots are escaped in addresses. */
export function accountView(view: View, account: Account) {
  const login = encodeURIComponent(account.login);
  const api = `${view.urls.api}/users/${login}`;
  const page = account.type === 'Bot' ? `apps/${account.login.replace('[bot]', '')}` : account.login;
  return {
    login: account.login,
    id: account.id,
    node_id: accountNodeId(account),
    avatar_url: `${view.urls.web}/avatars/${account.id}`,
    gravatar_id: '',
    url: api,
    html_url: `${view.urls.web}/${page}`,
    followers_url: `${api}/followers`,
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    received_events_url: `${api}/received_events`,
    type: account.type,
    user_view_type: 'public',
    site_admin: account.siteAdmin,
  };
}

/** The simple user of an account id; null stays null. */
export function accountById(view: View, id: number): ReturnType<typeof accountView>;
export function accountById(view: View, id: number | null): ReturnType<typeof accountView> | null;
export function accountById(view: View, id: number | null): ReturnType<typeof accountView> | null {
  return id === null ? null : accountView(view, view.tables.accounts.require(id));
}

/** GitHub's "organization simple". */
export function organizationView(view: View, organization: Account) {
  const api = `${view.urls.api}/orgs/${organization.login}`;
  return {
    login: organization.login,
    id: organization.id,
    node_id: accountNodeId(organization),
    url: api,
    repos_url: `${api}/repos`,
    events_url: `${api}/events`,
    hooks_url: `${api}/hooks`,
    issues_url: `${api}/issues`,
    members_url: `${api}/members{/member}`,
    public_members_url: `${api}/public_members{/member}`,
    avatar_url: `${view.urls.web}/avatars/${organization.id}`,
    description: organization.name,
  };
}

/** GitHub's "organization full"; members see its settings. */
export function fullOrganizationView(view: View, organization: Account, member: boolean) {
  const repositories = view.tables.repositories.where('owner', organization.id);
  const settings = {
    total_private_repos: repositories.filter((row) => row.private).length,
    owned_private_repos: repositories.filter((row) => row.private).length,
    default_repository_permission: organization.defaultRole ?? 'none',
    members_can_create_repositories: organization.membersCreateRepositories ?? false,
  };
  return {
    ...organizationView(view, organization),
    name: organization.name ?? organization.login,
    ...(organization.email === null ? {} : { email: organization.email }),
    is_verified: false,
    has_organization_projects: true,
    has_repository_projects: true,
    public_repos: repositories.filter((row) => !row.private).length,
    public_gists: 0,
    followers: 0,
    following: 0,
    html_url: `${view.urls.web}/${organization.login}`,
    created_at: organization.createdAt,
    updated_at: organization.updatedAt,
    archived_at: null,
    type: 'Organization',
    ...(member ? settings : {}),
  };
}

/** GitHub's "public user": a person, organisation or bot as everybody sees it. */
export function publicUserView(view: View, account: Account) {
  const repositories = view.tables.repositories.where('owner', account.id);
  return {
    ...accountView(view, account),
    name: account.name,
    company: null,
    blog: '',
    location: null,
    email: account.email,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: repositories.filter((row) => !row.private).length,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: account.createdAt,
    updated_at: account.updatedAt,
  };
}

/** GitHub's "private user": what a person sees of their own account. */
export function privateUserView(view: View, account: Account) {
  const secret = view.tables.repositories.where('owner', account.id).filter((row) => row.private).length;
  return {
    ...publicUserView(view, account),
    user_view_type: 'private',
    private_gists: 0,
    total_private_repos: secret,
    owned_private_repos: secret,
    disk_usage: 0,
    collaborators: 0,
    two_factor_authentication: true,
    plan: { name: 'free', space: 976_562_499, collaborators: 0, private_repos: 10_000 },
  };
}

/** GitHub's "org membership". */
export function membershipView(view: View, membership: Membership) {
  const organization = view.tables.accounts.require(membership.organizationId);
  const user = view.tables.accounts.require(membership.userId);
  return {
    url: `${view.urls.api}/orgs/${organization.login}/memberships/${user.login}`,
    state: 'active',
    role: membership.role,
    organization_url: `${view.urls.api}/orgs/${organization.login}`,
    organization: organizationView(view, organization),
    user: accountView(view, user),
  };
}
