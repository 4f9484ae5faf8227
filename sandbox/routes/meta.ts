import { rateOf, type RateResource } from '../access/index.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';

/** Templates of the API's first address, by their names without `_url`; `{?x}` as GitHub writes them. */
const ROOT: Readonly<Record<string, string>> = {
  current_user_url: '/user',
  current_user_authorizations_html_url: '',
  authorizations_url: '/authorizations',
  code_search_url: '/search/code?q={query}{&page,per_page,sort,order}',
  commit_search_url: '/search/commits?q={query}{&page,per_page,sort,order}',
  emails_url: '/user/emails',
  emojis_url: '/emojis',
  events_url: '/events',
  feeds_url: '/feeds',
  followers_url: '/user/followers',
  following_url: '/user/following{/target}',
  gists_url: '/gists{/gist_id}',
  hub_url: '/hub',
  issue_search_url: '/search/issues?q={query}{&page,per_page,sort,order}',
  issues_url: '/issues',
  keys_url: '/user/keys',
  label_search_url: '/search/labels?q={query}&repository_id={repository_id}{&page,per_page}',
  notifications_url: '/notifications',
  organization_url: '/orgs/{org}',
  organization_repositories_url: '/orgs/{org}/repos{?type,page,per_page,sort}',
  organization_teams_url: '/orgs/{org}/teams',
  public_gists_url: '/gists/public',
  rate_limit_url: '/rate_limit',
  repository_url: '/repos/{owner}/{repo}',
  repository_search_url: '/search/repositories?q={query}{&page,per_page,sort,order}',
  current_user_repositories_url: '/user/repos{?type,page,per_page,sort}',
  starred_url: '/user/starred{/owner}{/repo}',
  starred_gists_url: '/gists/starred',
  topic_search_url: '/search/topics?q={query}{&page,per_page}',
  user_url: '/users/{user}',
  user_organizations_url: '/user/orgs',
  user_repositories_url: '/users/{user}/repos{?type,page,per_page,sort}',
  user_search_url: '/search/users?q={query}{&page,per_page,sort,order}',
};

function root(c: Context): Reply {
  const links: Record<string, string> = {};
  for (const [name, path] of Object.entries(ROOT))
    links[name] =
      name === 'current_user_authorizations_html_url' ? `${c.urls.web}/settings` : c.urls.api + path;
  return c.ok(links);
}

/** Sentences in the spirit of the endpoint; which one follows from the time. */
const ZEN = [
  'What was approved is what is released.',
  'A small change is a kind one.',
  'Read it before you run it.',
  'Say why, then say what.',
];

/** Where the caller stands with every limit. */
function rates(c: Context): Reply {
  const of = (resource: RateResource) => rateOf(c.core, c.viewer, resource);
  const core = of('core');
  return c.ok({
    resources: {
      core,
      search: of('search'),
      graphql: of('graphql'),
      integration_manifest: of('integration_manifest'),
    },
    rate: core,
  });
}

/** The API about itself: https://docs.github.com/rest/meta and https://docs.github.com/rest/rate-limit */
export const metaRoutes: Routes = {
  'meta/root': root,
  'meta/get': (c) => c.ok({ verifiable_password_authentication: false, domains: { website: ['localhost'] } }),
  'meta/get-all-versions': (c) => c.ok(['2022-11-28', '2026-03-10']),
  'meta/get-zen': (c) =>
    c.raw('text/plain;charset=utf-8', ZEN[Math.floor(c.core.clock.now() / 60_000) % ZEN.length]!),
  'rate-limit/get': rates,
};
