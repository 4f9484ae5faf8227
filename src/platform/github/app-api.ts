import { createAppAuth } from '@octokit/auth-app';

import { pages, type Api } from './api.ts';
import type { AppAuthOptions } from './app-auth.ts';
import { octokitApi } from './octokit-api.ts';

/** What `GET /app` tells of the App. */
export interface AppFacts {
  readonly id: number;
  readonly slug: string;
  /** Page of the App: `<web root>/apps/<slug>`. */
  readonly html_url: string;
  readonly permissions: Readonly<Record<string, string | undefined>>;
}

export interface InstallationFacts {
  readonly id: number;
  readonly account: { readonly login: string } | null;
  readonly permissions: Readonly<Record<string, string | undefined>>;
  readonly suspended_at: string | null;
}

export interface InstalledRepository {
  readonly id: number;
  readonly name: string;
  readonly owner: { readonly login: string };
  readonly archived: boolean;
}

/** The API as the App itself: `/app` and what stands under it. Its token is made here for each call and good for minutes. */
export function appApi(options: AppAuthOptions): Api {
  const { appId, privateKey, ...rest } = options;
  const auth = createAppAuth({ appId, privateKey });
  const api = octokitApi({ ...rest, token: '' });
  return async (route, parameters = {}) => {
    const { token } = await auth({ type: 'app' });
    // A JWT is taken behind `bearer` only: docs.github.com, "Authenticating as a GitHub App".
    return await api(route, { ...parameters, headers: { authorization: `bearer ${token}` } });
  };
}

/** Every installation of the App. */
export function installationsOf(app: Api): AsyncIterable<InstallationFacts> {
  return pages<InstallationFacts>(app, 'GET /app/installations', {});
}

/** One installation of the App. @throws Refused it is none of this App's */
export async function installationOf(app: Api, id: number): Promise<InstallationFacts> {
  const answer = await app('GET /app/installations/{installation_id}', { installation_id: id });
  return answer.data as InstallationFacts;
}

/** Every repository of an installation, asked with a token that may read their names and nothing else. */
export function repositoriesOf(
  options: AppAuthOptions,
  app: Api,
  installation: number,
): AsyncIterable<InstalledRepository> {
  const token = installationToken(app, installation, { permissions: { metadata: 'read' } });
  const api = octokitApi({ ...options, token });
  return pages<InstalledRepository>(api, 'GET /installation/repositories', {}, 'repositories');
}

interface TokenScope {
  readonly repository_ids?: readonly number[];
  readonly permissions: Readonly<Record<string, 'read' | 'write'>>;
}

/** A token is good for an hour; it is renewed when less than this is left. */
const RENEW_MS = 5 * 60_000;

/** Gives a token of an installation whenever it is asked: the same one until it is about to expire. */
export function installationToken(app: Api, installation: number, scope: TokenScope): () => Promise<string> {
  let minted: { readonly token: string; readonly expires: number } | undefined;
  return async () => {
    if (minted === undefined || minted.expires - Date.now() < RENEW_MS) {
      const answer = await app('POST /app/installations/{installation_id}/access_tokens', {
        installation_id: installation,
        ...scope,
      });
      const { token, expires_at: expires } = answer.data as { token: string; expires_at: string };
      minted = { token, expires: Date.parse(expires) };
    }
    return minted.token;
  };
}
