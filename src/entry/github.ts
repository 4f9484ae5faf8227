import { remoteUrl } from '../platform/git/default-branch.ts';
import type { Api } from '../platform/github/api.ts';
import type { Connection } from '../platform/github/connection.ts';
import { VERSION } from './version.ts';

/** The repository on GitHub that a clone belongs to, as a token of the environment sees it. */
export interface GithubHere {
  readonly owner: string;
  readonly repo: string;
  /** REST root without a trailing slash. */
  readonly baseUrl: string;
  readonly token: string;
  readonly api: Api;
  readonly at: Connection;
}

/** Where a repository lives on GitHub. */
export interface GithubPlace {
  readonly host: string;
  readonly owner: string;
  readonly repo: string;
}

/** Host, owner and name in a remote's address (https, ssh, `git@host:owner/name`); null for a path or another shape. */
export function placeOfRemote(url: string): GithubPlace | null {
  const [, host, owner, repo] =
    /^(?:https?:\/\/|ssh:\/\/)(?:[^@/]*@)?([^/]+)\/([^/]+)\/([^/]+?)(?:\.git)?\/?$/u.exec(url) ??
    /^(?:[^@/\s]+@)([^:/\s]+):([^/\s]+)\/([^/\s]+?)(?:\.git)?$/u.exec(url) ??
    [];
  return host === undefined || owner === undefined || repo === undefined ? null : { host, owner, repo };
}

/** The REST root of a host: GITHUB_API_URL where it is set, as in a workflow. */
function apiOf(host: string): string {
  const named = process.env['GITHUB_API_URL'];
  if (named !== undefined && named !== '') return named.replace(/\/$/u, '');
  if (host === 'github.com') return 'https://api.github.com';
  // The sandbox: gh and git reach it by HTTP_PROXY, which is its own address (docs/sandbox.md).
  const proxy = process.env['http_proxy'] ?? process.env['HTTP_PROXY'] ?? '';
  if (host === 'github.localhost' && proxy !== '') return `${proxy.replace(/\/$/u, '')}/api/v3`;
  const isHere = /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/u.test(host);
  return `${isHere ? 'http' : 'https'}://${host}/api/v3`;
}

/** `owner/name` of this clone (GITHUB_REPOSITORY, else its origin); null where it is none of GitHub's. */
export async function placeHere(folder: string): Promise<GithubPlace | null> {
  const url = await remoteUrl(folder);
  const remote = url === null ? null : placeOfRemote(url);
  const [owner, repo] = process.env['GITHUB_REPOSITORY']?.split('/') ?? [];
  if (owner !== undefined && repo !== undefined && owner !== '' && repo !== '')
    return { host: remote?.host ?? 'github.com', owner, repo };
  return remote;
}

/** GitHub as GH_TOKEN or GITHUB_TOKEN sees it; null without a token, or where the clone is none of GitHub's. */
export async function githubHere(folder: string): Promise<GithubHere | null> {
  const token = [process.env['GH_TOKEN'], process.env['GITHUB_TOKEN']].find(
    (one) => one !== undefined && one !== '',
  );
  if (token === undefined) return null;
  const place = await placeHere(folder);
  if (place === null) return null;
  const [{ octokitApi }, { connection }] = await Promise.all([
    import('../platform/github/octokit-api.ts'),
    import('../platform/github/connection.ts'),
  ]);
  const { owner, repo } = place;
  const baseUrl = apiOf(place.host);
  const api = octokitApi({ baseUrl, token, userAgent: `slipway/${VERSION}` });
  return { owner, repo, baseUrl, token, api, at: connection(api, { owner, repo }) };
}
