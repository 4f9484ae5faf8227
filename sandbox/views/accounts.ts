import type { View } from '../kernel/core.ts';
import { nodeId } from '../kernel/node-id.ts';
import type { Account } from '../state/accounts.ts';

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
